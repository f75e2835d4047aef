import { setTimeout as pause } from 'node:timers/promises'
import { type Ended, energyweb } from '../cli/memory-io.ts'

/** A command of ours on the day's configuration. */
export type RunCommand = (...words: string[]) => Promise<Ended>

export function commandsIn(folder: string, environment: Record<string, string>): RunCommand {
  return (...words) => energyweb(words, { cwd: folder, env: environment })
}

/** The Issuer's desk: approves whatever waits, by the commands. What an outage or a reorganisation takes from it, it does again. */
export class CertificateDesk {
  readonly #run: RunCommand
  readonly #ending = new AbortController()
  readonly #working: Promise<void>
  /** Requests that it approved, those of blocks that were lost later among them. */
  approved = 0
  /** How often a command failed, as in an outage. */
  failures = 0
  /** Words of the newest failure. */
  trouble = ''

  constructor(run: RunCommand) {
    this.#run = run
    this.#working = this.#work()
  }

  async close(): Promise<void> {
    this.#ending.abort()
    await this.#working
  }

  /** Ids of requests that nobody has decided on; undefined when the node could not be asked. */
  async open(): Promise<readonly string[] | undefined> {
    const listed = await this.#run('certificate', 'ls', '--open', '--json')
    if (listed.code !== 0) return this.#failed(listed)
    const { requests } = JSON.parse(listed.stdout) as { requests: { request: string }[] }
    return requests.map(({ request }) => request)
  }

  async #work(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      const open = await this.open()
      if (open !== undefined && open.length > 0) {
        const done = await this.#run('certificate', 'approve', open.join(','), '--key', 'desk', '--json')
        if (done.code !== 0) this.#failed(done)
        else this.approved += (JSON.parse(done.stdout) as { issued: unknown[] }).issued.length
      }
      await pause(1_000)
    }
  }

  #failed({ stderr }: Ended): undefined {
    this.failures += 1
    this.trouble = stderr
    return undefined
  }
}
