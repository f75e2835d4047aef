import { hostname } from 'node:os'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { EnergywebError } from '../../core/errors.ts'
import type { HttpClient, HttpResponse } from '../../core/source.ts'
import { Task, type TaskRun } from '../../dispatcher/index.ts'
import type { GatewayMetrics } from '../../gateway/metrics/index.ts'
import { type MetricsResource, otlpMetricsRequest } from './otlp-request.ts'

export interface OtlpMetricsTaskOptions {
  readonly metrics: Pick<GatewayMetrics, 'collect'>
  /** What stands before `/v1/metrics`. */
  readonly url: string
  /** Milliseconds between two sendings. */
  readonly every: number
  /** Opens the headers of a request, secrets among them. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>
  /** Opens the connection; asked again after a failure. */
  readonly http: () => Promise<HttpClient>
  readonly resource: Pick<MetricsResource, 'version' | 'instance'>
}

const pack = promisify(gzip)

/**
 * Sends metrics to a collector. Each sending tells how things stand then, and all that was counted since the beginning: what could not
 * be sent is not kept, the next one says it too. After a failure the app waits longer each time, and no other task waits for this one.
 */
export class OtlpMetricsTask extends Task {
  readonly #options: OtlpMetricsTaskOptions
  #http: HttpClient | undefined

  constructor(options: OtlpMetricsTaskOptions) {
    super({ name: 'send metrics', interval: options.every, isEager: false, deadline: '1m' })
    this.#options = options
  }

  override async coroutine({ signal }: TaskRun): Promise<void> {
    const { metrics, url, headers, http, resource } = this.#options
    const whose = { ...resource, host: hostname(), pid: process.pid }
    const bytes = await pack(await otlpMetricsRequest(await metrics.collect(), whose))
    this.#http ??= await http()
    const answer = await this.#http.post({
      url: `${url}/v1/metrics`,
      headers: await headers(),
      body: { bytes, type: 'application/x-protobuf', encoding: 'gzip' },
      signal,
    })
    if (answer.status !== 200) throw refused(url, answer)
  }

  override async finish(): Promise<void> {
    await this.#http?.close()
  }
}

function refused(url: string, { status }: HttpResponse): EnergywebError {
  const isTheirs = status === 429 || status >= 500
  return new EnergywebError(
    status === 401 || status === 403 ? 'source-unauthorized' : 'source-failed',
    `${url}: the collector answered ${status} to metrics`,
    {
      retryable: isTheirs,
      hint: isTheirs ? 'They are sent again later.' : 'Is `metrics.otlp` right: address and headers?',
    },
  )
}
