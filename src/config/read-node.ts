import type { Document, Node, Scalar, YAMLMap } from 'yaml'
import type { Refuse } from './parse-text.ts'
import type { PathStep } from './problem.ts'

/** What a configuration may hold, before its schema is looked at. */
export type PlainValue = string | number | boolean | null | PlainValue[] | { [key: string]: PlainValue }

/** Offsets of a key and of its value. */
export interface Place {
  readonly key: number
  readonly value: number
}

export interface ReadNodeContext {
  readonly yaml: typeof import('yaml')
  readonly document: Document
  readonly refuse: Refuse
}

const mostValues = 100_000
const deepest = 32
const refusedKeys = ['__proto__', 'constructor', 'prototype']

/**
 * Plain values of a parsed document, and the place of each. Aliases are followed, but count like what they stand for, so
 * that no bomb goes off.
 */
export function readNode(
  node: Node,
  context: ReadNodeContext,
): { value: PlainValue; places: ReadonlyMap<string, Place> } {
  const { yaml, document, refuse } = context
  const places = new Map<string, Place>()
  let values = 0

  const read = (given: unknown, path: readonly PathStep[], key: number): PlainValue => {
    if (given === null || !yaml.isNode(given)) {
      places.set(path.join('\0'), { key, value: key })
      return null
    }
    const start = given.range?.[0] ?? key
    places.set(path.join('\0'), { key, value: start })
    if (++values > mostValues) return refuse(start, 'too much for a configuration')
    if (path.length > deepest) return refuse(start, 'nested too deep')
    if (yaml.isAlias(given)) {
      const target = given.resolve(document)
      if (target === undefined) return refuse(start, 'the alias stands for nothing')
      return read(target, path, key)
    }
    if (yaml.isSeq(given)) return given.items.map((item, index) => read(item, [...path, index], start))
    if (yaml.isMap(given)) return readMap(given, path)
    return yaml.isScalar(given) ? scalarValue(given, start, refuse) : refuse(start, 'not understood')
  }

  const readMap = (map: YAMLMap, path: readonly PathStep[]): PlainValue => {
    const value: { [key: string]: PlainValue } = {}
    for (const pair of map.items) {
      const offset = yaml.isNode(pair.key) ? (pair.key.range?.[0] ?? 0) : 0
      const name = yaml.isScalar(pair.key) ? (pair.key.source ?? String(pair.key.value)) : undefined
      if (name === undefined) return refuse(offset, 'a key must be plain text')
      if (refusedKeys.includes(name)) return refuse(offset, `the key "${name}" is refused`)
      if (Object.hasOwn(value, name)) return refuse(offset, `the key "${name.slice(0, 64)}" is there twice`)
      value[name] = read(pair.value, [...path, name], offset)
    }
    return value
  }

  return { value: read(node, [], 0), places }
}

/**
 * Numbers that are written in another way than they would be printed (`1.0`, `0x5FbD…`, `1e9`) stay text: nobody who
 * writes an address or a version means a number.
 */
function scalarValue({ value, source }: Scalar, start: number, refuse: Refuse): PlainValue {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
  if (typeof value === 'bigint' || typeof value === 'number') {
    return String(Number(value)) === source ? Number(value) : (source ?? refuse(start, 'not a number'))
  }
  return refuse(start, 'neither text nor number nor flag')
}
