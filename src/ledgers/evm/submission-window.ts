import type { StoredEntry } from '../../core/log.ts'
import type { LineState } from '../../core/submission.ts'
import type { Plan, PlanRequest } from './registry.ts'
import { type Line, positionOf, type Sender } from './sender.ts'

/**
 * What these entries of a line make, and as many more as it takes to tell. `isWhole`: the stream has no more.
 * @throws EnergywebError what the registry throws
 */
export async function planWindow(
  { store, registry, settings }: Sender,
  line: Line,
  { state, request = {} }: { state: LineState; request?: PlanRequest },
): Promise<{ plan: Plan; entries: readonly StoredEntry[]; isWhole: boolean }> {
  const position = positionOf(line, state)
  for (let limit = settings.window; ; limit *= 4) {
    const entries = await store.unplanned(line.report.name, limit)
    const isWhole = entries.length < limit
    const plan = await registry.plan(line.report, position, entries, { ...request, isWhole })
    if (isWhole || !plan.more) return { plan, entries, isWhole }
  }
}
