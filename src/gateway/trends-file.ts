import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SizeSample } from './growth.ts'

/** Name of the file of measured trends in the data folder. Losing it loses estimates and nothing else. */
export const trendsName = 'trends.json'

/** What is measured over days, and kept across restarts. */
export interface KnownTrends {
  readonly sizes: readonly SizeSample[]
  /** Entries an hour that each report line works off. */
  readonly drain: Readonly<Record<string, number>>
}

/** The trends of a data folder; none where the file is missing or not what this program writes. */
export async function readTrends(folder: string): Promise<KnownTrends> {
  try {
    return trendsOf(JSON.parse(await readFile(join(folder, trendsName), 'utf8')))
  } catch {
    // Missing at first; half written or strange after who knows what. Everything in it is measured again within the hour.
    return { sizes: [], drain: {} }
  }
}

/** Keeps the trends: the old file or the new one, never half of one. */
export async function writeTrends(folder: string, { sizes, drain }: KnownTrends): Promise<void> {
  const content = { version: 1, sizes: sizes.map(({ at, bytes }) => [at, bytes]), drain }
  const path = join(folder, trendsName)
  await writeFile(`${path}.new`, `${JSON.stringify(content)}\n`, { mode: 0o600 })
  await rename(`${path}.new`, path)
}

function trendsOf(content: unknown): KnownTrends {
  const { version, sizes, drain } = isRecord(content) ? content : {}
  if (version !== 1) return { sizes: [], drain: {} }
  return {
    sizes: (Array.isArray(sizes) ? sizes : []).flatMap(sampleOf),
    drain: Object.fromEntries(
      Object.entries(isRecord(drain) ? drain : {}).flatMap(([line, rate]) =>
        isAmount(rate) ? [[line, rate] as const] : [],
      ),
    ),
  }
}

function sampleOf(given: unknown): readonly SizeSample[] {
  const [at, bytes]: readonly unknown[] = Array.isArray(given) ? given : []
  return isAmount(at) && isAmount(bytes) ? [{ at, bytes }] : []
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
