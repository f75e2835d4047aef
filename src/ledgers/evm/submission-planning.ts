import { isEnergywebError } from '../../core/errors.ts'
import type { LineEnd } from '../../core/submission.ts'
import type { Plan } from './registry.ts'
import { withRevertData } from './revert-data.ts'
import type { Line, Sender, Turn } from './sender.ts'
import { compareWithChain } from './submission-compare.ts'
import { stopHeld } from './submission-held.ts'
import { signNew } from './submission-sign.ts'
import { planWindow } from './submission-window.ts'

/**
 * Signs what is new in a line, as far as there is room in flight. Says whether anything changed.
 * @throws EnergywebError what concerns this line alone is for the caller to keep with the line.
 */
export async function planLine(
  sender: Sender,
  turn: Turn,
  { line, end }: { line: Line; end: number },
): Promise<boolean> {
  const { store } = sender
  const { name } = line.report
  const own = (sender.book ?? []).filter(item => item.submission.line === name)
  // A line with something lost or reverted first settles that: order matters.
  if (own.some(item => item.lost || item.refused || item.passedAt !== undefined)) return false
  if (!line.compared) {
    // What the chain holds can be judged once it is known what became of all that we sent.
    if (own.some(item => item.state !== 'mined')) return false
    if (!(await compareWithChain(sender, turn, { line, state: await store.line(name) }))) return false
  }
  return signWindow(sender, turn, { line, end, room: sender.room.now - underWay(sender) })
}

/**
 * The lines that there may be something to plan for, and where their streams end.
 * @param ends - of all lines, in their order
 */
export function waitingLines(
  sender: Sender,
  ends: readonly LineEnd[],
): readonly { line: Line; end: number }[] {
  const lines = [...sender.lines.values()]
  const now = sender.network.clock.monotonic()
  return lines.flatMap((line, i) => {
    const { end = -1, stopped } = ends[i] ?? {}
    if (line.stopped !== undefined && stopped === undefined) beginAnew(line)
    line.stopped = stopped
    const nothingNew = line.resting?.(end) ?? end === line.idleAt
    const idle = stopped !== undefined || now < line.retryAt || (line.compared && nothingNew)
    return idle ? [] : [{ line, end }]
  })
}

/** An operator lets it go on: what is true of the contract now is found out first, and what failed is looked for. */
function beginAnew(line: Line): void {
  line.compared = false
  line.trouble = undefined
  line.unexplained = 0
}

/** What is mined and registered nothing waits for its own line; it takes no room from others. */
function underWay(sender: Sender): number {
  return (sender.book ?? []).filter(item => item.state !== 'mined' && !item.refused && !item.lost).length
}

async function signWindow(
  sender: Sender,
  turn: Turn,
  { line, end, room }: { line: Line; end: number; room: number },
): Promise<boolean> {
  if (room <= 0) return false
  const { store } = sender
  const { name } = line.report
  const { plan, entries, isWhole } = await planWindow(sender, line, { state: await store.line(name) })
  // Entries that register nothing tell nothing new.
  if (plan.calls.length > 0) notice(sender, line, plan.notice)
  line.resting = plan.resting
  if (plan.calls.length > 0 || (plan.skips ?? []).length > 0) {
    line.trailing = 0
    line.idleAt = undefined
    await giveUpRefused(sender, line, { plan, run: () => carryOut(sender, turn, { line, plan, room }) })
    return true
  }
  if (plan.waiting || plan.resting !== undefined) {
    line.idleAt = undefined
    return false
  }
  const [first, last] = [entries[0], entries.at(-1)]
  if (first !== undefined && last !== undefined && !isWhole) {
    // They would fill the window for ever. Fewer than that just wait for the next registration, which covers them:
    // receipts of our own among them, so that skipping each would never end.
    await store.skip(name, first.sequence, last.sequence, 'none of these entries changes the total')
    return true
  }
  line.idleAt = end
  line.trailing = entries.length
  return false
}

/**
 * Where the contract's refusal of a call is its answer, the call is given up with it, and the ones behind it go on. One that costs too
 * much is not refused by anybody: its line stops.
 */
async function giveUpRefused(
  sender: Sender,
  line: Line,
  { plan, run }: { plan: Plan; run: () => Promise<void> },
): Promise<void> {
  try {
    await run()
  } catch (error) {
    const { registry, store, log, book } = sender
    if (!registry.givesUp || !isEnergywebError(error)) throw error
    const isTooDear = error.code === 'ledger-not-ready'
    if (!isTooDear && error.code !== 'transaction-reverted') throw error
    const { name } = line.report
    // It may need what an earlier call does that is on its way.
    const behind = book?.some(({ submission, state }) => submission.line === name && state !== 'mined')
    if (behind) throw error
    const { planned } = await store.line(name)
    // What was signed before it is kept: the first that is not is the one that was refused.
    const refused = plan.calls.find(({ first }) => first > planned)
    if (refused === undefined) throw error
    if (isTooDear) {
      await stopHeld(sender, { line, call: refused, error })
      return
    }
    await store.skip(name, planned + 1, refused.last, withRevertData(error.message, error.cause))
    log.warn({ line: name, entry: refused.reading }, error.message)
  }
}

/** Signs the calls and keeps the skips, in the order of their entries, as far as there is room in flight. */
async function carryOut(
  sender: Sender,
  turn: Turn,
  { line, plan, room }: { line: Line; plan: Plan; room: number },
): Promise<void> {
  const calls = plan.calls.slice(0, room)
  const beyond = plan.calls[room]?.first ?? Number.POSITIVE_INFINITY
  const skips = (plan.skips ?? []).filter(({ first }) => first < beyond)
  const kept: Promise<void>[] = []
  let done = 0
  for (const { first, last, reason } of skips) {
    const until = calls.findIndex(call => call.first > first)
    const before = calls.slice(done, until === -1 ? calls.length : until)
    if (before.length > 0) await signNew(sender, turn, { line, calls: before })
    done += before.length
    // Not awaited one by one: the store keeps their order and lets many share one sync.
    const skipped = sender.store.skip(line.report.name, first, last, reason)
    skipped.catch(() => undefined)
    kept.push(skipped)
  }
  if (done < calls.length) await signNew(sender, turn, { line, calls: calls.slice(done) })
  await Promise.all(kept)
}

/** Said once, when it begins. */
function notice(sender: Sender, line: Line, text: string | undefined): void {
  if (text !== undefined && text !== line.notice) sender.log.warn({ line: line.report.name }, text)
  line.notice = text
}
