import type { EnergywebError } from '../core/errors.ts'
import type { Ledger, LineStatus, ReportLine } from '../core/ledger.ts'
import type { CursorStore } from '../core/submission.ts'

/** What a turn does: nothing special, an error, or something of the test's own. */
export type FakeTurn = 'work' | EnergywebError | ((options: { signal: AbortSignal }) => Promise<void>)

export interface FakeLedger extends Ledger {
  /** Turns so far. */
  readonly turns: number
  readonly closed: boolean
  /** What the next turns do; afterwards they work. */
  add(...turns: readonly FakeTurn[]): void
}

/**
 * A ledger without a chain: each turn takes all that waits in the outbox of its lines, as skipped entries.
 *
 * @example
 * const ledger = fakeLedger({ stores, lines })
 * ledger.add(new EnergywebError('network-unreachable', 'tested', { retryable: true }))
 */
export function fakeLedger(options: {
  readonly name?: string
  readonly stores: CursorStore & {
    skip(line: string, first: number, last: number, reason: string): Promise<void>
  }
  readonly lines: readonly ReportLine[]
}): FakeLedger {
  const { name = 'fake', stores, lines } = options
  const script: FakeTurn[] = []
  let turns = 0
  let closed = false

  async function takeAll({ name, stream }: ReportLine, signal: AbortSignal): Promise<void> {
    await stores.openLine(name, stream)
    for (;;) {
      signal.throwIfAborted()
      const entries = await stores.unplanned(name, 100)
      const [first, last] = [entries[0], entries.at(-1)]
      if (first === undefined || last === undefined) return
      await stores.skip(name, first.sequence, last.sequence, 'a fake ledger registers nothing')
    }
  }

  return {
    kind: 'fake',
    name,
    get turns() {
      return turns
    },
    get closed() {
      return closed
    },
    add: (...next) => void script.push(...next),
    async work({ signal }) {
      turns++
      const turn = script.shift() ?? 'work'
      if (typeof turn === 'function') return turn({ signal })
      if (turn !== 'work') throw turn
      for (const line of lines) await takeAll(line, signal)
    },
    async status(): Promise<readonly LineStatus[]> {
      return Promise.all(
        lines.map(async line => {
          const { cursor, stopped } = await stores.openLine(line.name, line.stream)
          const backlog = await stores.backlog(line.name)
          return { line: line.name, cursor, backlog, pending: {}, stopped, trouble: undefined }
        }),
      )
    },
    async close() {
      closed = true
    },
  }
}
