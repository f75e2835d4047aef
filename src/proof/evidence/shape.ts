import { EvidenceInvalid } from './evidence-invalid.ts'
import type { JsonObject, JsonValue } from './json-reader.ts'

/** Reads a value of one form, or refuses it with the place where it stands. */
export type Shape<Value> = (value: JsonValue | undefined, place: string) => Value

/** Refuses what stands at a place. */
export function malformed(place: string, expected: string): EvidenceInvalid {
  return new EvidenceInvalid('malformed', `${place || 'the file'}: expected ${expected}`)
}

/** Any text, or one of a form. */
export function text(expected = 'a text', pattern?: RegExp): Shape<string> {
  return (value, place) => {
    if (typeof value !== 'string' || (pattern !== undefined && !pattern.test(value)))
      throw malformed(place, expected)
    return value
  }
}

/** A number that counts something. */
export const count: Shape<number> = (value, place) => {
  if (typeof value !== 'number' || value < 0 || Object.is(value, -0)) throw malformed(place, 'a whole number')
  return value
}

/** One of some texts. */
export function oneOf<const Word extends string>(words: readonly Word[]): Shape<Word> {
  return (value, place) => {
    const word = words.find(known => known === value)
    if (word === undefined) throw malformed(place, words.length === 1 ? `"${words[0]}"` : 'a known word')
    return word
  }
}

/** Null, or what the shape reads. */
export function orNull<Value>(shape: Shape<Value>): Shape<Value | null> {
  return (value, place) => (value === null ? null : shape(value, place))
}

/** An array. */
export function list<Value>(shape: Shape<Value>): Shape<readonly Value[]> {
  return (value, place) => {
    if (!isList(value)) throw malformed(place, 'an array')
    return value.map((element, i) => shape(element, `${place}[${i}]`))
  }
}

/** An object whose names are data. */
export function record<Value>(shape: Shape<Value>): Shape<Readonly<Record<string, Value>>> {
  return (value, place) => {
    const members: Record<string, Value> = Object.create(null)
    for (const [name, member] of Object.entries(objectAt(value, place))) {
      members[name] = shape(member, `${place}.${name.slice(0, 40)}`)
    }
    return members
  }
}

/** An object that has exactly these members; those of `optional` may be absent. */
export function object<Members extends object, Optional extends object = Record<never, never>>(
  members: { readonly [Name in keyof Members]-?: Shape<Members[Name]> },
  optional?: { readonly [Name in keyof Optional]-?: Shape<Optional[Name]> },
): Shape<Members & Partial<Optional>> {
  const required = Object.entries<Shape<unknown>>(members)
  const known = new Map<string, Shape<unknown>>([
    ...required,
    ...Object.entries<Shape<unknown>>(optional ?? {}),
  ])
  return (value, place) => {
    const given = objectAt(value, place)
    const missing = required.find(([name]) => given[name] === undefined)
    if (missing !== undefined) throw malformed(place, `a member "${missing[0]}"`)
    const read = Object.entries(given).map(([name, member]) => {
      const shape = known.get(name)
      if (shape === undefined) throw malformed(place, `no member ${JSON.stringify(name.slice(0, 40))}`)
      return [name, shape(member, place === '' ? name : `${place}.${name}`)]
    })
    // Each member was read by the shape of its name.
    return Object.fromEntries(read) as Members & Partial<Optional>
  }
}

export function objectAt(value: JsonValue | undefined, place: string): JsonObject {
  if (typeof value !== 'object' || value === null || isList(value)) throw malformed(place, 'an object')
  return value
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}
