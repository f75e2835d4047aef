import { type Abi, parseAbi } from 'viem'
import { z } from 'zod'
import { EnergywebError, messageOf } from '../../core/errors.ts'

/**
 * What the event of a contract says, or the call that made it, in data: for whoever verifies records of a contract that this
 * program does not know. Nothing of it is run. It is given by whoever verifies, never by the file that is verified, as its author
 * says what counts as a total.
 */
export interface ContractDescription {
  readonly chainId: bigint
  /** Lower case. */
  readonly contract: string
  readonly abi: Abi
  /** Name of the event that proves a registration. */
  readonly event: string
  /** Wh of one of the contract's own. */
  readonly unit: bigint
  /** Where the registered total stands, */
  readonly total: ValuePlace
  /** what names the registered entry: its leaf hash, or a UUID of that, */
  readonly entry: ValuePlace | undefined
  /** and the CIDs, or UUIDs, of its raw bytes and of its record. */
  readonly raw: ValuePlace | undefined
  readonly document: ValuePlace | undefined
}

/** An argument of the event or of the call that made it, and what lies in it: `call.reading.raw.text`. */
export interface ValuePlace {
  readonly of: 'event' | 'call'
  readonly path: readonly string[]
  /** As it was given. */
  readonly text: string
}

const place = z
  .string()
  .max(200)
  .regex(/^(event|call)(\.[A-Za-z_$][\w$]*)+$/, 'write it like event.total or call.reading.raw.text')
  .transform((text): ValuePlace => {
    const [of, ...path] = text.split('.')
    return { of: of === 'event' ? 'event' : 'call', path, text }
  })

const decimal = z
  .string()
  .regex(/^[1-9]\d{0,76}$/, 'a whole number as text')
  .transform(text => BigInt(text))

const described = z.strictObject({
  contractDescription: z.literal(1),
  chainId: decimal,
  contract: z
    .string()
    .regex(/^0x[0-9a-fA-F]{40}$/, 'an address')
    .transform(text => text.toLowerCase()),
  abi: z.array(z.string().max(2_000)).min(1).max(50),
  event: z.string().max(100),
  unit: decimal.default(1n),
  total: place,
  entry: place.optional(),
  raw: place.optional(),
  document: place.optional(),
})

/**
 * Reads a description.
 * @param text - JSON
 * @throws EnergywebError `argument-invalid` with what is wrong and where
 *
 * @example
 * parseContractDescription(`{ "contractDescription": 1, "chainId": "246", "contract": "0x5FbDB2315678afecb367f032d93F642f64180aa3",
 *   "abi": ["event Counted(bytes32 indexed meter, uint256 before, uint256 total, bytes32 entry)"],
 *   "event": "Counted", "total": "event.total", "entry": "event.entry" }`)
 */
export function parseContractDescription(text: string): ContractDescription {
  const read = described.safeParse(parsedJson(text))
  if (!read.success) {
    const [issue] = read.error.issues
    throw wrong(`${issue?.path.join('.') || 'the whole'}: ${issue?.message}`)
  }
  const { contractDescription: _, entry, raw, document, ...rest } = read.data
  const abi = abiOf(read.data.abi)
  const names = abi.flatMap(item => (item.type === 'event' ? [item.name] : []))
  if (names.filter(name => name === rest.event).length !== 1)
    throw wrong(`event: its abi has not just one event ${rest.event}, but ${names.join(', ') || 'none'}`)
  const isCalled = [rest.total, entry, raw, document].some(one => one?.of === 'call')
  if (isCalled && !abi.some(({ type }) => type === 'function'))
    throw wrong('abi: it has no function that is called')
  return { ...rest, abi, entry, raw, document }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw wrong(messageOf(error))
  }
}

function abiOf(lines: readonly string[]): Abi {
  try {
    // What is text only here has no type that says more.
    return parseAbi(lines)
  } catch (error) {
    throw wrong(`abi: ${messageOf(error).split('\n')[0]}`)
  }
}

function wrong(why: string): EnergywebError {
  return new EnergywebError('argument-invalid', `it is no description of a contract: ${why}`, {
    hint: '`docs/write-a-ledger.md` shows one.',
  })
}
