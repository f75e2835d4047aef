import { Task, type TaskContext } from '../../dispatcher/index.ts'
import type { BoundedServer } from '../bounded-server.ts'
import { never } from '../never.ts'
import { type MetricsServerOptions, openMetricsServer } from './metrics-server.ts'

export interface MetricsTaskOptions extends Omit<MetricsServerOptions, 'log' | 'token'> {
  /** Opens the token; asked again after a failure. */
  readonly token?: () => Promise<string>
}

/** Gives metrics to whoever scrapes them for as long as its app runs. */
export class MetricsTask extends Task {
  readonly #options: MetricsTaskOptions
  #server: BoundedServer | undefined

  constructor(options: MetricsTaskOptions) {
    // Nothing is ever due: others ask, the server answers.
    super({ name: 'metrics', trigger: never })
    this.#options = options
  }

  /** Where it listens; undefined until it does. */
  get url(): string | undefined {
    return this.#server?.url
  }

  override async prepare({ log }: TaskContext): Promise<void> {
    const { token, ...options } = this.#options
    this.#server = await openMetricsServer({ ...options, log, ...(token && { token: await token() }) })
    log.info({ url: this.#server.url }, `metrics are given at ${this.#server.url}/metrics`)
  }

  override coroutine(): undefined {
    return undefined
  }

  override async finish(): Promise<void> {
    await this.#server?.close()
  }
}
