import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { join, resolve } from 'node:path'
import { askGateway } from '../../src/cli/control-client.ts'
import { statusSchema } from '../../src/cli/status-schema.ts'
import type { StatusReport } from '../../src/gateway/status-report.ts'
import { guardProcess } from '../../src/testing/process-guard.ts'
import type { Scenario } from './scenario.ts'

export interface GatewayPlace {
  readonly folder: string
  readonly config: string
  readonly environment: Record<string, string>
  readonly scenario: Scenario
  /** When scaled time began, by the real clock and by the scaled one. */
  readonly began: { readonly real: number; readonly scaled: number }
}

/** A gateway in a process of its own, which may be killed and started again. */
export class GatewayProcess {
  readonly #place: GatewayPlace
  readonly #words: WriteStream
  #child: ChildProcess | undefined

  constructor(place: GatewayPlace) {
    this.#place = place
    this.#words = createWriteStream(join(place.folder, 'gateway.log'), { flags: 'a' })
  }

  start(): void {
    const { config, environment, scenario, began } = this.#place
    const until = scenario.to + 20 * 60_000
    const words = [config, scenario.factor, began.real, began.scaled, until].map(String)
    const child = spawn(process.execPath, [resolve(import.meta.dirname, 'gateway-child.ts'), ...words], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    guardProcess(child)
    for (const stream of [child.stdout, child.stderr]) stream.pipe(this.#words, { end: false })
    this.#child = child
  }

  /** Undefined while none runs, or while it is still starting. */
  async status(): Promise<StatusReport | undefined> {
    const answer = await askGateway(join(this.#place.folder, 'data'), 'status')
    return answer.running ? statusSchema.parse(answer.result) : undefined
  }

  /** True when it has ended although nobody killed it. */
  get hasFallen(): boolean {
    return this.#child !== undefined && (this.#child.exitCode !== null || this.#child.signalCode !== null)
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Ends it in order. @throws Error when it does not end with 0 */
  async stop(): Promise<void> {
    const code = await this.#end('SIGTERM')
    this.#words.end()
    if (code !== 0) throw new Error(`the gateway ended with ${code}; see ${this.#words.path}`)
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined) return 0
    if (child.exitCode !== null) return child.exitCode
    const closed = once(child, 'close')
    child.kill(signal)
    await closed
    return child.exitCode
  }
}
