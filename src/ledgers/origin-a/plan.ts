import { toHex } from '../../core/bytes.ts'
import type { CarbonPoint } from '../../core/carbon-log.ts'
import { toWattHours } from '../../core/energy.ts'
import type { AssetLine } from '../../core/ledger.ts'
import type { StoredEntry } from '../../core/log.ts'
import { toGrams } from '../../core/mass.ts'
import type { Instant } from '../../core/time.ts'
import { registeredTotal } from '../evm/registered-total.ts'
import type { LinePosition, Plan, RegistryCall } from '../evm/registry.ts'
import { encodeConsumerRead, encodeProducerRead, linkToFile } from './calls.ts'

/** The first link of every chain of hashes in release A: the text `0x0`, padded with zeros on the right. */
export const firstLink = `0x${'307830'.padEnd(64, '0')}`

export interface PlanOptions {
  /** The contract of the line. */
  readonly contract: string
  /** Whether a gap is told to the contract, as its last value with the meter-down flag. */
  readonly reportDown: boolean
  /** Undefined when the asset's CO2 is not counted: then the chain's register stays as it is, flagged as out of service. */
  readonly carbon?: PlannedCarbon | undefined
}

/** The asset's carbon register, as far as it matters to these entries. */
export interface PlannedCarbon {
  /** By sequence; an entry without a point has no carbon register yet. */
  readonly points: ReadonlyMap<number, CarbonPoint>
  /** An entry appended after this may still wait for its factor; none may when it is infinite. */
  readonly waitsAfter: Instant
}

/** The calls for these entries. Each covers the entries since the one before that need no registration. */
export function planOriginA(
  line: AssetLine,
  position: LinePosition,
  {
    entries,
    contract,
    reportDown,
    carbon: accounting,
  }: PlanOptions & { readonly entries: readonly StoredEntry[] },
): Plan {
  const calls: RegistryCall[] = []
  let { last, value, carbon } = position
  let { fileLink } = position
  let first: number | undefined
  let covered = 0
  let notice: { notice?: string } = {}
  for (const [at, { sequence, leafHash }] of entries.entries()) {
    first ??= sequence
    const entry = entries[at]
    const change = entry && registeredTotal(entry)
    if (entry === undefined || change === undefined) continue
    const before = value
    const down = change === 'down'
    // A silent meter has a value to repeat only after the first registration: never a zero.
    if (down && (!reportDown || last === undefined)) continue
    const point = line.role === 'producer' ? accounting?.points.get(sequence) : undefined
    if (
      line.role === 'producer' &&
      accounting !== undefined &&
      !point?.settled &&
      entry.at > accounting.waitsAfter
    ) {
      return { calls, covered, waiting: true, ...noticeOf(position, point) }
    }
    if (!down) value = toWattHours(change)
    const link = fileLink ?? (last === undefined ? firstLink : `0x${toHex(last.leafHash)}`)
    const read = { assetId: line.assetId, value, meterDown: down, link }
    const carbonBefore = carbon
    // The chain's register is never lowered, whatever ours says.
    if (point !== undefined && toGrams(point.total) > carbon) carbon = toGrams(point.total)
    const data =
      line.role === 'producer'
        ? encodeProducerRead({ ...read, carbon, carbonDown: point?.complete !== true })
        : encodeConsumerRead(read)
    const emitted = carbon === carbonBefore ? '' : `, CO2 ${stepOf(carbonBefore, carbon)}`
    const shape = `${last === undefined ? 'first' : 'later'}, ${stepOf(before, value)}${emitted}${down ? ', down' : ''}`
    notice = noticeOf(position, point)
    calls.push({ first, last: sequence, reading: sequence, leafHash, to: contract, data, value, shape })
    last = { sequence, leafHash }
    if (fileLink !== undefined) fileLink = linkToFile(data)
    first = undefined
    covered = at + 1
  }
  return { calls, covered, ...notice }
}

function stepOf(before: bigint, after: bigint): string {
  return after === before ? 'same' : before === 0n ? 'leaves zero' : 'rises'
}

/** A chain above ours has a history that ours does not know. */
function noticeOf({ carbon }: LinePosition, point: CarbonPoint | undefined): { notice?: string } {
  if (point === undefined || toGrams(point.total) >= carbon) return {}
  const notice = `the contract holds ${carbon} g of CO2, more than our ${toGrams(point.total)} g: its value is kept until ours has passed it. carbon.opening continues an existing register`
  return { notice }
}
