import type { PathStep } from '../problem.ts'
import type { Notes } from './notes.ts'
import type { OldPart } from './old-file.ts'

/** The parameters of one class of an old file, taken one by one: what is missing is an error, what nobody took a warning. */
export class Parameters {
  readonly #values: Readonly<Record<string, unknown>>
  readonly #notes: Notes
  readonly #taken = new Set<string>()
  /** Of the parameters, in the old file. */
  readonly path: readonly PathStep[]

  constructor(part: OldPart, at: readonly PathStep[], notes: Notes) {
    this.#values = part.class_parameters ?? {}
    this.#notes = notes
    this.path = [...at, 'class_parameters']
  }

  at(name: string): readonly PathStep[] {
    return [...this.path, name]
  }

  /** A text that must be there; empty where it is not. */
  text(name: string): string {
    const value = this.optionalText(name)
    if (value !== undefined) return value
    if (this.#values[name] === undefined) this.#notes.error(this.at(name), 'is missing')
    return ''
  }

  optionalText(name: string): string | undefined {
    const value = this.#take(name)
    if (typeof value === 'string' && value.trim() !== '') return value.trim()
    if (value !== undefined && value !== null) this.#notes.error(this.at(name), 'expected a text')
    return undefined
  }

  optionalNumber(name: string): number | undefined {
    const value = this.#take(name)
    if (typeof value === 'number' && Number.isFinite(value)) return value
    if (value !== undefined && value !== null) this.#notes.error(this.at(name), 'expected a number')
    return undefined
  }

  /** A number, or a text that stands for one. */
  id(name: string): number | string {
    const value = this.#take(name)
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
    if (typeof value === 'string' && /^\d{1,78}$/.test(value)) return value
    const message = value === undefined ? 'is missing' : 'expected a whole number'
    this.#notes.error(this.at(name), message)
    return 0
  }

  /** Anything at all, for who looks into it. */
  any(name: string): unknown {
    return this.#take(name)
  }

  /** To be called last. */
  warnOfOthers(): void {
    for (const name of Object.keys(this.#values)) {
      if (!this.#taken.has(name))
        this.#notes.warn(this.at(name), 'is not known and left out', { atKey: true })
    }
  }

  #take(name: string): unknown {
    this.#taken.add(name)
    return Object.hasOwn(this.#values, name) ? this.#values[name] : undefined
  }
}
