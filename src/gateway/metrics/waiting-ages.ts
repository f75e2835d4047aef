import type { LineStatus } from '../../core/ledger.ts'
import { gatewayStream, type Log } from '../../core/log.ts'
import type { Instant } from '../../core/time.ts'
import { partsOfLine } from './ledger-metrics.ts'

/** Entries that register nothing: nobody waits for them. */
const unregistered: readonly string[] = ['receipt', 'note', 'hold', 'erasure']
/** So many entries behind a cursor are looked at for the first that waits. */
const lookAhead = 8
/** So many cursors are looked up at once; the rest are at the next time. */
const mostLookups = 64

/** Since when the entry behind a cursor waits. An entry never changes: it is looked up once a cursor. */
export class WaitingAges {
  readonly #known = new Map<string, { readonly cursor: number; readonly since: Instant }>()

  /**
   * Looks up what is not known yet; the log is asked nothing for a line whose cursor stands.
   * @throws EnergywebError of a log that stands still
   */
  async look(lines: readonly LineStatus[], { log, now }: { log: Log; now: Instant }): Promise<void> {
    const unknown = lines.filter(
      ({ line, cursor, backlog }) => backlog > 0 && this.#known.get(line)?.cursor !== cursor,
    )
    await Promise.all(
      unknown.slice(0, mostLookups).map(async ({ line, cursor }) => {
        this.#known.set(line, { cursor, since: await oldest(log, { line, cursor, now }) })
      }),
    )
  }

  /** Milliseconds that the oldest entry has waited; 0 when none does, undefined when it is not known yet. */
  ageOf({ line, cursor, backlog }: LineStatus, now: Instant): number | undefined {
    if (backlog === 0) return 0
    const known = this.#known.get(line)
    return known?.cursor === cursor ? Math.max(0, now - known.since) : undefined
  }
}

async function oldest(
  log: Log,
  { line, cursor, now }: { line: string; cursor: number; now: Instant },
): Promise<Instant> {
  const [stream] = partsOfLine(line)
  // The log's own line counts places in the whole log, and what waits there is a checkpoint: it waits since it was seen.
  if (stream === gatewayStream) return now
  const entries = await log.entries(stream, { after: cursor, limit: lookAhead })
  const first = entries.find(({ kind }) => !unregistered.includes(kind)) ?? entries[0]
  return first?.at ?? now
}
