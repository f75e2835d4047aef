import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import type { Task } from '../dispatcher/index.ts'
import { CheckpointGrowthTask } from './checkpoint-growth-task.ts'
import { type CheckpointOptions, CheckpointTask, usualCheckpointEntries } from './checkpoint-task.ts'
import { type CosignStore, CosignTask, type GatewayWitness, type WitnessStatus } from './cosign-task.ts'
import type { GatewayEvent, GatewayObserver } from './events.ts'
import { type LogPublisher, PublishTask } from './publish-task.ts'

/** Who cosigns a gateway's checkpoints. */
export interface GatewayWitnesses {
  readonly each: readonly GatewayWitness[]
  /** So many must have cosigned a checkpoint for it to count as witnessed; default all. */
  readonly quorum?: number
  /** Opened with the log. */
  readonly store: () => CosignStore
}

export interface CheckpointTasksOptions {
  readonly checkpoint?: CheckpointOptions
  readonly witnesses?: GatewayWitnesses
  readonly publisher?: LogPublisher
}

/** All that a gateway does about checkpoints: they are signed, by time and by size, then cosigned and published. */
export class CheckpointTasks {
  readonly #sign: CheckpointTask | undefined
  readonly #growth: CheckpointGrowthTask | undefined
  readonly #cosigns: readonly CosignTask[]
  readonly #publish: PublishTask | undefined
  readonly #quorum: number | undefined
  readonly #report: GatewayObserver

  /** @throws EnergywebError `duration-invalid` */
  constructor(
    { checkpoint, witnesses, publisher }: CheckpointTasksOptions,
    { log, report }: { readonly log: () => Log; readonly report: GatewayObserver },
  ) {
    this.#report = report
    this.#sign = checkpoint && new CheckpointTask(checkpoint, event => this.#signed(event))
    this.#growth = checkpoint && this.#growthTask(checkpoint, log)
    this.#cosigns = witnesses === undefined ? [] : this.#cosignTasks(witnesses)
    this.#quorum = witnesses?.quorum
    this.#publish = publisher && new PublishTask(publisher)
  }

  get all(): readonly Task[] {
    const some = [this.#sign, this.#growth, this.#publish, ...this.#cosigns]
    return some.filter(task => task !== undefined)
  }

  /** Signs out of turn; false when nothing is due, or no checkpoints are configured. */
  async signNow(options: { signal: AbortSignal }): Promise<boolean> {
    return (await this.#sign?.signNow(options)) ?? false
  }

  /** The last one, at the gateway's end. */
  async signLast(options: { signal: AbortSignal; clock: Clock }): Promise<void> {
    await this.#sign?.signLast(options)
  }

  /** What was signed last, for who reads the published log. */
  async publishLast(options: { signal: AbortSignal }): Promise<void> {
    await this.#publish?.publishLast(options)
  }

  /** How it stands with the witnesses, and how many must have cosigned. */
  status(): { readonly witnesses: readonly WitnessStatus[]; readonly quorum: number } {
    const witnesses = this.#cosigns.map(cosign => cosign.status())
    return { witnesses, quorum: this.#quorum ?? witnesses.length }
  }

  #growthTask({ entries = usualCheckpointEntries, store }: CheckpointOptions, log: () => Log) {
    return new CheckpointGrowthTask({
      entries,
      log,
      uncovered: () => store().uncovered(),
      sign: options => this.signNow(options),
    })
  }

  #cosignTasks({ each, store }: GatewayWitnesses): readonly CosignTask[] {
    const report = (event: GatewayEvent) => this.#cosigned(event)
    return each.map(witness => new CosignTask(witness, { store, report }))
  }

  #signed(event: GatewayEvent): void {
    this.#report(event)
    for (const cosign of this.#cosigns) cosign.wake()
    this.#publish?.wake()
  }

  #cosigned(event: GatewayEvent): void {
    this.#report(event)
    this.#publish?.wake()
  }
}
