import { Task, type TaskRun } from '../dispatcher/index.ts'
import { turns, Wake } from './wake.ts'

/** What writes the log where others read it. */
export interface LogPublisher {
  /**
   * Publishes the log up to its newest signed checkpoint; only what is new. Undefined when it has none yet.
   * @throws EnergywebError `publish-refused`, `log-corrupt`, `log-locked`; what the system refuses as it is
   */
  publish(options: {
    signal: AbortSignal
  }): Promise<{ readonly size: number; readonly before: number } | undefined>
}

/** What was missed, or failed, is made up for within a minute. A look that finds nothing new reads two small files. */
const rhythm = { every: 60_000, pause: 250 }

/** Publishes the log soon after each checkpoint, and again when others have cosigned it. */
export class PublishTask extends Task {
  readonly #publisher: LogPublisher
  readonly #wake: Wake

  constructor(publisher: LogPublisher) {
    const wake = new Wake()
    // A long log takes long the first time.
    super({ name: 'publish', trigger: turns(wake, rhythm), deadline: '1h' })
    this.#publisher = publisher
    this.#wake = wake
  }

  /** A checkpoint was signed or cosigned. */
  wake(): void {
    this.#wake.wake()
  }

  override async coroutine({ signal, log }: TaskRun): Promise<void> {
    const published = await this.#publisher.publish({ signal })
    if (published === undefined || published.size === published.before) return
    log.info({ size: published.size, before: published.before }, 'log published')
  }

  /** The last time, when the gateway's last checkpoint is signed. */
  async publishLast({ signal }: { signal: AbortSignal }): Promise<void> {
    await this.#publisher.publish({ signal })
  }
}
