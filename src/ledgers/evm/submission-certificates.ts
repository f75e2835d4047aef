import type { Certificate, CertificateBook } from '../../core/certificate.ts'
import { toEnergywebError } from '../../core/errors.ts'
import type { EventCursorStore } from '../../core/event-cursor.ts'
import type { Unanswered } from '../../core/ledger.ts'
import type { Receipt } from '../../core/receipt.ts'
import type { Submission } from '../../core/submission.ts'
import { type BlockMark, readAgainFrom, standingOf } from './certificates-moved.ts'
import type { FinalCall } from './registry.ts'
import type { Line, Sender, Turn } from './sender.ts'
import { stopsTurn } from './submission-guard.ts'

/** Where certificates are kept, and how far their events were looked at. */
export interface CertificateStores {
  readonly book: CertificateBook
  readonly cursors: Pick<EventCursorStore, 'eventCursor' | 'keepEventCursor'> | undefined
}

/** When a line's certificates are looked for next, and what was shown when. All of it may be lost. */
export interface CertificateSchedule {
  /** Monotonic milliseconds. */
  dueAt: number
  /** Milliseconds until the look after the next: it doubles while nothing is found. */
  wait: number
  /** The highest entry that was final at the last look. */
  finalUpTo: number
  /** Registrations that the last look was about, by id. */
  shown: ReadonlySet<number>
  trouble: string | undefined
  /** Registrations that have no certificate; undefined until it was looked for any. */
  unanswered: Unanswered | undefined
  /** The newest state of each certificate, in the order of their entries; undefined until it was read. */
  known: Map<string, Certificate> | undefined
  /** How far was looked, as it is kept. */
  looked: string | undefined
  /** The block that was looked up to, to see whether it is still there. */
  mark: BlockMark | undefined
}

/**
 * So many of a line's newest submissions are looked at again and again: what a contract gives for them may come late. Of those
 * before them that nobody has looked at yet, so many at a time.
 */
const newestCalls = 256
/** A turn looks at so many lines: what is to be registered comes first. */
const linesAtOnce = 16
const [shortestWait, longestWait] = [10_000, 600_000]

export const neverLooked = (): CertificateSchedule => ({
  dueAt: Number.NEGATIVE_INFINITY,
  wait: shortestWait,
  finalUpTo: -1,
  shown: new Set(),
  trouble: undefined,
  unanswered: undefined,
  known: undefined,
  looked: undefined,
  mark: undefined,
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
  let isBehind = false
  for (const line of due.slice(0, linesAtOnce)) {
    turn.signal.throwIfAborted()
    try {
      if (await look(sender, turn, line)) isBehind = true
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
  return isBehind || due.length > linesAtOnce
}

/** Says whether there is more to look at right away. */
async function look(sender: Sender, turn: Turn, line: Line): Promise<boolean> {
  const { certificates, registry, network, store } = sender
  if (certificates === undefined || registry.certificates === undefined) return false
  const { report, watch } = line
  const upTo = turn.head.number - BigInt(network.confirmations) + 1n
  // Read first: what becomes final meanwhile is looked at next time.
  const { cursor } = await store.line(report.name)
  // The book reads them all: once is enough, nobody else writes them.
  watch.known ??= byId(await certificates.book.certificates(report.name))
  const { mark, isAnew, left } = await standingOf(sender, turn, {
    known: [...watch.known.values()],
    mark: watch.mark,
    upTo,
  })
  const looked = await lookedUpTo(sender, line)
  const { end, ...row } = await callsToLookAt(store, report.name, { looked: looked.entry, cursor })
  // What a call has minted itself moves with the call.
  const own = new Set(row.calls.map(({ receipt }) => receipt?.transaction))
  for (const id of byId(left.filter(({ transaction }) => !own.has(transaction))).keys())
    watch.known.delete(id)
  const known = [...watch.known.values()]
  const seen = isAnew
    ? { shown: new Set<number>(), looked: -1 }
    : { shown: watch.shown, looked: looked.entry }
  // A call that has left the chain has no receipt to look into until it is final again: it was not looked at yet.
  const away = row.calls.filter(({ id }) => sender.moved.has(id))
  const finals = finalCalls(row, { known, ...seen }).filter(({ id }) => !sender.moved.has(id))
  if (finals.length === 0 && known.length === 0 && end === undefined) {
    watch.unanswered = unansweredOf([], [])
    watch.finalUpTo = line.finalUpTo
    watch.dueAt = Number.POSITIVE_INFINITY
    watch.mark = mark
    return false
  }
  const again = readAgainFrom(upTo, registry.fromBlock)
  const since = isAnew && again < looked.since ? again : looked.since
  const open = finals.map(({ call }) => call)
  const asked = { open, known, since, upTo, isAnew, at: turn.head.number }
  const found = await registry.certificates(report, { ...asked, signal: turn.signal })
  const news = found
    .filter(({ block }) => block <= upTo)
    .filter(one => !known.some(other => isSame(one, other)))
  if (news.length > 0) await certificates.book.recordCertificates(report.name, news)
  for (const [id, one] of byId(news)) {
    // Its entry is the newest now.
    watch.known.delete(id)
    watch.known.set(id, one)
  }
  const isBehind = end !== undefined
  // Events are looked at again until all calls were: they may be about those.
  const next = {
    since: isBehind ? since : max(since, nextToLookAt(sender, line, upTo)),
    entry: end ?? Math.min(cursor, ...away.map(({ first }) => first - 1)),
  }
  await keepLookedUpTo(sender, line, { before: looked, next })
  watch.mark = mark
  watch.shown = new Set(finals.map(({ id }) => id))
  // A look at older calls says nothing of the newest.
  if (!isBehind) watch.unanswered = unansweredOf(finals, news)
  if (isBehind) return true
  if (news.length > 0 || line.finalUpTo > watch.finalUpTo) watch.wait = shortestWait
  watch.finalUpTo = line.finalUpTo
  restFor(sender, line)
  return false
}

function unansweredOf(
  finals: readonly { readonly call: FinalCall }[],
  news: readonly Certificate[],
): Unanswered {
  const open = finals.filter(
    ({ call }) => !news.some(({ first, last }) => first <= call.last && last >= call.first),
  )
  return { requests: open.length, energy: open.reduce((sum, { call }) => sum + call.energy, 0n) }
}

const byId = (certificates: readonly Certificate[]) =>
  new Map(certificates.map(one => [`${one.chainId} ${one.contract} ${one.id}`, one]))

const max = (a: bigint, b: bigint) => (a > b ? a : b)

/** Calls in a row, oldest first. */
interface CallsInARow {
  readonly calls: readonly Submission[]
  /** What the contract held before the first of them; undefined: it is not known, and the first serves to tell. */
  readonly before: bigint | undefined
  /** The entry that the last of them ends at, when there are more to look at. */
  readonly end?: number
}

/** A line's newest calls, or final ones before them that nobody has looked at yet. */
async function callsToLookAt(
  store: Sender['store'],
  line: string,
  { looked, cursor }: { readonly looked: number; readonly cursor: number },
): Promise<CallsInARow> {
  const newest = await store.ofLine(line, newestCalls)
  const isAll = newest.length < newestCalls
  if (!isAll && (newest.at(-1)?.first ?? 0) > looked) {
    const finals = await store.finals(line, { after: looked, limit: newestCalls })
    const calls = finals.filter(({ last }) => last > looked && last <= cursor)
    const end = calls.at(-1)?.last
    const before = finals.find(({ last }) => last <= looked)?.value ?? 0n
    if (end !== undefined) return { calls, before, end }
  }
  return { calls: [...newest].reverse(), before: isAll ? 0n : undefined }
}

function restFor({ network }: Sender, { watch }: Line): void {
  watch.dueAt = network.clock.monotonic() + watch.wait
  watch.wait = Math.min(longestWait, watch.wait * 2)
}

const cursorOf = ({ report }: Line) => `certificates/${report.name}`

/** How far was looked: the first block whose events were not looked at, and the last entry whose call was. */
interface Looked {
  readonly since: bigint
  readonly entry: number
}

async function lookedUpTo({ certificates, registry }: Sender, line: Line): Promise<Looked> {
  const kept = line.watch.looked ?? (await certificates?.cursors?.eventCursor(cursorOf(line))) ?? ''
  const [, block, entry] = /^(\d{1,20})(?: (-?\d{1,15}))?$/.exec(kept) ?? []
  return {
    since: block === undefined ? registry.fromBlock : BigInt(block),
    entry: entry === undefined ? -1 : Number(entry),
  }
}

async function keepLookedUpTo(
  { certificates }: Sender,
  line: Line,
  { before, next }: { readonly before: Looked; readonly next: Looked },
): Promise<void> {
  if (next.since === before.since && next.entry === before.entry) return
  const text = `${next.since} ${next.entry}`
  await certificates?.cursors?.keepEventCursor(cursorOf(line), text)
  line.watch.looked = text
}

/** What becomes final later may lie in a block that was looked at before it was: such blocks are looked at again. */
function nextToLookAt({ book = [] }: Sender, { report, finalBlock }: Line, upTo: bigint): bigint {
  const isUnderWay = book.some(({ submission }) => submission.line === report.name)
  return isUnderWay && finalBlock < upTo ? finalBlock : upTo + 1n
}

function isSame(one: Certificate, other: Certificate): boolean {
  const { contract, id, state, blockHash, logIndex } = one
  const samePlace = other.blockHash === blockHash && other.logIndex === logIndex
  return samePlace && other.state === state && other.id === id && other.contract === contract
}

function hasLeft({ transaction, blockHash }: Certificate, receipt: Receipt): boolean {
  return transaction === receipt.transaction && blockHash !== receipt.blockHash
}

/** Of calls in a row those that are final and whose certificate is not known. */
function finalCalls(
  row: Omit<CallsInARow, 'end'>,
  {
    known,
    shown,
    looked,
  }: { readonly known: readonly Certificate[]; readonly shown: ReadonlySet<number>; readonly looked: number },
): readonly { readonly id: number; readonly call: FinalCall }[] {
  const calls = row.calls.filter(({ reading, state }) => reading !== undefined && state !== 'skipped')
  const oldest = calls[0]?.first ?? 0
  const recent = known.filter(({ last }) => last >= oldest)
  return calls.flatMap(({ id, state, receipt, first, last, value }, i) => {
    const before = i === 0 ? row.before : calls[i - 1]?.value
    if (state !== 'final' || receipt === undefined || before === undefined) return []
    const own = recent.filter(one => one.first <= last && one.last >= first)
    // Minted by the call itself, in a block that the chain has left: the call stands elsewhere now, and so does what it minted.
    const hasMoved = own.some(one => hasLeft(one, receipt))
    if (own.length > 0 && !hasMoved) return []
    const isNew = hasMoved || (last > looked && !shown.has(id))
    return { id, call: { first, last, total: value, energy: value - before, receipt, isNew } }
  })
}
