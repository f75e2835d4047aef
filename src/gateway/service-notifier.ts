import { spawn } from 'node:child_process'
import { messageOf } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'

const program = 'systemd-notify'
/** A service manager that takes no message within this many ms doesn't listen. */
const patience = 5_000
const extendEvery = 5_000
/** Microseconds by which each word while draining moves the service manager's own end of patience, and the most in ms. */
const extendBy = 20_000_000
const longestDrain = 600_000

export interface ServiceNotifierOptions {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly log: Logger
}

/**
 * Tells the service manager how the gateway stands, in the words of sd_notify(3). Node has no datagram sockets of the Unix
 * kind, so the words go through the program `systemd-notify`, which every system with systemd has.
 */
export class ServiceNotifier {
  /** How often the service manager wants a sign of life at the least, ms; undefined when it wants none. */
  readonly watchdog: number | undefined
  readonly #environment: Record<string, string>
  readonly #log: Logger
  #complained = false
  #extending: NodeJS.Timeout | undefined

  private constructor({ environment, log }: ServiceNotifierOptions) {
    const { PATH = '/usr/bin:/bin', NOTIFY_SOCKET = '' } = environment
    // Nothing else of the environment: secrets may be in it.
    this.#environment = { PATH, NOTIFY_SOCKET }
    this.#log = log
    this.watchdog = watchdogOf(environment)
  }

  /** Undefined where no service manager asked to be told. */
  static of(options: ServiceNotifierOptions): ServiceNotifier | undefined {
    return options.environment.NOTIFY_SOCKET ? new ServiceNotifier(options) : undefined
  }

  /** Sends assignments like `READY=1`; answers whether they were taken. What fails is logged once. */
  async send(...assignments: string[]): Promise<boolean> {
    // A line feed would begin another assignment.
    const failure = await this.#run(assignments.map(one => one.replace(/[\r\n]+/g, ' ')))
    if (failure === undefined) this.#complained = false
    else if (!this.#complained) {
      this.#complained = true
      this.#log.warn({ assignments }, `the service manager can't be told: ${failure}`)
    }
    return failure === undefined
  }

  /** The gateway ends: asks for patience until {@link end}, ten minutes at most. */
  stopping(): void {
    if (this.#extending !== undefined) return
    const started = performance.now()
    void this.send('STOPPING=1', 'STATUS=brings to its end what is under way')
    this.#extending = setInterval(() => {
      if (performance.now() - started > longestDrain) this.end()
      else void this.send(`EXTEND_TIMEOUT_USEC=${extendBy}`, 'WATCHDOG=1')
    }, extendEvery)
  }

  /** Asks for no more patience. */
  end(): void {
    clearInterval(this.#extending)
  }

  /** Answers what went wrong. */
  #run(assignments: readonly string[]): Promise<string | undefined> {
    const { promise, resolve } = Promise.withResolvers<string | undefined>()
    try {
      const child = spawn(program, assignments, {
        env: this.#environment,
        stdio: ['ignore', 'ignore', 'pipe'],
        timeout: patience,
        killSignal: 'SIGKILL',
      })
      let said = ''
      child.stderr.on('data', chunk => {
        said = (said + String(chunk)).slice(0, 200)
      })
      child.on('error', error => resolve(`${program}: ${error.message}`))
      child.on('close', (code, signal) => {
        resolve(code === 0 ? undefined : `${program} ended with ${code ?? signal} ${said.trim()}`)
      })
    } catch (error) {
      resolve(messageOf(error))
    }
    return promise
  }
}

function watchdogOf(environment: ServiceNotifierOptions['environment']): number | undefined {
  const { WATCHDOG_USEC: given, WATCHDOG_PID: pid } = environment
  if (given === undefined || !/^[1-9]\d{0,14}$/.test(given)) return undefined
  // The bin may have handed over to a newer Node: then the one that is watched is our parent.
  const ours = pid === undefined || [process.pid, process.ppid].includes(Number(pid))
  return ours ? Number(given) / 1_000 : undefined
}
