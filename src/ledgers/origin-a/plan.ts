import { toHex } from '../../core/bytes.ts'
import { toWattHours } from '../../core/energy.ts'
import type { ReportLine } from '../../core/ledger.ts'
import type { StoredEntry } from '../../core/log.ts'
import type { LinePosition, Plan, RegistryCall } from '../evm/registry.ts'
import { encodeConsumerRead, encodeProducerRead } from './calls.ts'

/** The first link of every chain of hashes in release A: the text `0x0`, padded with zeros on the right. */
export const firstLink = `0x${'307830'.padEnd(64, '0')}`

export interface PlanOptions {
  /** The contract of the line. */
  readonly contract: string
  /** Whether a gap is told to the contract, as its last value with the meter-down flag. */
  readonly reportDown: boolean
}

/**
 * What an entry registers: the register's new total in mJ, `down` for a silent meter, nothing for entries that leave
 * the total as it is (held and late readings, holds, notes, receipts) and for those whose document was erased.
 */
export function registers(entry: StoredEntry): bigint | 'down' | undefined {
  const { kind, document } = entry
  if (document === undefined) return undefined
  switch (kind) {
    case 'gap':
      return 'down'
    case 'reading':
    case 'revision':
      return document.status === 'counted' ? totalOf(entry) : undefined
    case 'write-off':
      // Dropping what was held may let the readings behind it count.
      return document.readings === 0n ? undefined : totalOf(entry)
    case 'release':
    case 'reset':
    case 'rollover':
    case 'swap':
      return totalOf(entry)
    default:
      return undefined
  }
}

function totalOf({ document }: StoredEntry): bigint | undefined {
  const total = document?.total
  return typeof total === 'bigint' ? total : undefined
}

/** The calls for these entries. Each covers the entries since the one before that need no registration. */
export function planOriginA(
  line: ReportLine,
  position: LinePosition,
  { entries, contract, reportDown }: PlanOptions & { readonly entries: readonly StoredEntry[] },
): Plan {
  const calls: RegistryCall[] = []
  let { last, value } = position
  let first: number | undefined
  let covered = 0
  for (const [at, { sequence, leafHash }] of entries.entries()) {
    first ??= sequence
    const entry = entries[at]
    const change = entry && registers(entry)
    if (change === undefined) continue
    const before = value
    const down = change === 'down'
    // A silent meter has a value to repeat only after the first registration: never a zero.
    if (down && (!reportDown || last === undefined)) continue
    if (!down) value = toWattHours(change)
    const link = last === undefined ? firstLink : `0x${toHex(last.leafHash)}`
    const read = { assetId: line.assetId, value, meterDown: down, link }
    // There is no source of CO2 figures yet: the register on the chain stays as it is, flagged as out of service.
    const data =
      line.role === 'producer'
        ? encodeProducerRead({ ...read, carbon: position.carbon, carbonDown: true })
        : encodeConsumerRead(read)
    const step = value === before ? 'same' : before === 0n ? 'leaves zero' : 'rises'
    const shape = `${last === undefined ? 'first' : 'later'}, ${step}${down ? ', down' : ''}`
    calls.push({ first, last: sequence, reading: sequence, leafHash, to: contract, data, value, shape })
    last = { sequence, leafHash }
    first = undefined
    covered = at + 1
  }
  return { calls, covered }
}
