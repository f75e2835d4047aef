import { messageOf } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'

/**
 * Until released, a promise that is rejected while nobody waits for it is an error of the log instead of the end of the process:
 * with tasks of the operator's own, such a mistake must not stop the meters from being read. What the gateway itself does
 * is waited for, and its store stops by itself.
 * @returns what releases it
 */
export function surviveFloatingPromises(log: Logger): () => void {
  const tell = (error: unknown) => {
    log.error(
      { error },
      `a promise was rejected and nobody waits for it: ${messageOf(error)}; await it in the task`,
    )
  }
  process.on('unhandledRejection', tell)
  return () => process.off('unhandledRejection', tell)
}
