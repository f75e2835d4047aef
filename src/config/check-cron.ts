import { isEnergywebError } from '../core/errors.ts'
import { cron } from '../dispatcher/index.ts'
import { withHint } from './fields.ts'
import type { Finding } from './problem.ts'

/** Checks `cron` and `zone`, which stand beside each other wherever something runs by wall clock. */
export function checkCron({
  cron: pattern,
  zone,
}: {
  cron?: string | undefined
  zone?: string | undefined
}): Finding[] {
  if (pattern === undefined) {
    return zone === undefined ? [] : [{ path: ['zone'], message: 'a time zone is for cron only' }]
  }
  try {
    cron(pattern, zone === undefined ? {} : { zone })
    return []
  } catch (error) {
    if (!isEnergywebError(error)) throw error
    return [{ path: ['cron'], message: withHint(error) }]
  }
}
