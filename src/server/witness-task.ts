import type { Signer } from '../core/signer.ts'
import { Task, type TaskContext } from '../dispatcher/index.ts'
import { never } from './never.ts'
import { type OpenedWitness, openWitness, type ServeWitnessOptions } from './serve-witness.ts'

export interface WitnessTaskOptions extends Omit<ServeWitnessOptions, 'signer' | 'clock' | 'log'> {
  /** Answers the holder of its Ed25519 key once that is open. */
  readonly signer: (options: { signal: AbortSignal }) => Promise<Signer>
}

/** Keeps a witness at work for as long as its app runs. It holds nobody up: its disk work is not of the event loop. */
export class WitnessTask extends Task {
  readonly #options: WitnessTaskOptions
  #witness: OpenedWitness | undefined

  constructor(options: WitnessTaskOptions) {
    // Nothing is ever due: logs ask, the server answers.
    super({ name: 'witness', trigger: never })
    this.#options = options
  }

  /** Where it listens; undefined until it does. */
  get url(): string | undefined {
    return this.#witness?.url
  }

  override async prepare({ signal, clock, log }: TaskContext): Promise<void> {
    const signer = await this.#options.signer({ signal })
    this.#witness = await openWitness({ ...this.#options, signer, clock, log })
  }

  override coroutine(): undefined {
    return undefined
  }

  override async finish(): Promise<void> {
    await this.#witness?.close()
  }
}
