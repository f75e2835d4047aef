import type { AssetStatus } from '../status.ts'
import type { Snapshot } from './snapshot.ts'
import type { Tally } from './tally.ts'

const millijoulesPerJoule = 1_000n
const nanogramsPerGram = 1_000_000_000n

/** Measures the assets: polls, readings, registers, silence, CO2. */
export function measureAssets(
  snapshot: Snapshot,
  assets: readonly AssetStatus[],
  { tally, label }: { readonly tally: Tally; readonly label: (asset: string) => string },
): void {
  for (const status of assets) {
    const labels = [label(status.asset), status.channel]
    snapshot.add('polls', labels, status.polls)
    snapshot.add('pollFailures', labels, status.failures)
    const readings = tally.readingsOf(status.asset)
    for (const [outcome, count] of Object.entries(readings)) {
      snapshot.add('readings', [...labels, outcome], count)
    }
    snapshot.instant('newestReading', labels, status.newest)
    snapshot.flag('outage', labels, status.outage !== undefined)
    snapshot.instant('outageSince', labels, status.outage?.since)
    measureRegister(snapshot, labels, status)
    measureCarbon(snapshot, label(status.asset), status)
  }
}

/** Measures what came of all polls together. */
export function measurePolls(snapshot: Snapshot, tally: Tally): void {
  for (const [source, histogram] of tally.pollDurations) {
    snapshot.histogram('pollDuration', [source], histogram)
  }
  for (const [source, errors] of tally.pollErrors) {
    for (const [code, count] of errors) snapshot.add('pollErrors', [source, code], count)
  }
  snapshot.histogram('pollLateness', [], tally.pollLateness)
  snapshot.histogram('recordDuration', [], tally.recordDuration)
  snapshot.histogram('commitDuration', [], tally.commitDuration)
  for (const [reason, count] of tally.outages) snapshot.add('outages', [reason], count)
  for (const [reason, count] of tally.holds) snapshot.add('holds', [reason], count)
}

function measureRegister(snapshot: Snapshot, labels: readonly string[], { register }: AssetStatus): void {
  if (register === undefined) return
  snapshot.add('registerTotal', labels, joules(register.total))
  snapshot.add('registerHeld', labels, joules(register.held))
  snapshot.add('registerDebit', labels, joules(register.debit))
  snapshot.add('heldReadings', labels, register.heldReadings)
  snapshot.add('streamEntries', labels, register.sequence + 1)
}

function measureCarbon(snapshot: Snapshot, asset: string, { carbon }: AssetStatus): void {
  if (carbon === undefined) return
  const { register, trouble } = carbon
  if (register !== undefined) {
    snapshot.add('carbonTotal', [asset, register.basis], parts(register.total, nanogramsPerGram))
    snapshot.add('carbonWaiting', [asset], register.waiting)
    snapshot.add('carbonMissing', [asset], register.missing)
  }
  snapshot.flag('carbonTrouble', [asset], trouble !== undefined)
}

/** Joules as near to these millijoules as a float64 comes. */
function joules(millijoules: bigint): number {
  return parts(millijoules, millijoulesPerJoule)
}

/** The whole and the rest apart: the quotient of two rounded numbers would be further off. */
function parts(value: bigint, unit: bigint): number {
  return Number(value / unit) + Number(value % unit) / Number(unit)
}
