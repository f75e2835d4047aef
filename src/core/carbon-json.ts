import { canonicalJson } from './canonical-json.ts'
import type { CarbonState } from './carbon-register.ts'
import { EnergywebError } from './errors.ts'

/** Canonical JSON of a carbon register; nanograms are decimal text. */
export function encodeCarbon({ opened, base, filled, cursor, outage, priced }: CarbonState): string {
  return canonicalJson({
    opened: opened === undefined ? null : { basis: opened.basis, asset: opened.asset, after: opened.after },
    base: base.toString(),
    filled: filled.toString(),
    cursor,
    outage,
    priced,
  })
}

/**
 * Reads what {@link encodeCarbon} wrote.
 * @throws EnergywebError `carbon-law` for anything else
 */
export function decodeCarbon(text: string): CarbonState {
  const { opened, base, filled, cursor, outage, priced } = membersOf(parsed(text))
  if (typeof priced !== 'boolean' || (outage !== null && typeof outage !== 'string')) throw damaged()
  return {
    opened: opened === null ? undefined : openedOf(membersOf(opened)),
    base: nanograms(base),
    filled: nanograms(filled),
    cursor: sequence(cursor),
    outage,
    priced,
  }
}

function openedOf({ basis, asset, after }: Readonly<Record<string, unknown>>): CarbonState['opened'] {
  if ((basis !== 'marginal' && basis !== 'average') || typeof asset !== 'string') throw damaged()
  return { basis, asset, after: sequence(after) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw damaged(cause)
  }
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw damaged()
  return Object.fromEntries(Object.entries(value))
}

function nanograms(value: unknown): bigint {
  if (typeof value !== 'string' || !/^\d{1,80}$/.test(value)) throw damaged()
  return BigInt(value)
}

function sequence(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < -1) throw damaged()
  return value
}

function damaged(cause?: unknown): EnergywebError {
  return new EnergywebError('carbon-law', 'this is not the state of a carbon register', { cause })
}
