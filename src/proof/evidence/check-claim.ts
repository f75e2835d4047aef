import { exactEnergy, exactKilowattHours } from '../../core/exact-energy.ts'
import { countReadings, devicesOf } from './derive-claim.ts'
import type { EvidenceClaim } from './evidence.ts'
import { refutes, stepOf } from './findings.ts'
import { periodEnergy } from './period-energy.ts'
import type { PeriodView } from './period-view.ts'
import { textOf } from './rebuilt-entry.ts'
import type { Finding, VerificationStep } from './verification.ts'

/** Compares the claim with what follows from the entries. */
export function checkClaim(claim: EvidenceClaim, view: PeriodView): VerificationStep {
  const findings = [
    ...compareName(claim, view),
    ...compareDevices(claim, view),
    ...compareReadings(claim, view),
    ...compareEnergy(claim, view),
  ]
  const energy =
    claim.energy === null ? 'whose energy it does not tell' : `of ${exactEnergy(BigInt(claim.energy))}`
  const text = `The entries show what the file claims: ${claim.asset}, ${claim.channel}, ${periodInWords(claim)}, ${claim.readings} counted readings ${energy}.`
  return stepOf('claim', findings, text)
}

/** The period for people. */
function periodInWords({ from, to }: EvidenceClaim): string {
  return from === to ? `at ${from}` : `after ${from} up to ${to}`
}

function differs(what: string, claimed: unknown, shown: unknown): Finding {
  return refutes('claim-false', `The file claims ${what} ${claimed}, and the entries show ${shown}.`)
}

function compareName({ asset, channel }: EvidenceClaim, { opening }: PeriodView): readonly Finding[] {
  if (opening === undefined) return []
  const shown = { asset: textOf(opening, 'asset'), channel: textOf(opening, 'channel') }
  return [
    ...(shown.asset === asset
      ? []
      : [differs('the asset', JSON.stringify(asset), JSON.stringify(shown.asset))]),
    ...(shown.channel === channel ? [] : [differs('the channel', channel, shown.channel)]),
  ]
}

function compareDevices({ devices }: EvidenceClaim, view: PeriodView): readonly Finding[] {
  const text = (list: EvidenceClaim['devices']) =>
    JSON.stringify(list.map(({ manufacturer, model, serial }) => [manufacturer, model, serial]))
  const [claimed, shown] = [text(devices), text(devicesOf(view))]
  return claimed === shown ? [] : [differs('the devices', claimed, shown)]
}

function compareReadings({ readings }: EvidenceClaim, view: PeriodView): readonly Finding[] {
  const shown = countReadings(view)
  return readings === shown ? [] : [differs('a number of counted readings of', readings, shown)]
}

function energyInWords(energy: bigint): string {
  const exact = exactKilowattHours(energy)
  return exact === undefined ? `${energy} mJ` : `${energy} mJ (${exact} kWh)`
}

function compareEnergy({ energy: claimed }: EvidenceClaim, view: PeriodView): readonly Finding[] {
  const shown = periodEnergy(view)
  // What is not claimed need not be worked out; why it can't be is worth knowing.
  if (typeof shown !== 'bigint') return [claimed === null ? { ...shown, effect: 'note' } : shown]
  if (claimed === null) return []
  if (BigInt(claimed) === shown) return []
  return [differs('an energy of', energyInWords(BigInt(claimed)), energyInWords(shown))]
}
