import { openHttpClient } from '../../connections/index.ts'
import { systemClock } from '../../core/clock.ts'
import { type Duration, parseDuration } from '../../core/duration.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { TlsPolicy } from '../../core/tls-policy.ts'
import type { App, TaskLike } from '../../dispatcher/index.ts'
import { GatewayApp, type GatewayObserver } from '../../gateway/index.ts'
import {
  GatewayMetrics,
  type MetricSnapshot,
  measureApp,
  type OwnCounter,
  type OwnGauge,
  type OwnHistogram,
  type OwnHistogramOptions,
  type OwnMetricOptions,
  OwnMetrics,
  ProcessMetrics,
  Tally,
} from '../../gateway/metrics/index.ts'
import { type ExpositionFormat, formatExposition } from './exposition.ts'
import { MetricsTask } from './metrics-task.ts'
import { OtlpMetricsTask } from './otlp-metrics-task.ts'

/** Where metrics are given to whoever scrapes them. */
export interface ServeMetricsOptions {
  /** Default 127.0.0.1. */
  readonly host?: string
  /** Default 9464; 0 for any that is free. */
  readonly port?: number
  /** What a scrape must bring as `Authorization: Bearer …`; needed to listen beyond this machine. */
  readonly token?: () => Promise<string>
}

/** Where metrics are sent to. */
export interface SendMetricsOptions {
  /** What stands before `/v1/metrics`. */
  readonly url: string
  /** Default 1m. */
  readonly every?: Duration
  /** Opens the headers of a request, secrets among them. */
  readonly headers?: () => Promise<Readonly<Record<string, string>>>
  /** Default `required`. */
  readonly tls?: TlsPolicy
}

export interface AppMetricsOptions {
  /** Of the program, for `energyweb_build_info`. */
  readonly version?: string
}

const loopback = ['127.0.0.1', '::1', 'localhost']

/** What an app measures of itself, and how others get at it. */
export class AppMetrics {
  readonly #version: string
  readonly #tally = new Tally(systemClock)
  readonly #machine = new ProcessMetrics()
  readonly #own = new OwnMetrics()
  readonly #since = systemClock.now()
  #measured: (() => Promise<MetricSnapshot>) | undefined

  constructor({ version = 'unknown' }: AppMetricsOptions = {}) {
    this.#version = version
  }

  /** To be told of every event of a gateway: `new GatewayApp({ onGatewayEvent: metrics.observe })`. */
  get observe(): GatewayObserver {
    return this.#tally.observe
  }

  /** Says what is measured: an app's tasks and process; of a gateway all that docs/metrics.md lists. */
  measure(app: App): this {
    if (app instanceof GatewayApp) {
      const [tally, machine, version] = [this.#tally, this.#machine, this.#version]
      const metrics = new GatewayMetrics({ gateway: app, tally, process: machine, version })
      this.#measured = () => metrics.collect()
    } else {
      this.#measured = async () => measureApp(app, { machine: this.#machine, since: this.#since })
    }
    return this
  }

  /** Adds a metric of your own that only rises. @throws EnergywebError `argument-invalid` for its name */
  counter<const Label extends string = never>(
    name: string,
    options: OwnMetricOptions<Label>,
  ): OwnCounter<Label> {
    return this.#own.counter(name, options)
  }

  /** Adds a metric of your own that has a value. @throws EnergywebError `argument-invalid` for its name */
  gauge<const Label extends string = never>(name: string, options: OwnMetricOptions<Label>): OwnGauge<Label> {
    return this.#own.gauge(name, options)
  }

  /** Adds a metric of your own that counts values by size. @throws EnergywebError `argument-invalid` for its name or bounds */
  histogram<const Label extends string = never>(
    name: string,
    options: OwnHistogramOptions<Label>,
  ): OwnHistogram<Label> {
    return this.#own.histogram(name, options)
  }

  /** What is measured now. */
  async collect(): Promise<MetricSnapshot> {
    const measured = await this.#measured?.()
    const now = systemClock.now()
    const { at = now, since = this.#since, series = [] } = measured ?? {}
    return { at, since, series: [...series, ...this.#own.series] }
  }

  /** What is measured now as Prometheus reads it, for a server of your own. */
  async text(format: ExpositionFormat = 'prometheus'): Promise<string> {
    return formatExposition((await this.collect()).series, format)
  }

  /**
   * A task that gives them out at `/metrics` for as long as its app runs.
   * @throws EnergywebError `argument-invalid` where others than this machine could ask without a token
   */
  served({ host = '127.0.0.1', port = 9_464, token }: ServeMetricsOptions = {}): TaskLike {
    if (token === undefined && !loopback.includes(host)) {
      throw new EnergywebError('argument-invalid', `metrics at ${host} could be read by everybody`, {
        hint: 'Give a token, or listen on 127.0.0.1.',
      })
    }
    return new MetricsTask({ metrics: this, host, port, ...(token && { token }) })
  }

  /** A task that sends them to a collector by OTLP. @throws EnergywebError `duration-invalid` */
  sent({ url, every = '1m', headers, tls = 'required' }: SendMetricsOptions): TaskLike {
    return new OtlpMetricsTask({
      metrics: this,
      url: url.replace(/\/+$/, ''),
      every: parseDuration(every),
      headers: headers ?? (async () => ({})),
      http: async () =>
        openHttpClient({ tls, plaintextCredentials: headers === undefined, plainLoopback: true }),
      resource: { version: this.#version },
      onRefused: points => this.#tally.addRefusedPoints(points),
    })
  }
}
