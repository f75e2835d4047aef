import type { ErasureRequest } from '../core/erasure.ts'
import { openDatabaseForReading } from './database.ts'
import { planErasure, refused, type StatedErasurePlan } from './plan-erasure.ts'

/**
 * Works out what an erasure takes, while a gateway may be running. Nothing is changed.
 * @throws EnergywebError `erasure-refused`, `stream-unknown`, `argument-invalid`, `log-io`, `register-law`
 */
export async function planErasures(
  folder: string,
  { streams, range }: Pick<ErasureRequest, 'streams' | 'range'>,
  options: { signal?: AbortSignal } = {},
): Promise<readonly StatedErasurePlan[]> {
  const sql = openDatabaseForReading(folder)
  try {
    const plans: StatedErasurePlan[] = []
    for (const stream of streams) plans.push(...(await planErasure(sql, { stream, range }, options)))
    const useful = plans.filter(({ documents }) => documents > 0)
    if (useful.length > 0) return useful
    const why = plans.find(({ shortened }) => shortened !== undefined)?.shortened
    throw refused(
      `there is nothing of ${streams.join(' and ')} to erase there${why === undefined ? '' : `: ${why}`}`,
    )
  } finally {
    sql.database.close()
  }
}
