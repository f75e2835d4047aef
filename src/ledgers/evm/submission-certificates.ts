import type { Certificate, CertificateBook } from '../../core/certificate.ts'
import { toEnergywebError } from '../../core/errors.ts'
import type { EventCursorStore } from '../../core/event-cursor.ts'
import type { Submission } from '../../core/submission.ts'
import type { FinalCall } from './registry.ts'
import type { Line, Sender, Turn } from './sender.ts'
import { stopsTurn } from './submission-guard.ts'

/** Where certificates are kept, and how far their events were looked at. */
export interface CertificateStores {
  readonly book: CertificateBook
  readonly cursors: Pick<EventCursorStore, 'eventCursor' | 'keepEventCursor'> | undefined
}

/** When a line's certificates are looked for next, and what was shown when. All of it may be lost. */
export interface CertificateWatch {
  /** Monotonic milliseconds. */
  dueAt: number
  /** Milliseconds until the look after the next: it doubles while nothing is found. */
  wait: number
  /** The highest entry that was final at the last look. */
  finalUpTo: number
  /** Registrations that the last look was about, by id. */
  shown: ReadonlySet<number>
  trouble: string | undefined
}

/** So many of a line's newest submissions are looked at: a certificate that comes later than that is not found. */
const newestCalls = 256
/** A turn looks at so many lines: what is to be registered comes first. */
const linesAtOnce = 16
const [shortestWait, longestWait] = [10_000, 600_000]

export const neverLooked = (): CertificateWatch => ({
  dueAt: Number.NEGATIVE_INFINITY,
  wait: shortestWait,
  finalUpTo: -1,
  shown: new Set(),
  trouble: undefined,
})

/** Lines whose certificates are to be looked for now. */
export function linesWithCertificatesDue({
  certificates,
  registry,
  lines,
  network,
}: Sender): readonly Line[] {
  if (certificates === undefined || registry.certificates === undefined) return []
  const now = network.clock.monotonic()
  return [...lines.values()].filter(({ watch, finalUpTo }) => {
    const isNew = finalUpTo > watch.finalUpTo && watch.dueAt === Number.POSITIVE_INFINITY
    return isNew || now >= watch.dueAt
  })
}

/**
 * Asks what certificates came of what is final, and hands them to the book. It is done for its own sake: what it meets is
 * told, and stops nothing. Says whether more lines wait.
 * @throws EnergywebError only for what stops the whole account
 */
export async function followCertificates(sender: Sender, turn: Turn): Promise<boolean> {
  const due = linesWithCertificatesDue(sender)
  for (const line of due.slice(0, linesAtOnce)) {
    turn.signal.throwIfAborted()
    try {
      await look(sender, turn, line)
      line.watch.trouble = undefined
    } catch (thrown) {
      const error = toEnergywebError(thrown)
      if (turn.signal.aborted || stopsTurn(error)) throw thrown
      const text = `certificates: ${error.code}: ${error.message}`
      if (line.watch.trouble !== text) sender.log.warn({ line: line.report.name, code: error.code }, text)
      line.watch.trouble = text
      restFor(sender, line)
    }
  }
  return due.length > linesAtOnce
}

async function look(sender: Sender, turn: Turn, line: Line): Promise<void> {
  const { certificates, registry, network, store } = sender
  if (certificates === undefined || registry.certificates === undefined) return
  const { report, watch } = line
  const upTo = turn.head.number - BigInt(network.confirmations) + 1n
  const [newest, known] = await Promise.all([
    store.ofLine(report.name, newestCalls),
    certificates.book.certificates(report.name),
  ])
  const finals = finalCalls(newest, { known, shown: watch.shown })
  if (finals.length === 0 && known.length === 0) {
    watch.finalUpTo = line.finalUpTo
    watch.dueAt = Number.POSITIVE_INFINITY
    return
  }
  const since = await lookedUpTo(sender, line)
  const asked = { open: finals.map(({ call }) => call), known, since, upTo, at: turn.head.number }
  const found = await registry.certificates(report, { ...asked, signal: turn.signal })
  const news = found
    .filter(({ block }) => block <= upTo)
    .filter(one => !known.some(other => isSame(one, other)))
  if (news.length > 0) await certificates.book.recordCertificates(report.name, news)
  const next = nextToLookAt(sender, line, upTo)
  if (next > since) await certificates.cursors?.keepEventCursor(cursorOf(line), next.toString())
  watch.shown = new Set(finals.map(({ id }) => id))
  if (news.length > 0 || line.finalUpTo > watch.finalUpTo) watch.wait = shortestWait
  watch.finalUpTo = line.finalUpTo
  restFor(sender, line)
}

function restFor({ network }: Sender, { watch }: Line): void {
  watch.dueAt = network.clock.monotonic() + watch.wait
  watch.wait = Math.min(longestWait, watch.wait * 2)
}

const cursorOf = ({ report }: Line) => `certificates/${report.name}`

async function lookedUpTo({ certificates, registry }: Sender, line: Line): Promise<bigint> {
  const kept = await certificates?.cursors?.eventCursor(cursorOf(line))
  return kept !== undefined && /^\d{1,20}$/.test(kept) ? BigInt(kept) : registry.fromBlock
}

/** What becomes final later may lie in a block that was looked at before it was: such blocks are looked at again. */
function nextToLookAt({ book = [] }: Sender, { report, finalBlock }: Line, upTo: bigint): bigint {
  const isUnderWay = book.some(({ submission }) => submission.line === report.name)
  return isUnderWay && finalBlock < upTo ? finalBlock : upTo + 1n
}

function isSame(one: Certificate, other: Certificate): boolean {
  const { contract, id, state, transaction, logIndex } = one
  const sameState = other.state === state && other.transaction === transaction && other.logIndex === logIndex
  return sameState && other.id === id && other.contract === contract
}

/** Of a line's newest submissions, those that are final and whose certificate is not known, oldest first. */
export function finalCalls(
  newest: readonly Submission[],
  { known, shown }: { known: readonly Certificate[]; shown: ReadonlySet<number> },
): readonly { readonly id: number; readonly call: FinalCall }[] {
  const calls = newest.filter(({ reading, state }) => reading !== undefined && state !== 'skipped').reverse()
  const isAll = newest.length < newestCalls
  const oldest = calls[0]?.first ?? 0
  const recent = known.filter(({ last }) => last >= oldest)
  return calls.flatMap(({ id, state, receipt, first, last, value }, i) => {
    // What was before the oldest is not known, unless it is the first of all.
    const before = i === 0 && isAll ? 0n : calls[i - 1]?.value
    if (state !== 'final' || receipt === undefined || before === undefined) return []
    if (recent.some(one => one.first <= last && one.last >= first)) return []
    return { id, call: { first, last, total: value, energy: value - before, receipt, isNew: !shown.has(id) } }
  })
}
