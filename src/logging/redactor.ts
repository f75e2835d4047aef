import { formsOf } from './secret-forms.ts'

/** What stands in place of a secret. */
export const redacted = '[redacted]'

/** A shorter secret is only redacted where it stands alone, or it would eat letters out of every word. */
const shortest = 4

/** So much of the beginning of a secret, at the end of a text, is one that was cut: what others say is shown in part only. */
const shortestCut = 8

const deepest = 8

/** Knows the values of secrets and takes them out of whatever is about to be written. */
export class Redactor {
  /** Forms by their first characters: looking costs the same for one secret and for ten thousand. */
  readonly #byStart = new Map<string, FormSet>()
  readonly #firstUnits = new Set<number>()
  readonly #short = new Set<string>()
  #shortPattern: RegExp | undefined = undefined
  #longest = 0

  /** Remembers a secret and the forms in which it travels: JSON, a part of an address, HTML, base64, hex. */
  add(secret: string): void {
    if (secret.trim() === '') return
    for (const form of formsOf(secret)) {
      if (form.length < shortest) this.#addShort(form)
      else this.#addForm(form)
    }
  }

  /** The text without any secret. */
  text(text: string): string {
    const rest = this.#withoutCut(this.#withoutForms(text))
    return this.#short.size === 0 ? rest : rest.replace(this.#patternOfShort(), redacted)
  }

  #addForm(form: string): void {
    const start = form.slice(0, shortest)
    const forms = this.#byStart.get(start) ?? new FormSet()
    forms.add(form)
    this.#byStart.set(start, forms)
    this.#firstUnits.add(form.charCodeAt(0))
    this.#longest = Math.max(this.#longest, form.length)
  }

  #addShort(form: string): void {
    this.#short.add(form)
    this.#shortPattern = undefined
  }

  #withoutForms(text: string): string {
    let result = ''
    let from = 0
    for (let at = 0; at <= text.length - shortest; at++) {
      if (!this.#firstUnits.has(text.charCodeAt(at))) continue
      const form = this.#byStart.get(text.slice(at, at + shortest))?.longestAt(text, at)
      if (form === undefined) continue
      result += text.slice(from, at) + redacted
      from = at + form.length
      at = from - 1
    }
    return from === 0 ? text : result + text.slice(from)
  }

  /** Without the beginning of a secret at the end, before marks like `…"` that say that there was more. */
  #withoutCut(text: string): string {
    const bare = /[^\p{L}\p{N}]{0,8}$/u.exec(text)?.index ?? text.length
    for (const end of [text.length, bare]) {
      for (let at = Math.max(0, end - this.#longest); at <= end - shortestCut; at++) {
        if (!this.#firstUnits.has(text.charCodeAt(at))) continue
        const forms = this.#byStart.get(text.slice(at, at + shortest))
        if (forms?.hasBeginning(text.slice(at, end))) return text.slice(0, at) + redacted + text.slice(end)
      }
    }
    return text
  }

  #patternOfShort(): RegExp {
    const alternatives = [...this.#short]
      .sort((a, b) => b.length - a.length)
      .map(form => `(?<![\\p{L}\\p{N}])${RegExp.escape(form)}(?![\\p{L}\\p{N}])`)
    this.#shortPattern ??= new RegExp(alternatives.join('|'), 'gu')
    return this.#shortPattern
  }

  /**
   * A copy of anything that is about to be logged, without any secret: errors become plain objects, integers beyond a
   * number's range decimal text, bytes their count; what is nested too deep or in a circle is cut off.
   */
  value(value: unknown, depth = 0): unknown {
    if (typeof value === 'string') return this.text(value)
    if (typeof value === 'bigint') return value.toString()
    // A function of this name in a copy would speak for it, and say what it likes.
    if (typeof value === 'function') return undefined
    if (typeof value !== 'object' || value === null) return value
    if (depth >= deepest) return '[…]'
    if (value instanceof Uint8Array) return `${value.length} bytes`
    if (value instanceof Date) return value.toJSON()
    if (Array.isArray(value)) return value.map(item => this.value(item, depth + 1))
    const fields = value instanceof Error ? fieldsOf(value) : Object.entries(value)
    return Object.fromEntries(fields.map(([key, field]) => [this.text(key), this.value(field, depth + 1)]))
  }
}

function fieldsOf(error: Error): [string, unknown][] {
  const { name, message, stack, cause } = error
  const own = Object.entries(error).filter(([key, value]) => key !== 'name' && value !== undefined)
  const fields: [string, unknown][] = [['type', name], ['message', message], ...own]
  // An EnergywebError's message says what happened; only of anything else one must know where.
  if (!('code' in error) && stack !== undefined) fields.push(['stack', stack])
  if (cause !== undefined) fields.push(['cause', cause])
  return fields
}

/** Forms, grouped by their length. */
class FormSet {
  readonly #byLength = new Map<number, Set<string>>()
  #sorted: string[] | undefined
  /** Longest first. */
  #lengths: number[] = []

  add(form: string): void {
    this.#sorted = undefined
    const same = this.#byLength.get(form.length)
    if (same !== undefined) {
      same.add(form)
      return
    }
    this.#byLength.set(form.length, new Set([form]))
    this.#lengths = [...this.#byLength.keys()].sort((a, b) => b - a)
  }

  /** True when any form begins so. */
  hasBeginning(text: string): boolean {
    this.#sorted ??= [...this.#byLength.values()].flatMap(forms => [...forms]).sort()
    let [low, high] = [0, this.#sorted.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#sorted[middle] ?? '') < text) low = middle + 1
      else high = middle
    }
    return this.#sorted[low]?.startsWith(text) === true
  }

  /** The longest form that stands in the text at this place. */
  longestAt(text: string, at: number): string | undefined {
    for (const length of this.#lengths) {
      const found = text.slice(at, at + length)
      if (this.#byLength.get(length)?.has(found)) return found
    }
    return undefined
  }
}
