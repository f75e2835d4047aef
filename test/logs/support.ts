import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Destination, RemoteLogOptions } from '../../src/logging/index.ts'
import { RemoteLog } from '../../src/logging/index.ts'
import { authority } from './http-sink.ts'

export const sender = { host: 'box', version: '1.2.3', pid: 42 }

export const common = {
  level: 'info' as const,
  labels: { site: 'roof' },
  tls: { ca: authority },
  headers: {},
}

export const lokiTo = (url: string): Destination => ({
  ...common,
  name: 'loki',
  kind: 'loki',
  url,
  metadata: true,
})

export const elasticsearchTo = (url: string): Destination => ({
  ...common,
  name: 'elasticsearch',
  kind: 'elasticsearch',
  url,
  index: 'logs-energyweb',
})

/** What a test opened; the last first. */
export class Opened {
  readonly #closes: (() => unknown)[] = []

  add(close: () => unknown): void {
    this.#closes.unshift(close)
  }

  async close(): Promise<void> {
    for (const close of this.#closes.splice(0)) await close()
  }

  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'energyweb-logs-'))
    this.add(() => rmSync(folder, { recursive: true, force: true }))
    return folder
  }

  /** A log to some destinations, with what it told of its troubles. */
  remoteLog(
    folder: string,
    destinations: readonly Destination[],
    options: Partial<RemoteLogOptions> = {},
  ): { log: RemoteLog; troubles: string[] } {
    const troubles: string[] = []
    const onTrouble = (subject: string, why: string | undefined) =>
      troubles.push(`${subject}: ${why ?? 'well'}`)
    const log = new RemoteLog({ folder, cap: 20_000_000, destinations, sender, onTrouble, ...options })
    this.add(() => log.close())
    return { log, troubles }
  }
}

/** Waits until something holds; fails after a while. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  { patience = 20_000, every = 20 }: { patience?: number; every?: number } = {},
): Promise<void> {
  const end = performance.now() + patience
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`it never came: ${what}`)
    await new Promise(resolve => setTimeout(resolve, every))
  }
}
