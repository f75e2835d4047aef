import type { AbiParameter } from 'viem'
import { encodeAbiParameters } from 'viem/utils'
import { messageOf } from '../../core/errors.ts'

/** Which argument is not what the ABI wants, and why. */
export interface Misfit {
  /** Like `list[1].owner`. */
  readonly path: string
  readonly type: string
  /** A sentence without its end. */
  readonly why: string
}

/** Why a value that is no list and no tuple does not fit; undefined when it does. */
export type LeafTrouble = (type: string, value: unknown) => string | undefined

/**
 * The first argument that does not fit.
 * @param leafTrouble - looks at what lists and tuples are made of in the end
 */
export function misfitIn(
  inputs: readonly AbiParameter[],
  values: readonly unknown[],
  leafTrouble: LeafTrouble,
): Misfit | undefined {
  return firstOf(inputs, (input, i) =>
    misfitAt(input, values[i], { path: input.name || `${i + 1}`, leafTrouble }),
  )
}

interface Place {
  readonly path: string
  readonly leafTrouble: LeafTrouble
}

function misfitAt(parameter: AbiParameter, value: unknown, { path, leafTrouble }: Place): Misfit | undefined {
  const { type } = parameter
  const misfit = (why: string): Misfit => ({ path, type, why })
  if (value === undefined || value === null) return misfit('it is missing')
  const [, of, length] = /^(.*)\[(\d*)\]$/.exec(type) ?? []
  if (of !== undefined) {
    if (!Array.isArray(value)) return misfit('it is no list')
    if (length && value.length !== Number(length)) return misfit(`its length is ${value.length}`)
    return firstOf(value, (item: unknown, i) =>
      misfitAt({ ...parameter, type: of }, item, { path: `${path}[${i}]`, leafTrouble }),
    )
  }
  if (!('components' in parameter)) {
    const why = leafTrouble(type, value)
    return why === undefined ? undefined : misfit(why)
  }
  if (typeof value !== 'object') return misfit('it is no object')
  const fields = new Map<unknown, unknown>(Object.entries(value))
  return firstOf(parameter.components, (component, i) => {
    const key = Array.isArray(value) ? String(i) : component.name
    return misfitAt(component, fields.get(key), { path: `${path}.${component.name || i}`, leafTrouble })
  })
}

function firstOf<Item>(
  items: readonly Item[],
  look: (item: Item, i: number) => Misfit | undefined,
): Misfit | undefined {
  for (const [i, item] of items.entries()) {
    const found = look(item, i)
    if (found !== undefined) return found
  }
  return undefined
}

/** viem encodes text that is no hex as if it were, which makes other data of it. */
export function bytesTrouble(type: string, value: unknown): string | undefined {
  if (!type.startsWith('bytes')) return undefined
  if (typeof value !== 'string' || !value.startsWith('0x')) return 'it is no hex with 0x'
  if (!/^0x[0-9a-fA-F]*$/.test(value)) return 'it has other than hex digits'
  return value.length % 2 === 0 ? undefined : 'it has an odd number of hex digits'
}

/** Why a value does not encode as its type. */
export function valueTrouble(type: string, value: unknown): string | undefined {
  const trouble = bytesTrouble(type, value)
  if (trouble !== undefined) return trouble
  try {
    encodeAbiParameters([{ type }], [value])
    return undefined
  } catch (cause) {
    // viem's messages go on with its version.
    const [first = ''] = messageOf(cause).split('\n\n')
    return first.replaceAll('\n', ' ').replace(/\.$/, '')
  }
}
