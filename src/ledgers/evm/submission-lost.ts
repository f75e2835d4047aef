import { isEnergywebError } from '../../core/errors.ts'
import { withRevertData } from './revert-data.ts'
import { isFinal, type Line, type Sender, type Tracked, type Turn } from './sender.ts'
import { markMined, withoutEvent } from './submission-receipts.ts'
import { signAgain } from './submission-sign.ts'

/** An unexplained revert is tried so often. */
const mostUnexplained = 3

/** Its nonce is used up, and it is not known to be registered. */
export const isUnsettled = ({ lost, passedAt }: Tracked) => lost !== undefined || passedAt !== undefined

/**
 * Deals with submissions whose nonce is used up for good although they are not registered: a foreign transaction took
 * it, or our own reverted. Totals are absolute: a new nonce after a later reading was registered would lower the
 * contract's total. So this waits until nothing else of the line is under way. Says whether anything changed.
 */
export async function settleLost(sender: Sender, turn: Turn, line: Line): Promise<boolean> {
  const own = () => (sender.book ?? []).filter(item => item.submission.line === line.report.name)
  let changed = false
  for (const item of own()) {
    const passed = item.passedAt !== undefined && isFinal(sender, turn, item.passedAt)
    if (item.lost !== 'silent' && (item.lost !== undefined || !passed)) continue
    changed = true
    if (!(await foundOnChain(sender, turn, { line, item }))) await settle(sender, line, item)
  }
  const lost = own()
  const ready = lost.length > 0 && lost.every(item => item.lost)
  if (!ready || line.stopped !== undefined || sender.network.clock.monotonic() < line.retryAt) return changed
  return (await bringBack(sender, turn, { line, lost })) || changed
}

/**
 * The foreign transaction may be our own of an earlier life, and a node may leave the logs out of a receipt: where the
 * event is on the chain, that is success.
 */
async function foundOnChain(
  sender: Sender,
  { head, signal }: Turn,
  { line, item }: { line: Line; item: Tracked },
): Promise<boolean> {
  const registration = await sender.registry.find(line.report, item.submission, {
    from: sender.registry.standsAlone ? 0n : line.finalBlock,
    to: head.number,
    signal,
  })
  if (registration === undefined) return false
  await markMined(sender, item, registration)
  line.trouble = undefined
  return true
}

async function settle(sender: Sender, line: Line, item: Tracked): Promise<void> {
  if (item.lost === 'silent') {
    const { to } = item.submission
    const reason = `its transaction ${withoutEvent}. Is the contract at ${to} still the registry?`
    await failed(sender, line, { item, reason })
    return
  }
  item.lost = 'foreign'
  line.compared = false
  sender.log.warn(
    { line: line.report.name, nonce: item.nonce },
    `a foreign transaction of account ${sender.account} took the nonce: somebody else uses the key`,
  )
}

async function bringBack(
  sender: Sender,
  turn: Turn,
  { line, lost }: { line: Line; lost: readonly Tracked[] },
): Promise<boolean> {
  const reverted = lost.some(item => item.lost === 'reverted' && item.submission.reading !== undefined)
  if (reverted && !(await explained(sender, turn, { line, lost }))) return false
  for (const item of [...lost].sort((a, b) => a.submission.first - b.submission.first)) {
    const reading = item.submission.reading ?? -1
    if (reading < line.finalUpTo && !sender.registry.standsAlone) {
      const reason = `its transaction (nonce ${item.nonce}) did not register it and ${sender.registry.words.laterIsEnough(line.finalUpTo)}`
      await sender.store.abandon(item.submission.id, reason)
      sender.book = sender.book?.filter(other => other !== item)
    } else {
      await signOrGiveUp(sender, turn, item)
    }
  }
  line.trouble = undefined
  return true
}

/** The contract's refusal is the answer, where the registry says so: it is not tried again. */
async function signOrGiveUp(sender: Sender, turn: Turn, item: Tracked): Promise<void> {
  try {
    await signAgain(sender, turn, item)
  } catch (error) {
    if (!sender.registry.givesUp || !isEnergywebError(error, 'transaction-reverted')) throw error
    await sender.store.abandon(item.submission.id, withRevertData(error.message, error.cause))
    sender.book = sender.book?.filter(other => other !== item)
  }
}

/** True when the submissions may be tried again. */
async function explained(
  sender: Sender,
  { signal }: Turn,
  { line, lost }: { line: Line; lost: readonly Tracked[] },
): Promise<boolean> {
  // Throws while there is something to repair, which the line then says.
  await sender.registry.check(line.report, sender.account, { signal })
  line.unexplained += 1
  if (line.unexplained <= mostUnexplained) return true
  const [first] = lost
  if (first === undefined) return false
  const reason = `transaction-reverted: the contract refused ${sender.registry.words.item(first.submission.reading)} ${mostUnexplained} times, for no reason that can be seen`
  await failed(sender, line, { item: first, reason })
  return false
}

async function failed(
  sender: Sender,
  line: Line,
  { item, reason }: { item: Tracked; reason: string },
): Promise<void> {
  await sender.store.fail(item.submission.id, reason)
  sender.book = sender.book?.filter(other => other !== item)
  line.stopped = reason
  sender.log.error({ line: line.report.name, submission: item.submission.id }, reason)
}
