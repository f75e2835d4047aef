/** The signals that end an app, and what the process answers when one comes again. */
const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const

type TerminationSignal = keyof typeof exitCodes

/**
 * Ctrl-C reaches every process of a terminal's group, and npm passes its own on: one press can arrive twice, within a few
 * milliseconds. A person takes longer than this to press again.
 */
const echoMilliseconds = 50

/**
 * Calls `stop` at the first SIGINT or SIGTERM; a second one ends the process at once, with 130 or 143.
 * The answer takes the handlers off.
 */
export function onTermination(stop: (signal: TerminationSignal) => void): () => void {
  let first: { signal: TerminationSignal; at: number } | undefined
  const handle = (signal: TerminationSignal) => {
    const at = performance.now()
    if (first === undefined) {
      first = { signal, at }
      stop(signal)
      return
    }
    const echo = signal === 'SIGINT' && first.signal === 'SIGINT' && at - first.at < echoMilliseconds
    if (!echo) process.exit(exitCodes[signal])
  }
  const interrupted = () => handle('SIGINT')
  const terminated = () => handle('SIGTERM')
  process.on('SIGINT', interrupted)
  process.on('SIGTERM', terminated)
  return () => {
    process.off('SIGINT', interrupted)
    process.off('SIGTERM', terminated)
  }
}
