import type { Abi, AbiEvent } from 'viem'
import { decodeEventLog, parseAbi, toEventSelector } from 'viem/utils'
import { EnergywebError, messageOf } from '../../core/errors.ts'
import type { EventLog } from '../evm/answers.ts'
import { type EventArguments, topicsOf } from './event-topics.ts'
import { type StaticEventReader, staticEvent } from './static-event.ts'

/** What a node is asked for, and how its logs are read. */
export interface EventReader {
  readonly topics: readonly (string | null | readonly string[])[]
  /** False for a log of another event that happens to have the same first topic: other arguments are indexed. */
  fits(log: EventLog): boolean
  /** @throws EnergywebError `abi-invalid` when the log is not what the ABI says */
  read(log: EventLog): { readonly event: string; readonly args: Readonly<Record<string, unknown>> }
}

export interface EventChoice {
  readonly abi: Abi | readonly string[] | undefined
  /** Names or signatures; undefined is every event of the ABI. */
  readonly events: readonly string[] | undefined
  readonly args: EventArguments | undefined
}

/**
 * Finds the events that are meant and checks the arguments to filter by.
 * @throws EnergywebError `abi-invalid`, `argument-invalid`
 */
export function readEvents({ abi, events, args }: EventChoice): EventReader {
  const items = chosen(abi, events)
  for (const item of items) checkItem(item)
  const bySelector = new Map(items.map(item => [toEventSelector(item) as string, known(item)]))
  if (args !== undefined && items.length > 1) {
    throw new EnergywebError('argument-invalid', 'arguments can be filtered by for one event only', {
      hint: 'Follow each event with a trigger of its own, or leave `args` out.',
    })
  }
  const selectors = [...bySelector.keys()]
  const [only] = items
  return {
    topics: only !== undefined && args !== undefined ? topicsOf(only, args) : [oneOrList(selectors)],
    fits: ({ topics }) => bySelector.get(topics[0] ?? '')?.topics === topics.length,
    read: log => read(bySelector.get(log.topics[0] ?? ''), log),
  }
}

const oneOrList = (list: readonly string[]) => (list.length === 1 ? (list[0] ?? null) : list)

interface KnownEvent {
  readonly item: AbiEvent
  /** How many topics its logs have. */
  readonly topics: number
  readonly fast: StaticEventReader | undefined
}

const known = (item: AbiEvent): KnownEvent => ({
  item,
  topics: 1 + item.inputs.filter(({ indexed }) => indexed === true).length,
  fast: staticEvent(item),
})

function chosen(abi: Abi | readonly string[] | undefined, names: readonly string[] | undefined): AbiEvent[] {
  const events = abi === undefined ? undefined : eventsOf(abi)
  if (names === undefined) {
    if (events !== undefined && events.length > 0) return events
    throw new EnergywebError('abi-invalid', 'the ABI has no event', { hint: 'Name one with `event`.' })
  }
  return names.flatMap(name => {
    if (events === undefined) return [parsedEvent(name)]
    const selector = name.includes('(') ? toEventSelector(parsedEvent(name)) : undefined
    const found = events.filter(item => item.name === name || toEventSelector(item) === selector)
    if (found.length > 0) return found
    const list = [...new Set(events.map(item => item.name))].join(', ')
    throw new EnergywebError('abi-invalid', `the ABI has no event ${name}`, {
      hint: list === '' ? 'It has no event at all.' : `It has ${list}.`,
    })
  })
}

function eventsOf(abi: Abi | readonly string[]): AbiEvent[] {
  const texts = abi.filter(item => typeof item === 'string')
  const items: readonly Abi[number][] = texts.length > 0 ? parsed(texts) : (abi as Abi)
  return items.filter(item => item.type === 'event')
}

/** An event given as text: `Rented(bytes32 indexed id, address user)`, with or without the word `event`. */
function parsedEvent(text: string): AbiEvent {
  const [item] = parsed([/^\s*event\s/.test(text) ? text : `event ${text.trim()}`])
  if (item?.type === 'event') return item
  throw new EnergywebError('abi-invalid', `"${text}" is no event`)
}

function parsed(texts: readonly string[]): Abi {
  try {
    return parseAbi(texts as readonly string[]) as Abi
  } catch (cause) {
    const [first = ''] = messageOf(cause).split('\n')
    throw new EnergywebError(
      'abi-invalid',
      `can't read ${texts.map(text => `"${text}"`).join(', ')}: ${first.replace(/\.$/, '')}`,
      {
        hint: 'Write it as in Solidity: Rented(bytes32 indexed id, address user, uint64 until).',
        cause,
      },
    )
  }
}

function checkItem(item: AbiEvent): void {
  if (item.anonymous !== true) return
  throw new EnergywebError(
    'abi-invalid',
    `the event ${item.name} is anonymous: nothing in a log says that it is one`,
    {
      hint: 'Follow another event of the contract.',
    },
  )
}

function read(event: KnownEvent | undefined, log: EventLog): ReturnType<EventReader['read']> {
  const args = event?.fast?.(log)
  return event !== undefined && args !== undefined
    ? { event: event.item.name, args }
    : decode(event?.item, log)
}

function decode(item: AbiEvent | undefined, { topics, data }: EventLog): ReturnType<EventReader['read']> {
  try {
    if (item === undefined)
      throw new EnergywebError('abi-invalid', `the log is of no event that was asked for`)
    const { args } = decodeEventLog({
      abi: [item],
      topics: topics as [`0x${string}`, ...`0x${string}`[]],
      data: data as `0x${string}`,
    })
    return { event: item.name, args: Object(args ?? {}) }
  } catch (cause) {
    const [first = ''] = messageOf(cause).split('\n')
    throw new EnergywebError(
      'abi-invalid',
      `a log of ${item?.name ?? 'the contract'} is not as its ABI says: ${first}`,
      {
        hint: 'Is it the ABI of the contract at this address?',
        cause,
      },
    )
  }
}
