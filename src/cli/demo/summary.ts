import { formatEnergy, toWattHours } from '../../core/energy.ts'
import type { Log } from '../../core/log.ts'
import { formatMass, toGrams } from '../../core/mass.ts'
import type { ChainAsset } from './chain.ts'
import { plants } from './plants.ts'

/** An asset's figures, from the log and from the chain. */
export interface AssetFigures {
  readonly name: string
  /** Readings in the log, revisions of them included. */
  readonly readings: number
  readonly gaps: number
  /** Receipts in the log: what is final on the chain. */
  readonly receipts: number
  /** Register, mJ. */
  readonly total: bigint
  /** Carbon register, nanograms; undefined where CO2 is not counted. */
  readonly carbon: bigint | undefined
  readonly chain: ChainAsset
}

/** How many checkpoints were anchored: by the log's receipts, and by the chain. */
export interface AnchorFigures {
  readonly receipts: number
  readonly chain: number
}

/** What log and chain disagree on. */
export function anchorDifferences({ receipts, chain }: AnchorFigures): readonly string[] {
  return receipts === chain ? [] : [`the log has ${receipts} receipts of anchors, the chain ${chain} anchors`]
}

/** Counts the receipts in a stream. */
export async function countReceipts(log: Log, name: string): Promise<number> {
  return (await countEntries(log, name)).receipt
}

/** Counts an asset's entries in the log. */
export async function logFigures(log: Log, name: string): Promise<Omit<AssetFigures, 'chain' | 'carbon'>> {
  const counts = await countEntries(log, name)
  const { total } = await log.register(name)
  return {
    name,
    readings: counts.reading + counts.revision,
    gaps: counts.gap,
    receipts: counts.receipt,
    total,
  }
}

async function countEntries(log: Log, name: string) {
  const counts = { reading: 0, revision: 0, gap: 0, receipt: 0 }
  const limit = 1_000
  for (let after = -1; ; ) {
    const entries = await log.entries(name, { after, limit })
    for (const { kind } of entries) if (kind in counts) counts[kind as keyof typeof counts] += 1
    const last = entries.at(-1)
    if (last === undefined) break
    after = last.sequence
  }
  return counts
}

/**
 * What the log and the chain disagree on; empty when each total on the chain is the register's in whole watt-hours (and grams) and
 * each receipt has its event there and each event its receipt.
 */
export function differences(figures: readonly AssetFigures[]): readonly string[] {
  return figures.flatMap(({ name, receipts, readings, total, carbon, chain }) => [
    ...(carbon === undefined || toGrams(carbon) === chain.carbon
      ? []
      : [`${name}: the register says ${toGrams(carbon)} g of CO2, the chain ${chain.carbon} g`]),
    ...(toWattHours(total) === chain.total
      ? []
      : [`${name}: the register says ${toWattHours(total)} Wh, the chain ${chain.total} Wh`]),
    ...(receipts === chain.events
      ? []
      : [`${name}: the log has ${receipts} receipts, the chain ${chain.events} registrations`]),
    ...(readings <= chain.events ? [] : [`${name}: of ${readings} readings ${chain.events} are registered`]),
  ])
}

/** The summary for people. */
export function summaryLines(figures: readonly AssetFigures[], anchors: AnchorFigures): readonly string[] {
  const lines = plants.flatMap(({ name }) => {
    const asset = figures.find(other => other.name === name)
    if (asset === undefined) return []
    const { readings, gaps, receipts, total, carbon, chain } = asset
    const emitted = carbon === undefined ? '' : `; CO2 ${formatMass(carbon)}, chain ${chain.carbon} g`
    return [
      `${name.padEnd(6)} ${readings} readings, ${gaps} gaps, ${receipts} registered; register ${formatEnergy(total)}, chain ${chain.total} Wh${emitted}`,
    ]
  })
  const readings = figures.reduce((sum, asset) => sum + asset.readings, 0)
  const gaps = figures.reduce((sum, asset) => sum + asset.gaps, 0)
  // Gaps are registered too, each with no energy.
  const logged = gaps === 0 ? `${readings} readings` : `${readings} readings and ${gaps} gaps`
  const events = figures.reduce((sum, asset) => sum + asset.chain.events, 0)
  return [
    ...lines,
    `in all  ${logged} logged, ${events} registrations on the chain`,
    `log     ${anchors.chain} checkpoints anchored on the chain`,
  ]
}
