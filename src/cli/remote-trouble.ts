import type { Logger } from '../core/logger.ts'
import type { RemoteLogOptions } from '../logging/index.ts'

const hint =
  'Messages wait in spool.db meanwhile; `energyweb status` shows how many. See docs/remote-logging.md.'

/** Tells once that a destination takes no messages and once that it does again; what changes in between is detail. */
export function remoteTrouble(log: Logger): RemoteLogOptions['onTrouble'] {
  const troubled = new Set<string>()
  return (subject, why) => {
    const what = inWords(subject)
    if (why === undefined) {
      if (troubled.delete(subject)) log.info({ destination: subject }, `${what} works again`)
    } else if (troubled.has(subject)) log.debug({ destination: subject }, `${what}: ${why}`)
    else {
      troubled.add(subject)
      log.warn({ destination: subject, hint }, `${what} does not work: ${why}`)
    }
  }
}

function inWords(subject: string): string {
  if (subject === 'spool') return 'the spool of messages'
  return subject === 'thread' ? 'what sends messages away' : `sending messages to ${subject}`
}
