import type { Clock } from '../core/clock.ts'
import { EnergywebError, messageOf } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'

/** One thing to close. */
export interface Closing {
  readonly what: string
  readonly close: (signal: AbortSignal) => Promise<void>
}

export interface CloseAllOptions {
  readonly clock: Clock
  readonly log: Logger
  /** The longest that each may take. */
  readonly milliseconds: number
}

/** Closes one after the other, all of them, whatever any does; answers what went wrong. */
export async function closeAll(
  closings: readonly Closing[],
  options: CloseAllOptions,
): Promise<readonly unknown[]> {
  const errors: unknown[] = []
  for (const closing of closings) {
    try {
      await closeWithin(closing, options)
    } catch (error) {
      options.log.error({ error }, `closing ${closing.what} failed: ${messageOf(error)}`)
      errors.push(error)
    }
  }
  return errors
}

async function closeWithin({ what, close }: Closing, options: CloseAllOptions): Promise<void> {
  const { clock, milliseconds } = options
  const controller = new AbortController()
  const { promise: late, reject } = Promise.withResolvers<never>()
  const cancel = clock.after(milliseconds, () => {
    const error = new EnergywebError('task-deadline', `closing ${what} took longer than ${milliseconds} ms`)
    controller.abort(error)
    reject(error)
  })
  try {
    await Promise.race([Promise.try(() => close(controller.signal)), late])
  } finally {
    cancel()
  }
}
