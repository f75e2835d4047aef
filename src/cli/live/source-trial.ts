import type { ResolvedConfig } from '../../config/check-config.ts'
import { composeAsset } from '../../config/compose-assets.ts'
import { environmentOf } from '../../config/secrets.ts'
import { formatEnergy } from '../../core/energy.ts'
import { type EnergywebError, toEnergywebError } from '../../core/errors.ts'
import { silentLogger } from '../../core/logger.ts'
import type { SourceReading } from '../../core/reading.ts'
import { readWithin } from '../../gateway/read-within.ts'
import { sourceContext } from '../../sources/index.ts'
import type { CommandIo } from '../io.ts'

/** What came of one trial. */
export interface Trial {
  /** Like `roof`, or `roof/origin`. */
  readonly subject: string
  /** Driver, or network. */
  readonly by: string
  readonly said: string
  /** What stands in the way; undefined when nothing does. */
  readonly trouble: EnergywebError | undefined
  /** What works and should be looked at. */
  readonly remarks: readonly string[]
}

/** A clock further ahead than this gets its readings held (the register law). */
const longestClockLead = 5 * 60_000
const patience = 30_000

/** Reads an asset's source once, as the gateway would; nothing is kept. */
export async function trySource(
  asset: ResolvedConfig['assets'][number],
  { io, config }: { io: CommandIo; config: ResolvedConfig },
): Promise<Trial> {
  const common = { subject: asset.name, by: asset.source.kind }
  try {
    const context = sourceContext({ clock: io.clock, log: silentLogger })
    const { source, channel } = await composeAsset(asset, {
      environment: environmentOf(config, io.env),
      source: context,
      extensions: config.extensions,
      addSecret: io.hide,
    })
    try {
      const { readings, warnings } = await readWithin(
        source,
        { channel, signal: new AbortController().signal },
        { milliseconds: asset.deadline ?? patience, clock: io.clock, asset: asset.name },
      )
      const newest = readings.at(-1)
      const remarks = [...source.exceptions, ...warnings, ...remarksOn(newest, io.clock.now())]
      return { ...common, said: wordsOf(newest, io.clock.now()), trouble: undefined, remarks }
    } finally {
      await source.close()
    }
  } catch (error) {
    return { ...common, said: '', trouble: toEnergywebError(error), remarks: [] }
  }
}

function wordsOf(newest: SourceReading | undefined, now: number): string {
  if (newest === undefined) return 'answers, and has nothing new'
  const { energy, kind, measuredAt } = newest
  return `${formatEnergy(energy)} (${kind}), ${ageOf(now - measuredAt)}`
}

function ageOf(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000)
  if (seconds < 0) return `${-seconds} s ahead of this clock`
  if (seconds < 120) return `${seconds} s old`
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min old` : `${Math.round(seconds / 3_600)} h old`
}

function remarksOn(newest: SourceReading | undefined, now: number): string[] {
  if (newest === undefined || newest.measuredAt - now <= longestClockLead) return []
  return [
    'its clock is more than 5 minutes ahead of this one: its readings would be held. Which one is wrong?',
  ]
}
