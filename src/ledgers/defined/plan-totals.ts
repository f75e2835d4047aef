import { toWattHours } from '../../core/energy.ts'
import type { StoredEntry } from '../../core/log.ts'
import { registeredTotal } from '../evm/registered-total.ts'
import type { LinePosition, Plan, PlannedSkip, RegistryCall } from '../evm/registry.ts'
import { type CallMaker, plannedCall } from './planned-call.ts'
import { unitWord, wholeUnits } from './units.ts'

export interface TotalsPlanOptions {
  readonly needs: 'absolute' | 'increasing'
  /** Wh that the contract counts as one. */
  readonly unit: bigint
  readonly make: CallMaker
}

/**
 * The calls for a ledger of totals. Each covers the entries since the one before that need no registration. A ledger of
 * `increasing` totals gets none for a total without a whole unit more: those entries are skipped, and the next call's stands for
 * them, as entries are chained.
 */
export function planTotals(
  start: LinePosition,
  entries: readonly StoredEntry[],
  { needs, unit, make }: TotalsPlanOptions,
): Plan {
  const calls: RegistryCall[] = []
  const skips: PlannedSkip[] = []
  let position = start
  let first: number | undefined
  let covered = 0
  for (const [at, entry] of entries.entries()) {
    const { sequence } = entry
    first ??= sequence
    const change = registeredTotal(entry)
    if (change === undefined) continue
    const meterDown = change === 'down'
    // A silent meter has a value to repeat only after the first registration: never a zero.
    if (meterDown && (needs === 'increasing' || position.last === undefined)) continue
    const total = meterDown ? position.value : wholeUnits(toWattHours(change), unit)
    if (needs === 'increasing' && total <= position.value) {
      addSkip(skips, {
        first,
        last: sequence,
        reason: `no whole ${unitWord(unit)} more than ${position.value} Wh`,
      })
    } else {
      const call = plannedCall(entry, { first, position, total, meterDown }, make)
      calls.push(call)
      position = { ...position, last: entry, value: total }
    }
    first = undefined
    covered = at + 1
  }
  return { calls, skips, covered }
}

/** Skips for one reason that lie next to each other are one. */
function addSkip(skips: PlannedSkip[], skip: PlannedSkip): void {
  const before = skips.at(-1)
  if (before?.reason === skip.reason && before.last + 1 === skip.first) skips.pop()
  else return void skips.push(skip)
  skips.push({ ...skip, first: before.first })
}
