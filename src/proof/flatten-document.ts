import { type FieldValue, integerFits, isOfType, valueInWords } from '../core/document.ts'
import { EnergywebError } from '../core/errors.ts'
import {
  isList,
  lengthPath,
  mostValues,
  type Outline,
  pathOf,
  type Shape,
  type Structure,
} from './structure.ts'

/** Any JSON: integers as `bigint` or as whole numbers up to 2^53 - 1. */
export type Json = FieldValue | number | readonly Json[] | { readonly [member: string]: Json }

/** A document as its tree has it. */
export interface FlatDocument {
  readonly fields: { readonly [path: string]: FieldValue }
  readonly outline: Outline
}

/**
 * Writes a document as fields by their paths.
 * @throws EnergywebError `document-invalid`, with the path, what must be there and what is, for a document that is not of the
 * structure: a member missing or unknown, another type, a number with a fraction or an exponent, a list with holes.
 */
export function flattenDocument(structure: Structure, document: Json): FlatDocument {
  const flattening = new Flattening(structure.name)
  flattening.addMembers(undefined, structure.shape, document)
  return flattening.result()
}

class Flattening {
  readonly #name: string
  readonly #fields: [string, FieldValue][] = []
  readonly #outline: [string, number | null][] = []
  #values = 0

  constructor(name: string) {
    this.#name = name
  }

  result(): FlatDocument {
    return { fields: Object.fromEntries(this.#fields), outline: Object.fromEntries(this.#outline) }
  }

  addMembers(path: string | undefined, shape: Structure['shape'], value: Json): void {
    if (!isObject(value))
      throw this.#refused(path, `must be an object${path === undefined ? '' : ' or null'}`, value)
    const unknown = Object.keys(value).find(member => !Object.hasOwn(shape, member))
    if (unknown !== undefined) throw this.#error(`has no "${pathOf(path, unknown)}"`)
    for (const [member, inner] of Object.entries(shape)) {
      const at = pathOf(path, member)
      const content = Object.hasOwn(value, member) ? value[member] : undefined
      if (content === undefined) throw this.#error(`needs "${at}"`)
      this.#add(at, inner, content)
    }
  }

  #add(path: string, shape: Shape, value: Json): void {
    this.#values += 1
    if (this.#values > mostValues) throw this.#error(`can't have more than ${mostValues} values`)
    if (typeof shape === 'string') {
      this.#fields.push([path, this.#scalar(path, shape, value)])
    } else if (value === null) {
      this.#outline.push([path, null])
      this.#fields.push([path, null])
    } else if (!isList(shape)) {
      this.addMembers(path, shape, value)
    } else {
      if (!Array.isArray(value)) throw this.#refused(path, 'must be a list or null', value)
      this.#addList(path, shape[0], value)
    }
  }

  #addList(path: string, shape: Shape, list: readonly Json[]): void {
    this.#outline.push([path, list.length])
    this.#fields.push([lengthPath(path), BigInt(list.length)])
    for (const [i, element] of list.entries()) {
      const at = pathOf(path, String(i))
      if (element === undefined) throw this.#error(`needs "${at}"`)
      this.#add(at, shape, element)
    }
  }

  #scalar(path: string, type: 'text' | 'integer' | 'flag', given: Json): FieldValue {
    const value = typeof given === 'number' && Number.isSafeInteger(given) ? BigInt(given) : given
    if (!isOfType(value, type)) throw this.#refused(path, `must be ${type} or null`, given)
    if (typeof value === 'string' && !value.isWellFormed())
      throw this.#error(`holds a lone surrogate in "${path}"`)
    if (typeof value === 'bigint' && !integerFits(value)) throw this.#error(`is beyond 256 bits in "${path}"`)
    return value
  }

  #refused(path: string | undefined, must: string, value: unknown): EnergywebError {
    const what = path === undefined ? 'it' : `"${path}"`
    return this.#error(`is broken: ${what} ${must}, not ${valueInWords(value)}`)
  }

  #error(why: string): EnergywebError {
    return new EnergywebError('document-invalid', `a ${this.#name} document ${why}`)
  }
}

function isObject(value: Json): value is { readonly [member: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
