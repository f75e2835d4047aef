import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { askGateway } from '../../src/cli/control-client.ts'
import { statusSchema } from '../../src/cli/status-schema.ts'
import type { StatusReport } from '../../src/gateway/status-report.ts'
import { guardProcess } from '../../src/testing/process-guard.ts'

const bin = resolve(import.meta.dirname, '../../bin/energyweb.js')

/** What a command wrote, and how it ended. */
export interface Ended {
  readonly code: number | null
  readonly text: string
}

/** A gateway in a folder, run by the program that users run. */
export class KeysGateway {
  readonly #folder: string
  readonly #environment: NodeJS.ProcessEnv
  #child: ChildProcess | undefined
  #text = ''

  constructor(
    folder: string,
    { config, environment }: { config?: string; environment: Record<string, string> },
  ) {
    this.#folder = folder
    this.#environment = { ...process.env, ...environment, ENERGYWEB_SOURCE: '1' }
    if (config !== undefined) writeFileSync(join(folder, 'energyweb.yml'), config)
  }

  /** All that it has written so far. */
  get text(): string {
    return this.#text
  }

  get pid(): number | undefined {
    return this.#child?.exitCode === null ? this.#child.pid : undefined
  }

  start(): void {
    const child = spawn(process.execPath, [bin, 'run'], {
      cwd: this.#folder,
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    guardProcess(child)
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', chunk => {
        this.#text += chunk
      })
    }
    this.#child = child
  }

  /** Undefined while it is still starting. */
  async status(): Promise<StatusReport | undefined> {
    const answer = await askGateway(join(this.#folder, 'data'), 'status')
    return answer.running ? statusSchema.parse(answer.result) : undefined
  }

  /** Another command of the same program, in the same folder. */
  command(...words: readonly string[]): Ended {
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...words], {
      cwd: this.#folder,
      env: this.#environment,
      encoding: 'utf8',
      timeout: 120_000,
    })
    return { code: status, text: `${stdout}${stderr}` }
  }

  async stop(): Promise<number | null> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null
    const closed = once(child, 'close')
    child.kill('SIGTERM')
    await closed
    return child.exitCode
  }
}

/** Waits until something is so; false when it has not become so in time. */
export async function until(
  isSo: () => Promise<boolean> | boolean,
  { seconds }: { readonly seconds: number },
): Promise<boolean> {
  const end = performance.now() + seconds * 1_000
  for (;;) {
    if (await isSo()) return true
    if (performance.now() > end) return false
    await setTimeout(250)
  }
}
