import { isCallsStream } from '../core/call-log.ts'
import { isEnergywebError } from '../core/errors.ts'
import type { StoredEntry } from '../core/log.ts'
import { callIn } from '../ledgers/calls/kept-call.ts'
import { isHeldReason } from '../ledgers/evm/submission-held.ts'
import type { LogReader } from '../storage/index.ts'
import { withLog } from './data-folder.ts'
import { shellWord } from './shell-word.ts'

/** The calls that an account has kept for a chain, as far as they wait. */
export interface KeptCallsReport {
  /** `calls <chain id> <account>`. */
  readonly stream: string
  /** Calls that have no nonce yet. */
  readonly waiting: number
  /** The first of those; null when none waits. */
  readonly first: { readonly entry: number; readonly what: string } | null
  /** Why they stand still; null while they do not. */
  readonly stopped: string | null
  /** True when the first of those that wait holds up the others, and may be given up. */
  readonly isHeld: boolean
}

const page = 500

/** What waits among the calls that programs have kept in this log; accounts with nothing that waits are left out. */
export function keptCallsOf(log: LogReader): readonly KeptCallsReport[] {
  return log.lines().flatMap(({ stream, planned, stopped }) => {
    if (!isCallsStream(stream)) return []
    let [waiting, after] = [0, planned]
    let first: KeptCallsReport['first'] = null
    for (;;) {
      const entries: readonly StoredEntry[] = log.entries(stream, { after, limit: page })
      for (const entry of entries) {
        const call = callIn(entry)
        if (call === undefined) continue
        waiting += 1
        first ??= { entry: entry.sequence, what: call.what }
      }
      after = entries.at(-1)?.sequence ?? after
      if (entries.length < page) break
    }
    if (waiting === 0 && stopped === undefined) return []
    return [{ stream, waiting, first, stopped: stopped ?? null, isHeld: isHeldReason(stopped) }]
  })
}

/**
 * The same of a data folder. Whoever keeps calls need not be the gateway, so the log is asked; null where a gateway runs whose log
 * can't be read beside it: that is told elsewhere.
 * @throws EnergywebError `log-io`, `log-corrupt`, when no gateway runs
 */
export async function keptCallsIn(
  folder: string,
  { running }: { readonly running: boolean },
): Promise<readonly KeptCallsReport[] | null> {
  try {
    return await withLog(folder, async log => keptCallsOf(log))
  } catch (error) {
    if (running && isEnergywebError(error)) return null
    throw error
  }
}

/** What waits, for people. */
export function keptCallsLines(
  calls: readonly KeptCallsReport[],
  { config }: { readonly config: string | undefined },
): readonly string[] {
  return calls.map(({ stream, waiting, first, stopped, isHeld }) => {
    if (stopped === null) return `${stream}: ${waiting} waiting, first ${first?.what} (entry ${first?.entry})`
    const words = ['energyweb', 'ledger', 'resume', stream, ...(config === undefined ? [] : ['-c', config])]
    const command = words.map(shellWord).join(' ')
    if (!isHeld) return `${stream} have stopped: ${stopped}\n  let them go on with: ${command}`
    return [
      `${stream} have stopped at ${first?.what ?? 'the end'}: ${stopped}`,
      '  open them again with a higher gasCap, or give it up; the others go on then:',
      `  ${command} --give-up`,
    ].join('\n')
  })
}
