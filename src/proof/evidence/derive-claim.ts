import type { Hashes } from '../hashes.ts'
import { portableHashes } from '../portable-hashes.ts'
import type { EvidenceClaim, EvidenceSegment } from './evidence.ts'
import type { Period } from './period.ts'
import { periodEnergy } from './period-energy.ts'
import { type PeriodView, viewPeriod } from './period-view.ts'
import { Rebuilder } from './rebuild.ts'
import { textOf } from './rebuilt-entry.ts'

/** The devices that the period's counted readings name, in the order of their first one. */
export function devicesOf({ placed }: PeriodView): EvidenceClaim['devices'] {
  const devices = new Map<string, EvidenceClaim['devices'][number]>()
  for (const { entry, place, counted } of placed.values()) {
    if (entry.kind !== 'reading' || place !== 'within' || counted !== true) continue
    const device = {
      manufacturer: textOf(entry, 'manufacturer') ?? null,
      model: textOf(entry, 'model') ?? null,
      serial: textOf(entry, 'serial') ?? null,
    }
    if (device.manufacturer !== null || device.model !== null || device.serial !== null) {
      devices.set(JSON.stringify(device), devices.get(JSON.stringify(device)) ?? device)
    }
  }
  return [...devices.values()]
}

/** How many readings of the period are counted. A revision is another value of a reading, not another reading. */
export function countReadings({ placed }: PeriodView): number {
  return [...placed.values()].filter(
    ({ entry, place, counted }) => entry.kind === 'reading' && place === 'within' && counted === true,
  ).length
}

/**
 * What segments show of a period, as a verifier works it out: whoever makes an evidence file claims exactly this.
 * Undefined when no opening among them says whose entries they are, and nobody else does.
 * @param named - whose entries they are where the opening was erased: a verifier leaves that open
 */
export function deriveClaim(
  segments: readonly EvidenceSegment[],
  { from, to }: Period,
  {
    hashes = portableHashes(),
    named,
  }: { hashes?: Hashes; named?: Pick<EvidenceClaim, 'asset' | 'channel'> } = {},
): EvidenceClaim | undefined {
  const rebuilder = new Rebuilder(hashes)
  const view = viewPeriod(
    segments.map((segment, i) => rebuilder.rebuild(segment, i).entries),
    { from, to },
  )
  const asset = (view.opening && textOf(view.opening, 'asset')) ?? named?.asset
  const channel = (view.opening && textOf(view.opening, 'channel')) ?? named?.channel
  if (typeof asset !== 'string' || (channel !== 'import' && channel !== 'export')) return undefined
  const energy = periodEnergy(view)
  return {
    asset,
    channel,
    devices: devicesOf(view),
    from,
    to,
    readings: countReadings(view),
    energy: typeof energy === 'bigint' ? energy.toString() : null,
  }
}
