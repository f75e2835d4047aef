/*
 * A fault point names a step at which a crash must do no harm. Each room exports the list of the names that it passes
 * (`storage/before-commit`), so that a test can end the process at each of them and see what is left. A product that runs
 * in peace pays one comparison a step.
 */

/** What happens at a fault point. */
export type FaultHandler = (name: string) => void

interface Host {
  /** Every JavaScript host has it; it is here so that the optional property below may be missing. */
  readonly Object: unknown
  readonly process?: {
    readonly env: Readonly<Record<string, string | undefined>>
    readonly pid: number
    kill(pid: number, signal: string): unknown
  }
}

let handler: FaultHandler | undefined = handlerFromEnvironment(globalThis)

/** Passes a fault point. Nothing happens unless a test asked for it. */
export function faultPoint(name: string): void {
  if (handler !== undefined) handler(name)
}

/** Puts a handler in place for this thread, or takes it away; answers the one before. */
export function setFaultHandler(next: FaultHandler | undefined): FaultHandler | undefined {
  const before = handler
  handler = next
  return before
}

/**
 * `ENERGYWEB_FAULT=<name>:<n>` kills the process with SIGKILL at the n-th passage (default the first) of the point, in
 * whichever thread it is passed: worker threads have the environment of their process.
 */
function handlerFromEnvironment({ process }: Host): FaultHandler | undefined {
  const wanted = process?.env.ENERGYWEB_FAULT
  if (process === undefined || wanted === undefined || wanted === '') return undefined
  const [point, count = '1'] = wanted.split(':')
  let left = Number(count)
  return name => {
    if (name === point && --left === 0) process.kill(process.pid, 'SIGKILL')
  }
}
