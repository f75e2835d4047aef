/** What stands in place of a secret. */
export const redacted = '[redacted]'

/** A shorter secret is only redacted where it stands alone, or it would eat letters out of every word. */
const shortest = 4

const deepest = 8

/** Knows the values of secrets and takes them out of whatever is about to be written. */
export class Redactor {
  readonly #forms = new Set<string>()
  #pattern: RegExp | undefined = undefined

  /** Remembers a secret and the forms in which it travels: JSON, a part of an address, base64. */
  add(secret: string): void {
    if (secret.trim() === '') return
    const bytes = new TextEncoder().encode(secret)
    const base64 = btoa(String.fromCharCode(...bytes))
    const forms = [
      secret,
      secret.trim(),
      JSON.stringify(secret).slice(1, -1),
      escapedForAddress(secret),
      base64,
    ]
    for (const form of forms) this.#forms.add(form)
    this.#pattern = undefined
  }

  /** The text without any secret. */
  text(text: string): string {
    if (this.#forms.size === 0) return text
    this.#pattern ??= patternOf(this.#forms)
    return text.replace(this.#pattern, redacted)
  }

  /**
   * A copy of anything that is about to be logged, without any secret: errors become plain objects, integers beyond a
   * number's range decimal text, bytes their count; what is nested too deep or in a circle is cut off.
   */
  value(value: unknown, depth = 0): unknown {
    if (typeof value === 'string') return this.text(value)
    if (typeof value === 'bigint') return value.toString()
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

function escapedForAddress(secret: string): string {
  return encodeURIComponent(secret.toWellFormed())
}

function patternOf(forms: ReadonlySet<string>): RegExp {
  const alternatives = [...forms]
    .sort((a, b) => b.length - a.length)
    .map(form => {
      const literal = RegExp.escape(form)
      return form.length < shortest ? `(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])` : literal
    })
  return new RegExp(alternatives.join('|'), 'gu')
}
