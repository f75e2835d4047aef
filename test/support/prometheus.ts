import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { z } from 'zod'

/** Where the installer of test tools unpacks Debian's package, so that no service starts. */
const unpacked = join(
  process.env.ENERGYWEB_TEST_TOOLS ?? join(homedir(), '.cache/energyweb/test-tools'),
  'prometheus/usr/bin',
)

function find(program: string): string | undefined {
  const folders = [unpacked, ...(process.env.PATH ?? '').split(delimiter)]
  return folders.map(folder => join(folder, program)).find(path => existsSync(path))
}

/** Why tests with Prometheus can't run here; undefined when they can. */
export function noPrometheus(): string | undefined {
  const absent = ['prometheus', 'promtool'].filter(program => find(program) === undefined)
  if (absent.length === 0) return undefined
  return `${absent.join(', ')} is not installed: sh scripts/install-test-tools.sh`
}

/** What promtool says, and whether it is content; in a folder, with a text to read. */
export function promtool(
  words: readonly string[],
  { folder, input }: { readonly folder?: string; readonly input?: string } = {},
): { readonly good: boolean; readonly said: string } {
  const { status, stdout, stderr } = spawnSync(find('promtool') ?? 'promtool', words, {
    encoding: 'utf8',
    ...(folder !== undefined && { cwd: folder }),
    ...(input !== undefined && { input }),
  })
  return { good: status === 0, said: `${stdout ?? ''}${stderr ?? ''}` }
}

/** The version that was found, as it says itself. */
export function prometheusVersion(): string {
  return /version (\S+)/.exec(promtool(['--version']).said)?.[1] ?? 'unknown'
}

export async function freePort(): Promise<number> {
  const server = createServer()
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** One value of an instant query. */
export interface Queried {
  readonly metric: Readonly<Record<string, string>>
  readonly value: number
}

const said = z.object({ status: z.literal('success'), data: z.unknown() })
const vector = z.object({
  result: z.array(
    z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
  ),
})

/** A real Prometheus that scrapes one gateway every second. */
export class Prometheus {
  readonly #child: ChildProcess
  readonly #folder: string
  readonly url: string

  private constructor(child: ChildProcess, folder: string, port: number) {
    this.#child = child
    this.#folder = folder
    this.url = `http://127.0.0.1:${port}`
  }

  /** @param options.target - host and port of the gateway; `token`: what it asks for */
  static async start({ target, token }: { target: string; token?: string }): Promise<Prometheus> {
    const folder = await mkdtemp(join(tmpdir(), 'energyweb-prometheus-'))
    const port = await freePort()
    const config = {
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      scrape_configs: [
        {
          job_name: 'energyweb',
          static_configs: [{ targets: [target] }],
          ...(token !== undefined && { authorization: { credentials: token } }),
        },
      ],
    }
    await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config))
    const child = spawn(
      find('prometheus') ?? 'prometheus',
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=error',
      ],
      { stdio: 'ignore' },
    )
    return new Prometheus(child, folder, port)
  }

  /** What its API says; undefined while it doesn't answer. */
  async ask(path: string): Promise<unknown> {
    try {
      const answer = await fetch(`${this.url}/api/v1/${path}`)
      return answer.ok ? said.parse(await answer.json()).data : undefined
    } catch {
      // Not up yet: whoever waits for it asks again.
      return undefined
    }
  }

  async query(expression: string): Promise<readonly Queried[]> {
    const { result } = vector.parse(await this.ask(`query?query=${encodeURIComponent(expression)}`))
    return result.map(({ metric, value: [, text] }) => ({
      metric,
      value: Number(text.replace('Inf', 'Infinity')),
    }))
  }

  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#child.once('close', () => resolve())
    this.#child.kill('SIGTERM')
    await promise
    await rm(this.#folder, { recursive: true, maxRetries: 3 })
  }
}
