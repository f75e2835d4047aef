import type { Log } from '../../core/log.ts'
import type { CursorStore } from '../../core/submission.ts'
import { isHeldReason } from '../evm/submission-held.ts'
import { callIn } from './kept-call.ts'

/** A kept call that may not be signed and holds up those behind it. */
export interface HeldCall {
  /** Sequence of its entry in the account's stream of calls. */
  readonly entry: number
  /** For people: `rent of 0x…`. */
  readonly what: string
  /** Why it is not signed. */
  readonly reason: string
  /** How many calls wait behind it, at most 1,000. */
  readonly behind: number
}

const most = 1_000

/** The call that holds a line of kept calls up; undefined while nothing does. */
export async function heldCall(
  stores: Pick<CursorStore, 'line' | 'unplanned'>,
  line: string,
): Promise<HeldCall | undefined> {
  const { stopped } = await stores.line(line)
  if (stopped === undefined || !isHeldReason(stopped)) return undefined
  const waiting = (await stores.unplanned(line, most)).flatMap(entry => {
    const call = callIn(entry)
    return call === undefined ? [] : [{ entry: entry.sequence, what: call.what }]
  })
  const [first] = waiting
  return first && { ...first, reason: stopped, behind: waiting.length - 1 }
}

/**
 * Gives up the call that holds a line up: it never had a nonce, and never gets one. Those behind it go on, and the decision is kept as
 * a note.
 */
export async function giveUpHeld(
  log: Pick<Log, 'append'> & Pick<CursorStore, 'line' | 'setStopped'> & SkipStore,
  line: string,
  { entry, by, reason }: { readonly entry: number; readonly by: string; readonly reason: string },
): Promise<void> {
  const { planned, stream } = await log.line(line)
  const text = `The call of entry ${entry} was given up: ${reason}`
  // All before anything is awaited: the store keeps their order, so that the turn that the note wakes finds the line free.
  await Promise.all([
    log.skip(line, planned + 1, entry, `given up: ${reason}`),
    log.append(stream, 'note', { by, text }),
    log.setStopped(line, undefined),
  ])
}

interface SkipStore {
  skip(line: string, first: number, last: number, reason: string): Promise<void>
}
