import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, createWriteStream, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { askGateway } from '../../src/cli/control-client.ts'
import { statusSchema } from '../../src/cli/status-schema.ts'
import type { DestinationReport } from '../../src/gateway/status-report.ts'
import { guardProcess } from '../../src/testing/process-guard.ts'
import type { Places } from './places.ts'

/** What opens the doors of the places; none of it may ever be seen in a message. */
export const secrets = {
  otlp: 'otlp-Tok3n/0123+456789=',
  elasticsearch: 'es_apiKey_ä9f8e7d6c5b4',
  metrics: 'metr1cs-Tok3n-0123456789',
  loki: 'pass word "with" {signs}',
} as const

export interface ConfigOptions {
  readonly places: Places
  /** Of rsyslog and of its client. */
  readonly certificates: { readonly ca: string; readonly certificate: string; readonly key: string }
  /** The authority of the HTTPS servers. */
  readonly authority: string
  /** Where Prometheus scrapes it, on this machine. */
  readonly metricsPort: number
}

/** `energyweb run` in a process of its own, with all kinds of destinations, and a task that chatters. */
export class ChattyGateway {
  readonly #folder: string
  /** How Prometheus gets at its metrics. */
  readonly metrics: { readonly target: string; readonly token: string }
  #child: ChildProcess | undefined

  constructor(folder: string, options: ConfigOptions) {
    const { certificates, metricsPort } = options
    this.#folder = folder
    this.metrics = { target: `127.0.0.1:${metricsPort}`, token: secrets.metrics }
    copyFileSync(join(import.meta.dirname, 'chatter.mjs'), join(folder, 'chatter.mjs'))
    const key = readFileSync(certificates.key, 'utf8').trim()
    writeFileSync(join(folder, 'spoken-secrets.json'), JSON.stringify([...Object.values(secrets), key]))
    writeFileSync(join(folder, 'loki.password'), secrets.loki, { mode: 0o600 })
    writeFileSync(join(folder, 'energyweb.yml'), configOf(options))
  }

  start(): void {
    const program = resolve(import.meta.dirname, '../../bin/energyweb.js')
    const child = spawn(process.execPath, [program, 'run', 'energyweb.yml', '--json'], {
      cwd: this.#folder,
      env: {
        ...process.env,
        OTLP_TOKEN: secrets.otlp,
        ES_KEY: secrets.elasticsearch,
        METRICS_TOKEN: secrets.metrics,
        ENERGYWEB_SOURCE: '1',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    guardProcess(child)
    child.stderr.pipe(createWriteStream(join(this.#folder, 'stderr'), { flags: 'a' }))
    this.#child = child
  }

  /** Asks for more messages, in all so many, each with so much beside it. */
  sayUpTo(upTo: number, padding = 0): void {
    writeFileSync(join(this.#folder, 'wishes.json'), JSON.stringify({ upTo, padding }))
  }

  /** How many messages it has begun to write. */
  get said(): number {
    const file = join(this.#folder, 'said')
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0
  }

  /** What it says on standard error, secrets taken out. */
  get words(): string {
    return readFileSync(join(this.#folder, 'stderr'), 'utf8')
  }

  /** How it says that its destinations stand; empty while none runs. */
  async destinations(): Promise<readonly DestinationReport[]> {
    const answer = await askGateway(join(this.#folder, 'data'), 'status')
    return answer.running ? (statusSchema.parse(answer.result).remoteLog?.destinations ?? []) : []
  }

  /** @throws Error when it has ended although nobody ended it */
  mustRun(): void {
    const code = this.#child?.exitCode ?? null
    if (code !== null) throw new Error(`the gateway ended with ${code}: ${this.words.slice(-500)}`)
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null
    const closed = once(child, 'close')
    child.kill(signal)
    await closed
    return child.exitCode
  }
}

function configOf({
  places: { urls, syslogPort },
  certificates,
  authority,
  metricsPort,
}: ConfigOptions): string {
  const tls = `{ ca: ${authority} }`
  const { ca, certificate, key } = certificates
  return `energyweb: 1
data: ./data
metrics: { listen: '127.0.0.1:${metricsPort}', token: { env: METRICS_TOKEN } }
logging:
  remote:
    - { kind: otlp, name: otlp, url: '${urls.otlp}', tls: ${tls}, headers: { x-token: { env: OTLP_TOKEN } }, labels: { site: roof } }
    - { kind: syslog, name: syslog, address: '127.0.0.1:${syslogPort}', tls: { ca: ${ca}, certificate: ${certificate}, key: { file: ${key} } } }
    - { kind: loki, name: loki, url: '${urls.loki}', tls: ${tls}, tenant: roof, labels: { site: roof }, auth: { user: roof, password: { file: ./loki.password } } }
    - { kind: elasticsearch, name: elasticsearch, url: '${urls.elasticsearch}', tls: ${tls}, index: logs-energyweb-default, auth: { apiKey: { env: ES_KEY } } }
  spool: { cap: 2 MB }
assets:
  - { name: roof, role: consumer, channel: import, capacity: 10 kW, every: 1s, source: { kind: simulator, profile: load, peak: 5 kW } }
modules: [./chatter.mjs]
tasks:
  - { class: Chatter, parameters: { interval: 50 } }
`
}
