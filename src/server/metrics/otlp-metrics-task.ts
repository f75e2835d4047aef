import { hostname } from 'node:os'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { type Clock, systemClock } from '../../core/clock.ts'
import { EnergywebError } from '../../core/errors.ts'
import { printableUrl } from '../../core/printable-url.ts'
import type { HttpClient, HttpResponse } from '../../core/source.ts'
import { Task, type TaskContext, type TaskRun } from '../../dispatcher/index.ts'
import type { MetricSeries, MetricSnapshot } from '../../gateway/metrics/index.ts'
import { CollectorPause } from './collector-pause.ts'
import { type MetricsResource, otlpMetricsRequest } from './otlp-request.ts'
import { type Refusal, refusalIn } from './partial-refusal.ts'

export interface OtlpMetricsTaskOptions {
  readonly metrics: { collect(): Promise<MetricSnapshot> }
  /** What stands before `/v1/metrics`. */
  readonly url: string
  /** Milliseconds between two sendings. */
  readonly every: number
  /** Opens the headers of a request, secrets among them. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>
  /** Opens the connection; asked again after a failure. */
  readonly http: () => Promise<HttpClient>
  readonly resource: Pick<MetricsResource, 'version' | 'instance'>
  /** Told how many data points the collector refused of each sending that it took in part. */
  readonly onRefused?: (points: number) => void
  /** What pauses that a collector asks for are measured by; default the machine's. */
  readonly clock?: Clock
}

const pack = promisify(gzip)

/** An answer has a number and a sentence in it; a longer one is not from a collector. */
const longestAnswer = 65_536

/**
 * Sends metrics to a collector. Each sending tells how things stand then, and all that was counted since the beginning: what could not
 * be sent is not kept, the next one says it too. After a failure the app waits longer each time, and no other task waits for this one.
 */
export class OtlpMetricsTask extends Task {
  readonly #options: OtlpMetricsTaskOptions
  readonly #pause: CollectorPause
  #http: HttpClient | undefined
  #isRefused = false

  constructor(options: OtlpMetricsTaskOptions) {
    super({ name: 'send metrics', interval: options.every, isEager: false, deadline: '1m' })
    this.#options = options
    this.#pause = new CollectorPause(options.clock ?? systemClock)
  }

  /** A collector that asks for a pause gets it. */
  override triggerEvent(): boolean {
    return this.#pause.isOver
  }

  override async coroutine({ signal, log }: TaskRun): Promise<void> {
    const { metrics, url, headers, http, resource } = this.#options
    const whose = { ...resource, host: hostname(), pid: process.pid }
    const snapshot = await metrics.collect()
    const bytes = await pack(await otlpMetricsRequest(snapshot, whose))
    this.#http ??= await http()
    const answer = await this.#http.post({
      url: `${url}/v1/metrics`,
      headers: await headers(),
      body: { bytes, type: 'application/x-protobuf', encoding: 'gzip' },
      maxBytes: longestAnswer,
      signal,
    })
    if (answer.status !== 200) {
      this.#pause.heed(answer)
      throw refused(url, answer)
    }
    this.#hear(refusalIn(answer, pointsIn(snapshot.series)), log)
  }

  override async finish(): Promise<void> {
    await this.#http?.close()
  }

  /** What it refuses is told when that begins and when it is over, whatever it says in between; the metric has all of it. */
  #hear(refusal: Refusal | undefined, log: TaskContext['log']): void {
    if (refusal !== undefined && refusal.points > 0) this.#options.onRefused?.(refusal.points)
    const isRefused = refusal !== undefined
    if (isRefused === this.#isRefused) return
    this.#isRefused = isRefused
    if (refusal === undefined) log.info({}, 'the collector takes all metrics again')
    else log.warn({ points: refusal.points }, `the collector does not take all metrics: ${refusal.message}`)
  }
}

function pointsIn(series: readonly MetricSeries[]): number {
  return series.reduce((sum, { samples }) => sum + samples.length, 0)
}

function refused(url: string, { status }: HttpResponse): EnergywebError {
  const isTheirs = status === 429 || status >= 500
  return new EnergywebError(
    status === 401 || status === 403 ? 'source-unauthorized' : 'source-failed',
    `${printableUrl(url)}: the collector answered ${status} to metrics`,
    {
      retryable: isTheirs,
      hint: isTheirs ? 'They are sent again later.' : 'Is `metrics.otlp` right: address and headers?',
    },
  )
}
