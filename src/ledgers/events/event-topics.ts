import type { AbiEvent, AbiParameter } from 'viem'
import { encodeEventTopics } from 'viem/utils'
import { EnergywebError, messageOf } from '../../core/errors.ts'

/** What arguments are filtered by, by name or in their order; a list is any of these. */
export type EventArguments = Readonly<Record<string, unknown>> | readonly unknown[]

/**
 * What a node is asked for: the event's own topic, then one for each indexed argument, null for any.
 * @throws EnergywebError `argument-invalid` for arguments that are not indexed, or not of their type
 */
export function topicsOf(
  item: AbiEvent,
  given: EventArguments,
): readonly (string | null | readonly string[])[] {
  const indexed = indexedOf(item)
  const args = isList(given) ? byName(item, indexed, given) : given
  requireFilterable(item, args)
  const typed = indexed.map(input => [input.name ?? '', plain(input, args[input.name ?? ''])] as const)
  try {
    const topics = encodeEventTopics({ abi: [item], args: Object.fromEntries(typed) })
    // Some nodes take a null at the end for a topic that must be there.
    return topics.slice(0, topics.findLastIndex(topic => topic !== null) + 1)
  } catch (cause) {
    const [first = ''] = messageOf(cause).split('\n')
    throw new EnergywebError('argument-invalid', `${item.name} can't be filtered so: ${first}`, { cause })
  }
}

/** @throws EnergywebError `argument-invalid` for arguments by which no node finds an event, or by no value of one */
export function requireFilterable(item: AbiEvent, args: Readonly<Record<string, unknown>>): void {
  const indexed = indexedOf(item)
  const names = indexed.map(({ name = '' }) => name)
  const strange = Object.keys(args).filter(name => !names.includes(name))
  if (strange.length > 0) throw notIndexed(item, strange.join(', '), names)
  const none = indexed.find(({ name = '', type }) => !type.endsWith(']') && isEmptyList(args[name]))
  if (none === undefined) return
  // Nodes take an empty list for any value at all.
  throw new EnergywebError('argument-invalid', `${item.name} can't be filtered by no ${none.name} at all`, {
    hint: 'List at least one value, or leave it out for any.',
  })
}

const indexedOf = (item: AbiEvent) => item.inputs.filter(input => input.indexed === true)
const isEmptyList = (value: unknown) => Array.isArray(value) && value.length === 0
const isList = (given: EventArguments): given is readonly unknown[] => Array.isArray(given)

function byName(item: AbiEvent, indexed: readonly AbiParameter[], given: readonly unknown[]) {
  const names = indexed.map(({ name = '' }) => name)
  if (given.length > names.length) throw notIndexed(item, `${given.length} arguments`, names)
  return Object.fromEntries(given.map((value, i) => [names[i] ?? '', value]))
}

function notIndexed({ name }: AbiEvent, what: string, names: readonly string[]): EnergywebError {
  return new EnergywebError('argument-invalid', `${name} can't be filtered by ${what}`, {
    hint:
      names.length === 0
        ? 'None of its arguments is indexed.'
        : `Its indexed arguments are ${names.join(', ')}; look at the others in the task.`,
  })
}

/** Numbers may be given as text or as numbers, as in a configuration. */
function plain(input: AbiParameter, value: unknown): unknown {
  if (Array.isArray(value) && !input.type.endsWith(']')) return value.map(each => plain(input, each))
  if (!/^u?int\d*$/.test(input.type) || (typeof value !== 'string' && typeof value !== 'number')) return value
  if (/^-?\d{1,80}$/.test(String(value))) return BigInt(value)
  throw new EnergywebError(
    'argument-invalid',
    `${input.name} is ${JSON.stringify(value)}, not a whole number`,
  )
}
