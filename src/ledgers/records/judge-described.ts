import { decodeEventLog, decodeFunctionData, type Hex } from 'viem'
import { encodeCid, parseCid } from '../../core/any-cid.ts'
import { fromBase64url, toHex } from '../../core/bytes.ts'
import { contentUuids, leafUuid } from '../../proof/ids/derived-ids.ts'
import { uuidBytes } from '../../proof/ids/uuid.ts'
import type { EventLog } from '../evm/answers.ts'
import type { ContractDescription, ValuePlace } from './contract-description.ts'
import type { ExpectedRegistration } from './expected-registration.ts'
import type { CallQuestion, Judgement } from './judgement.ts'

type Said = Readonly<Partial<Record<'event' | 'call', unknown>>>

/** Compares an event of a contract that is described with what a receipt says was registered by it. */
export function judgeDescribed(
  log: EventLog,
  expected: ExpectedRegistration,
  description: ContractDescription,
): Judgement {
  const event = eventIn(log, description)
  if (event === undefined) {
    // A contract may tell of registrations by several events: one that is not described says nothing.
    return {
      unknown: `the event that stands there is not the ${description.event} that the contract is described with`,
    }
  }
  const { total, entry, raw, document } = description
  if (![total, entry, raw, document].some(place => place?.of === 'call')) {
    return judgeSaid({ event }, expected, description)
  }
  const question: CallQuestion = {
    transaction: log.transaction,
    judge({ to, data }) {
      const call = to === log.address ? callIn(data, description) : undefined
      if (call === undefined) return { unknown: 'it was registered by a call that is not described' }
      return judgeSaid({ event, call }, expected, description)
    },
  }
  return question
}

function judgeSaid(said: Said, expected: ExpectedRegistration, description: ContractDescription): Judgement {
  const { total, unit, entry, raw, document } = description
  const count = valueAt(said, total)
  if (typeof count !== 'bigint' && typeof count !== 'number') return `${total.text} is no number there`
  const value = BigInt(count) * unit
  if (expected.value !== undefined && value !== expected.value) {
    return `${value} Wh were registered there, and the receipt says ${expected.value} Wh`
  }
  const { leaf } = expected
  if (entry !== undefined && leaf !== undefined && !formsOfLeaf(leaf).has(textAt(said, entry))) {
    return `${entry.text} is "${shown(said, entry)}" there, and does not name the entry that it is said to be of, ${leaf}`
  }
  const hidden: string[] = []
  for (const [place, what, cid] of [
    [raw, 'raw bytes', expected.raw],
    [document, 'record', expected.document],
  ] as const) {
    if (place === undefined) continue
    if (cid === undefined) hidden.push(`the ${what} that ${place.text} names`)
    else if (!formsOfCid(cid).has(textAt(said, place))) {
      return `${place.text} is "${shown(said, place)}" there, and the CID of the ${what} of the entry is ${cid ?? 'none'}`
    }
  }
  return hidden.length === 0 ? undefined : { unknown: `the file does not show ${hidden.join(' and ')}` }
}

/** What an argument holds. Only what the ABI names is looked at. */
function valueAt(said: Said, { of, path }: ValuePlace): unknown {
  let value = said[of]
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = Object.getOwnPropertyDescriptor(value, name)?.value
  }
  return value
}

/** In the letters in which forms are compared: hex digits in lower case, other text as it is. */
function textAt(said: Said, place: ValuePlace): string {
  const text = String(valueAt(said, place))
  return /^0x[0-9a-f]*$/i.test(text) ? text.toLowerCase() : text
}

const shown = (said: Said, place: ValuePlace) => textAt(said, place).slice(0, 120)

/** A leaf hash as contracts may hold it. @param leaf - base64url */
function formsOfLeaf(leaf: string): ReadonlySet<string> {
  const bytes = fromBase64url(leaf)
  return new Set([leaf, `0x${toHex(bytes)}`, ...formsOfUuid(leafUuid(bytes))])
}

/** A CID, and the UUIDs of its content, as contracts may hold them; of an entry without content nothing, in each form. */
function formsOfCid(text: string | null): ReadonlySet<string> {
  if (text === null) return new Set(['', '0x', `0x${'0'.repeat(32)}`, `0x${'0'.repeat(64)}`])
  const cid = parseCid(text)
  const { v5, v8 } = contentUuids(cid)
  const hex = [toHex(encodeCid(cid)), toHex(cid.digest)].map(digits => `0x${digits}`)
  return new Set([text, ...hex, ...formsOfUuid(v5), ...formsOfUuid(v8)])
}

function formsOfUuid(text: string): readonly string[] {
  const hex = `0x${toHex(uuidBytes(text))}`
  return [text, hex, hex.padEnd(66, '0')]
}

const hexOf = (text: string): Hex => `0x${text.replace(/^0x/, '')}`

function eventIn({ topics, data }: EventLog, { abi, event: eventName }: ContractDescription): unknown {
  const [first = '0x', ...rest] = topics
  try {
    const decoded = decodeEventLog({
      ...{ abi, eventName, strict: true },
      topics: [hexOf(first), ...rest.map(hexOf)],
      data: hexOf(data),
    })
    return decoded.args
  } catch {
    // What a node hands over may be anything: it is not that event.
    return undefined
  }
}

/** The arguments of a call by their names; undefined for one of another function. */
function callIn(data: string, { abi }: ContractDescription): unknown {
  try {
    const { functionName, args = [] } = decodeFunctionData({ abi, data: hexOf(data) })
    const found = abi.find(
      item => item.type === 'function' && item.name === functionName && item.inputs.length === args.length,
    )
    if (found?.type !== 'function') return undefined
    return Object.fromEntries(found.inputs.map(({ name }, i) => [name ?? String(i), args[i]]))
  } catch {
    return undefined
  }
}
