import { EvidenceInvalid } from './evidence-invalid.ts'

/** What JSON can hold here: numbers are whole and exact. Objects have no prototype, so that no name means anything. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject
export interface JsonObject {
  readonly [name: string]: JsonValue | undefined
}

/** Deepest nesting of an evidence file: file, segments, segment, entries, entry, shown fields, field. */
const deepest = 8
/**
 * Bounds memory: a few bytes of text make an object of some hundred. The largest file that a verifier has to read holds fewer
 * values; an object or array weighs as five.
 */
const heaviest = 16_000_000
const weightOfNesting = 5
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const quote = 0x22
const backslash = 0x5c

/**
 * Reads JSON (RFC 8259) strictly and within bounds: no member twice, no number that isn't a whole one of 53 bits, no text
 * that isn't valid Unicode, no nesting and no more values than the format needs. `JSON.parse` lets all of these pass. The text is hostile.
 * @throws EvidenceInvalid `too-large`, `not-json`, `duplicate-key`, `number-not-exact`, `not-well-formed`, `too-deep`
 */
export function readJson(text: string, { depth = deepest }: { depth?: number } = {}): JsonValue {
  return new JsonReader(text, depth).whole()
}

class JsonReader {
  readonly #text: string
  readonly #deepest: number
  #at = 0
  #weight = 0

  constructor(text: string, depth: number) {
    this.#text = text
    this.#deepest = depth
  }

  whole(): JsonValue {
    const value = this.#value(1)
    this.#skip()
    if (this.#at < this.#text.length) throw this.#unexpected()
    return value
  }

  #value(depth: number): JsonValue {
    this.#skip()
    this.#weigh(1)
    switch (this.#text.charAt(this.#at)) {
      case '{':
        return this.#object(this.#deeper(depth))
      case '[':
        return this.#array(this.#deeper(depth))
      case '"':
        return this.#string()
      case 't':
        return this.#word('true', true)
      case 'f':
        return this.#word('false', false)
      case 'n':
        return this.#word('null', null)
      default:
        return this.#number()
    }
  }

  /** Behind an opening bracket. */
  #deeper(depth: number): number {
    if (depth > this.#deepest) {
      throw new EvidenceInvalid(
        'too-deep',
        `more than ${this.#deepest} levels of nesting at character ${this.#at}`,
      )
    }
    this.#weigh(weightOfNesting - 1)
    this.#at += 1
    return depth + 1
  }

  #weigh(weight: number): void {
    this.#weight += weight
    if (this.#weight <= heaviest) return
    throw new EvidenceInvalid('too-large', `more values than a file needs, at character ${this.#at}`)
  }

  #object(depth: number): JsonObject {
    const members: Record<string, JsonValue> = Object.create(null)
    if (this.#takes('}')) return members
    do {
      this.#skip()
      const start = this.#at
      if (this.#text.charCodeAt(start) !== quote) throw this.#unexpected()
      const name = this.#string()
      if (Object.hasOwn(members, name)) {
        throw new EvidenceInvalid(
          'duplicate-key',
          `the member ${shorten(name)} stands twice, at character ${start}`,
        )
      }
      this.#needs(':')
      members[name] = this.#value(depth)
    } while (this.#takes(','))
    this.#needs('}')
    return members
  }

  #array(depth: number): readonly JsonValue[] {
    const elements: JsonValue[] = []
    if (this.#takes(']')) return elements
    do elements.push(this.#value(depth))
    while (this.#takes(','))
    this.#needs(']')
    return elements
  }

  #string(): string {
    const start = this.#at
    let at = start + 1
    let plain = true
    for (;;) {
      const code = this.#text.charCodeAt(at)
      if (code === quote) break
      // The end of the text reads as NaN.
      if (!(code >= 0x20)) throw this.#unexpected(at)
      if (code === backslash) {
        plain = false
        at += 1
      }
      at += 1
    }
    this.#at = at + 1
    const value = plain ? this.#text.slice(start + 1, at) : this.#unescape(start)
    if (!value.isWellFormed()) {
      throw new EvidenceInvalid('not-well-formed', `the text at character ${start} is not valid Unicode`)
    }
    return value
  }

  /** The text from a quote to where the reader stands. */
  #unescape(start: number): string {
    try {
      // A literal of a string, quotes included, is all that is parsed.
      return String(JSON.parse(this.#text.slice(start, this.#at)))
    } catch (cause) {
      throw new EvidenceInvalid('not-json', `a wrong escape in the text at character ${start}`, cause)
    }
  }

  #number(): number {
    number.lastIndex = this.#at
    const [literal] = number.exec(this.#text) ?? []
    if (literal === undefined) throw this.#unexpected()
    const value = Number(literal)
    if (!/^-?\d+$/.test(literal) || !Number.isSafeInteger(value)) {
      throw new EvidenceInvalid('number-not-exact', `the number ${shorten(literal)} at character ${this.#at}`)
    }
    this.#at += literal.length
    return value
  }

  #word<Value>(word: string, value: Value): Value {
    if (!this.#text.startsWith(word, this.#at)) throw this.#unexpected()
    this.#at += word.length
    return value
  }

  #takes(character: string): boolean {
    this.#skip()
    if (this.#text.charAt(this.#at) !== character) return false
    this.#at += 1
    return true
  }

  #needs(character: string): void {
    if (!this.#takes(character)) throw this.#unexpected()
  }

  #skip(): void {
    while (' \t\n\r'.includes(this.#text.charAt(this.#at)) && this.#at < this.#text.length) this.#at += 1
  }

  #unexpected(at = this.#at): EvidenceInvalid {
    const found =
      at < this.#text.length
        ? `${JSON.stringify(this.#text.charAt(at))} at character ${at}`
        : `it ends at character ${at}, in the middle`
    return new EvidenceInvalid('not-json', `not JSON: ${found}`)
  }
}

/** Hostile text for a message. */
function shorten(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}
