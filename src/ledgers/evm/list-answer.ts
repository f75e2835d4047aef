import { parseAnswer, refuseTrap } from './parse-answer.ts'

/** Takes the items of a list, some at a time, while the answer that holds them arrives. */
export interface ListReader {
  /** Bytes that it holds on to. */
  readonly bytes: number
  /** The next items, hostile as ever. It must not throw: what is wrong with them is told by whoever uses the list. */
  push(items: readonly unknown[]): void
}

/** So many bytes of items are parsed together: enough that starting the parser does not matter. */
const together = 8 * 1024
/** And so many at most, where what is parsed need not be looked at byte by byte before. */
const mostTogether = 16 * 1024
/** One item alone may be larger: whether it is a trap is looked at first. */
const suspicious = 64 * 1024
/** What mostly stands between two items. */
const between = Buffer.from('},{')

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

/**
 * Reads answers of JSON-RPC whose results are long lists. The lists are taken out of the text while it arrives, and given to
 * their readers; what is left is parsed as ever. So neither the text nor all that it says is ever in memory as a whole, and what
 * is made of it on the way dies young.
 */
export class ListAnswer {
  readonly #newList: () => ListReader
  readonly #lists: ListReader[] = []
  /** The text without the lists. */
  readonly #text: Uint8Array[] = []
  #textLength = 0
  #depth = 0
  /** How deep the members of an answer lie: 1, or 2 where there are several answers; 0 before the first byte. */
  #members = 0
  #isInString = false
  #isEscaped = false
  #list: ListReader | undefined
  /** Of the item that goes on in the next chunk. */
  #rest: Uint8Array[] = []
  #restLength = 0

  constructor(newList: () => ListReader) {
    this.#newList = newList
  }

  /** Bytes that it holds on to. */
  get bytes(): number {
    const lists = this.#lists.reduce((sum, { bytes }) => sum + bytes, 0)
    return this.#textLength + this.#restLength + lists
  }

  /** @throws SyntaxError */
  write(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const list = this.#list
      if (list === undefined) at = this.#readText(chunk, at)
      else at = this.#readMany(chunk, at, list) ?? this.#readItems(chunk, at, list)
    }
  }

  /** The whole answer, with readers in the place of lists. @throws SyntaxError */
  end(): unknown {
    const json = parseAnswer(joined(this.#text))
    const lists = this.#lists.values()
    for (const answer of Array.isArray(json) ? json : [json]) {
      if (Array.isArray(answer?.result)) answer.result = lists.next().value
    }
    return json
  }

  /** Reads on to the begin of a list; answers where. */
  #readText(chunk: Uint8Array, start: number): number {
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at]
      if (this.#isInString) this.#passString(byte)
      else if (byte === quote) this.#isInString = true
      else if (byte === closeBrace || byte === closeBracket) this.#depth -= 1
      else if (byte === openBrace || byte === openBracket) {
        if (this.#members === 0) this.#members = byte === openBrace ? 1 : 2
        const isMember = byte === openBracket && this.#depth === this.#members
        this.#depth += 1
        if (!isMember) continue
        this.#keep(chunk.subarray(start, at + 1))
        if (this.#isResult()) {
          this.#list = this.#newList()
          this.#lists.push(this.#list)
        }
        return at + 1
      }
    }
    this.#keep(chunk.subarray(start))
    return chunk.length
  }

  #keep(text: Uint8Array): void {
    // A copy: the chunk is the network's, and much larger.
    this.#text.push(text.slice())
    this.#textLength += text.length
  }

  /** True when the bracket that was kept last opens a result. */
  #isResult(): boolean {
    let tail = ''
    for (let i = this.#text.length - 1; i >= 0 && tail.length < 32; i--)
      tail = decoded(this.#text.slice(i, i + 1)) + tail
    return /[{,]\s*"result"\s*:\s*\[$/.test(tail)
  }

  #passString(byte: number | undefined): void {
    if (this.#isEscaped) this.#isEscaped = false
    else if (byte === backslash) this.#isEscaped = true
    else if (byte === quote) this.#isInString = false
  }

  /**
   * Guesses where an item ends, and reads up to there; answers where, or undefined when the guess was wrong. It was right when
   * what comes before is JSON: no part of an item or of its strings is.
   */
  #readMany(chunk: Uint8Array, start: number, list: ListReader): number | undefined {
    if (this.#restLength > mostTogether) return undefined
    const end = asBuffer(chunk).lastIndexOf(between, Math.min(chunk.length, start + mostTogether))
    if (end < start) return undefined
    let items: readonly unknown[]
    try {
      items = JSON.parse(`[${decoded([...this.#rest, chunk.subarray(start, end + 1)])}]`)
    } catch {
      return undefined
    }
    list.push(items)
    this.#forgetRest()
    this.#isInString = false
    this.#isEscaped = false
    this.#depth = this.#members + 1
    return end + 2
  }

  /** Reads on to the end of the list, byte by byte; answers where. */
  #readItems(chunk: Uint8Array, start: number, list: ListReader): number {
    const items = this.#members + 1
    let depth = this.#depth
    let begin = start
    let end = start
    for (let at = start; at < chunk.length; at++) {
      let byte = chunk[at]
      if (this.#isInString || byte === quote) {
        if (!this.#isInString) {
          this.#isInString = true
          byte = chunk[++at]
        }
        if (!this.#isEscaped)
          while (byte !== quote && byte !== backslash && at < chunk.length) byte = chunk[++at]
        if (at < chunk.length) this.#passString(byte)
      } else if (byte === openBrace || byte === openBracket) depth += 1
      else if (byte === comma && depth === items) {
        end = at
        if (end - begin < together) continue
        this.#push(chunk.subarray(begin, end), list)
        begin = at + 1
      } else if (byte === closeBrace || byte === closeBracket) {
        depth -= 1
        if (depth >= items) continue
        this.#push(chunk.subarray(begin, at), list)
        this.#list = undefined
        this.#depth = depth
        // The bracket itself belongs to the text.
        this.#keep(chunk.subarray(at, at + 1))
        return at + 1
      }
    }
    this.#depth = depth
    if (end > begin) {
      this.#push(chunk.subarray(begin, end), list)
      begin = end + 1
    }
    this.#rest.push(chunk.slice(begin))
    this.#restLength += chunk.length - begin
    return chunk.length
  }

  #push(items: Uint8Array, list: ListReader): void {
    list.push(listOf(joined([...this.#rest, items])))
    this.#forgetRest()
  }

  #forgetRest(): void {
    this.#rest = []
    this.#restLength = 0
  }
}

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function joined(parts: readonly Uint8Array[]): Buffer {
  const [first] = parts
  return asBuffer(parts.length === 1 && first !== undefined ? first : Buffer.concat(parts))
}

const decoded = (parts: readonly Uint8Array[]) => joined(parts).toString()

function listOf(items: Buffer): readonly unknown[] {
  if (items.length > suspicious) refuseTrap(items)
  return JSON.parse(`[${items.toString()}]`)
}
