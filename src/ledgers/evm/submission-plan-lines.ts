import type { Sender, Turn } from './sender.ts'
import { broadcast } from './submission-broadcast.ts'
import { guarded } from './submission-guard.ts'
import { planLine, waitingLines } from './submission-planning.ts'

/**
 * Signs what is new in all lines and sends it: while the next line is signed, what was signed before is on its way to the
 * node, in the order of nonces. Says whether anything changed.
 */
export async function planLines(sender: Sender, turn: Turn): Promise<boolean> {
  if (isHeldUp(sender)) return false
  const waiting = waitingLines(sender, await sender.store.ends([...sender.lines.keys()]))
  sender.firstLine += 1
  const first = sender.firstLine % Math.max(1, waiting.length)
  let changed = false
  let sending = Promise.resolve(false)
  try {
    for (const { line, end } of [...waiting.slice(first), ...waiting.slice(0, first)]) {
      turn.signal.throwIfAborted()
      // What the node said of the first ones holds for the next.
      if (sender.book === undefined || isHeldUp(sender)) break
      const from = sender.nextNonce
      const run = () => planLine(sender, turn, { line, end })
      const planned = await guarded(sender, turn, { line, run })
      changed = planned || changed
      if (sender.nextNonce > from) sending = sendBehind(sender, turn, { sending, from })
    }
  } finally {
    // Nothing is left at work when the turn ends, however it ends.
    await Promise.allSettled([sending])
  }
  return (await sending) || changed
}

/** The account can't pay, or the node takes no more. */
function isHeldUp({ short, trouble }: Sender): boolean {
  return short || trouble !== undefined
}

function sendBehind(
  sender: Sender,
  turn: Turn,
  { sending, from }: { readonly sending: Promise<boolean>; readonly from: number },
): Promise<boolean> {
  const next = sending.then(async before => (await broadcast(sender, turn, from)) || before)
  // Whoever waits for it at the end of the turn has the error.
  next.catch(() => undefined)
  return next
}
