import type { Log } from '../core/log.ts'
import { isLogTrouble } from './log-trouble.ts'

/** True when the log answers before the signal aborts, be it that it has stopped: it hangs when it says nothing. */
export async function logAnswers(log: Log, signal: AbortSignal): Promise<boolean> {
  const { promise: never, reject } = Promise.withResolvers<never>()
  const giveUp = () => reject(signal.reason)
  if (signal.aborted) giveUp()
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    await Promise.race([log.head(), never])
    return true
  } catch (error) {
    return isLogTrouble(error)
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}
