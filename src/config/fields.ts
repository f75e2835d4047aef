import { z } from 'zod'
import { type Duration, parseDuration } from '../core/duration.ts'
import { type EnergyUnit, millijoulesPer, parseDecimal, parseEnergy } from '../core/energy.ts'
import { EnergywebError, isEnergywebError } from '../core/errors.ts'
import { parseMass } from '../core/mass.ts'
import { parsePower } from '../core/power.ts'
import { parseSize } from '../core/size.ts'
import type { JsonSchema } from '../sources/index.ts'

/** A contract's address. */
export { contractAddress as address } from '../ledgers/kit-helpers.ts'

/** What takes the place of a schema that zod can't describe. Stands in the metadata under `schema`. */
const described = (schema: JsonSchema, description: string) => ({ description, schema })

/** A value read by a function of ours; what that throws is the message. */
function parsedBy<Value>(parse: (given: unknown) => Value) {
  return z.any().transform((given, context): Value => {
    try {
      if (given === undefined) throw refusal('is missing')
      return parse(given)
    } catch (error) {
      if (!isEnergywebError(error)) throw error
      context.issues.push({ code: 'custom', message: withHint(error), input: undefined })
      return z.NEVER
    }
  })
}

/** A finding has no room for a hint of its own: it becomes the message's second half. */
export function withHint({ message, hint }: EnergywebError): string {
  if (hint === undefined) return message
  return `${message}: ${hint.charAt(0).toLowerCase()}${hint.slice(1).replace(/\.$/, '')}`
}

/** Says no to a value; the message becomes that of the finding. */
export function refusal(message: string): EnergywebError {
  return new EnergywebError('config-invalid', message)
}

export function text(description: string, longest = 256) {
  return z.string().min(1).max(longest).meta({ description })
}

/** The name of a key, a network or a ledger. */
export const referenceName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'a name is a letter, then letters, digits, - and _, at most 64')

/** A path; relative ones begin at the configuration's folder. */
export function path(description: string) {
  return text(`${description}; relative to the configuration's folder`, 4_096)
}

const longestDuration = 31 * 86_400_000

/** Milliseconds, at least `shortest` and at most 31 days. */
export function duration(description: string, shortest = 1) {
  return parsedBy(given => {
    if (typeof given !== 'string' && typeof given !== 'number') throw refusal('expected a duration like 15m')
    const milliseconds = parseDuration(given satisfies Duration)
    if (milliseconds < shortest) throw refusal(`must be at least ${shortest} ms`)
    if (milliseconds > longestDuration) throw refusal('must be at most 31d')
    return milliseconds
  }).meta(described({ type: ['string', 'integer'], examples: ['15m'] }, description))
}

/** Bytes, at least `least` and at most 100 GB. */
export function size(description: string, least: string) {
  const [from, to] = [parseSize(least), parseSize('100 GB')]
  return parsedBy(given => {
    if (typeof given !== 'string') throw refusal('expected a size like 10 MB')
    const bytes = parseSize(given)
    if (bytes < from || bytes > to) throw refusal(`must be at least ${least} and at most 100 GB`)
    return bytes
  }).meta(described({ type: 'string', examples: ['10 MB'] }, description))
}

const largestPower = parsePower('100 GW')

/** Milliwatts, above zero. */
export function power(description: string) {
  return parsedBy(given => {
    if (typeof given !== 'string') throw refusal('expected a power like 10 kW')
    const milliwatts = parsePower(given)
    if (milliwatts <= 0n || milliwatts > largestPower) throw refusal('must be above 0 and at most 100 GW')
    return milliwatts
  }).meta(described({ type: 'string', examples: ['10 kW'] }, description))
}

/** Reads `12.5 kWh`: millijoules, not below zero. */
export function parseAmount(given: unknown): bigint {
  const match = typeof given === 'string' ? /^([\d.]{1,40}) *([A-Za-z]+)$/.exec(given.trim()) : null
  const unit = match?.[2]
  if (match === null || !isUnit(unit)) throw refusal('expected an energy like 12.5 kWh')
  const { energy, fraction } = parseEnergy(match[1] ?? '', unit)
  if (fraction !== '') throw refusal('is finer than a millijoule')
  return energy
}

function isUnit(text: string | undefined): text is EnergyUnit {
  return text !== undefined && Object.hasOwn(millijoulesPer, text)
}

export function amount(description: string) {
  return parsedBy(parseAmount).meta(described({ type: 'string', examples: ['10 Wh'] }, description))
}

/** Nanograms, not below zero. */
export function mass(description: string) {
  return parsedBy(given => {
    if (typeof given !== 'string') throw refusal('expected a mass like 123.5 kg')
    return parseMass(given)
  }).meta(described({ type: 'string', examples: ['123.5 kg'] }, description))
}

/** What a register starts from. */
export const opening = parsedBy(given => {
  if (given === 'zero' || given === 'meter') return given
  try {
    return parseAmount(given)
  } catch (error) {
    if (!isEnergywebError(error)) throw error
    throw refusal('expected zero, meter or an energy like 12.5 kWh')
  }
}).meta(
  described(
    { type: 'string', examples: ['zero', 'meter', '12.5 kWh'] },
    "what the register starts from: nothing, the counter's first value, or an amount",
  ),
)

/** A whole number of any size, also as text. */
export function wholeNumber(description: string, largest: bigint) {
  return parsedBy(given => {
    const digits = typeof given === 'number' || typeof given === 'string' ? String(given) : ''
    if (!/^\d{1,78}$/.test(digits) || BigInt(digits) > largest) {
      throw refusal(`expected a whole number from 0 to ${largest > 10n ** 12n ? '2^256 - 1' : largest}`)
    }
    return BigInt(digits)
  }).meta(described({ type: ['integer', 'string'] }, description))
}

const weiPer: Readonly<Record<string, bigint>> = { wei: 1n, gwei: 10n ** 9n }

/** Wei per gas. */
export function gasPrice(description: string) {
  return parsedBy(given => {
    const match = typeof given === 'string' ? /^([\d.]{1,20}) *(g?wei)$/.exec(given.trim()) : null
    if (match === null) throw refusal('expected a gas price like 2 gwei')
    const { digits, scale } = parseDecimal(match[1] ?? '')
    const wei = (digits * (weiPer[match[2] ?? ''] ?? 0n)) / 10n ** BigInt(Math.max(0, scale))
    if (wei > 10n ** 15n) throw refusal('must be at most 1000000 gwei')
    return wei
  }).meta(described({ type: 'string', examples: ['2 gwei'] }, description))
}

const rateUnits: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000 }

/** So many calls in so many milliseconds, like `5/s`. */
export function callRate(description: string) {
  return parsedBy(given => {
    const match = typeof given === 'string' ? /^(\d{1,7}) *\/ *(s|min|h)$/.exec(given.trim()) : null
    const calls = Number(match?.[1] ?? 0)
    if (calls === 0) throw refusal('expected a rate like 5/s, 300/min or 10000/h')
    return { calls, per: rateUnits[match?.[2] ?? ''] ?? 1_000 }
  }).meta(described({ type: 'string', examples: ['5/s', '300/min'] }, description))
}

/** One of a list of names, read by a function that may say more than "is none of them". */
export function named<Name extends string>(
  read: (given: unknown) => Name,
  names: readonly string[],
  description: string,
) {
  return parsedBy(read).meta(described({ type: 'string', enum: [...names] }, description))
}

/** Where a node of a chain is. */
export const nodeAddress = z
  .string()
  .refine(isNodeAddress, 'expected an http or https address without user and password')
  .meta({ description: 'address of a node' })

/** True for an http or https address without user and password. */
export function isNodeAddress(given: string): boolean {
  const url = URL.canParse(given) ? new URL(given) : undefined
  return url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
}

/** Where a node of a chain speaks WebSocket. */
export const socketAddress = z
  .string()
  .refine(isSocketAddress, 'expected a ws or wss address without user and password')
  .meta({ description: "address of a node's WebSocket" })

/** True for a ws or wss address without user and password. */
export function isSocketAddress(given: string): boolean {
  const url = URL.canParse(given) ? new URL(given) : undefined
  return url !== undefined && /^wss?:$/.test(url.protocol) && url.username === '' && url.password === ''
}

/** The name of a key in signed notes. */
export function keyName(description: string) {
  return z
    .string()
    .regex(/^[^\s+\p{Cc}\p{Z}]{1,128}$/u, 'expected a name like witness.example.org/w1, without spaces and +')
    .meta({ description })
}

/** Key of a log or of a witness: `<name>+<id>+<base64>`. Its bytes are looked at where there are any; see check-witnesses.ts. */
export function verifierKey(description: string) {
  return z
    .string()
    .max(1_000)
    .regex(/^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$/, 'expected a key like example.org/name+0123abcd+base64')
    .meta({ description })
}

/** An address to listen on. */
export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** Reads `127.0.0.1:8080` or `[::1]:8080`. */
export function parseListenAddress(given: unknown): ListenAddress {
  const match = typeof given === 'string' ? /^(\[[0-9a-fA-F:.]+\]|[^:[\]/]+):(\d{1,5})$/.exec(given) : null
  const port = Number(match?.[2] ?? Number.NaN)
  const host = (match?.[1] ?? '').replace(/^\[|\]$/g, '')
  if (match === null || port > 65_535) throw refusal('expected an address and a port like 127.0.0.1:8080')
  return { host, port }
}

export function listenAddress(description: string) {
  return parsedBy(parseListenAddress).meta(
    described({ type: 'string', examples: ['127.0.0.1:8080'] }, description),
  )
}

/** A secret by reference: a variable, a file, or a name under `secrets` of a sealed configuration. */
export type SecretReference =
  | { readonly env: string }
  | { readonly file: string }
  | { readonly secret: string }

const secretHelp = 'a secret never stands in a configuration: write { env: NAME } or { file: path }'
const secretName = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/

/** A reference to a secret. */
export function readSecretReference(given: unknown): SecretReference {
  if (typeof given !== 'object' || given === null) throw refusal(secretHelp)
  const [entry, ...more] = Object.entries(given)
  if (entry === undefined || more.length > 0) throw refusal('expected { env: NAME } or { file: path }')
  const [kind, name] = entry
  if (kind === 'env' && typeof name === 'string' && /^[A-Za-z_][A-Za-z0-9_]{0,255}$/.test(name))
    return { env: name }
  if (kind === 'file' && typeof name === 'string' && name !== '' && name.length <= 4_096)
    return { file: name }
  if (kind === 'secret' && typeof name === 'string' && secretName.test(name)) return { secret: name }
  throw refusal('expected { env: NAME } or { file: path }')
}

const env = { type: 'string', description: 'name of an environment variable' }
const file = { type: 'string', description: 'path of a file that only the gateway may read' }
const sealed = { type: 'string', description: 'name under `secrets`, in a sealed configuration only' }
const one = (name: string, schema: JsonSchema) => ({
  type: 'object',
  properties: { [name]: schema },
  required: [name],
  additionalProperties: false,
})

export function secret(description: string) {
  return parsedBy(readSecretReference).meta(
    described({ oneOf: [one('env', env), one('file', file), one('secret', sealed)] }, description),
  )
}
