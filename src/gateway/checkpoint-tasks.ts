import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import type { Task } from '../dispatcher/index.ts'
import { CheckpointGrowthTask } from './checkpoint-growth-task.ts'
import { type CheckpointOptions, CheckpointTask, usualCheckpointEntries } from './checkpoint-task.ts'
import { type CosignStore, CosignTask, type GatewayWitness, type WitnessStatus } from './cosign-task.ts'
import type { GatewayEvent, GatewayObserver } from './events.ts'
import { type EvidenceKeyOptions, type EvidenceKeyStatus, EvidenceKeyTask } from './evidence-key-task.ts'
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
  /** Signs each checkpoint beside the log key; default nobody. */
  readonly evidenceKey?: EvidenceKeyOptions
  readonly witnesses?: GatewayWitnesses
  readonly publisher?: LogPublisher
}

/** How long whoever asks for a checkpoint waits for the evidence key, in milliseconds. */
const evidencePatience = 2_000

/**
 * All that a gateway does about checkpoints: they are signed, by time and by size, by the evidence key too, then cosigned and
 * published.
 */
export class CheckpointTasks {
  readonly #sign: CheckpointTask | undefined
  readonly #growth: CheckpointGrowthTask | undefined
  readonly #evidence: EvidenceKeyTask | undefined
  readonly #cosigns: readonly CosignTask[]
  readonly #publish: PublishTask | undefined
  readonly #quorum: number | undefined
  readonly #store: CheckpointOptions['store'] | undefined
  readonly #report: GatewayObserver
  readonly #clock: Clock
  readonly #log: () => Log
  #stopListening: (() => void) | undefined

  /** @throws EnergywebError `duration-invalid` */
  constructor(
    { checkpoint, evidenceKey, witnesses, publisher }: CheckpointTasksOptions,
    {
      log,
      report,
      clock,
    }: { readonly log: () => Log; readonly report: GatewayObserver; readonly clock: Clock },
  ) {
    this.#report = report
    this.#clock = clock
    this.#log = log
    this.#sign = checkpoint && new CheckpointTask(checkpoint, event => this.#signed(event))
    this.#growth = checkpoint && this.#growthTask(checkpoint, log)
    this.#evidence = evidenceKey && new EvidenceKeyTask(evidenceKey, event => this.#cosigned(event))
    this.#cosigns = witnesses === undefined ? [] : this.#cosignTasks(witnesses)
    this.#quorum = witnesses?.quorum
    this.#store = checkpoint?.store
    this.#publish = publisher && new PublishTask(publisher)
  }

  get all(): readonly Task[] {
    const some = [this.#sign, this.#growth, this.#evidence, this.#publish, ...this.#cosigns]
    return some.filter(task => task !== undefined)
  }

  /** A key can sign that could not before: what has waited for one is signed now. */
  keyIsReady(): void {
    this.#growth?.keyIsReady()
    this.#evidence?.wake()
  }

  /** Once the log is open, and before anything is appended in this run. */
  async begin(): Promise<void> {
    const evidence = this.#evidence
    if (evidence === undefined) return
    await evidence.begin()
    this.#stopListening ??= this.#log().onAppend(stream => evidence.grown(stream))
  }

  /** Signs out of turn; false when nothing is due, or no checkpoints are configured. */
  async signNow(options: { signal: AbortSignal }): Promise<boolean> {
    const isSigned = (await this.#sign?.signNow(options)) ?? false
    await this.#evidence?.signNow({ ...options, clock: this.#clock, patience: evidencePatience })
    return isSigned
  }

  /** The last one, at the gateway's end. */
  async signLast(options: { signal: AbortSignal; clock: Clock }): Promise<void> {
    this.#stopListening?.()
    await this.#sign?.signLast(options)
    await this.#evidence?.signNow({ ...options, patience: evidencePatience })
  }

  /** What was signed last, for who reads the published log. */
  async publishLast(options: { signal: AbortSignal }): Promise<void> {
    await this.#publish?.publishLast(options)
  }

  /** How many entries no signed checkpoint covers; undefined where none are signed. */
  async uncovered(): Promise<number | undefined> {
    return this.#store?.().uncovered()
  }

  /** How it stands with the evidence key and the witnesses, and how many of these must have cosigned. */
  status(): {
    readonly evidenceKey: EvidenceKeyStatus | undefined
    readonly witnesses: readonly WitnessStatus[]
    readonly quorum: number
  } {
    const witnesses = this.#cosigns.map(cosign => cosign.status())
    return { evidenceKey: this.#evidence?.status(), witnesses, quorum: this.#quorum ?? witnesses.length }
  }

  #growthTask({ entries = usualCheckpointEntries, store }: CheckpointOptions, log: () => Log) {
    return new CheckpointGrowthTask({
      entries,
      log,
      uncovered: () => store().uncovered(),
      isOwed: () => this.#sign?.isOwed === true,
      sign: async run => (await this.#sign?.signUnlessAway(run)) ?? false,
    })
  }

  #cosignTasks({ each, store }: GatewayWitnesses): readonly CosignTask[] {
    const report = (event: GatewayEvent) => this.#cosigned(event)
    return each.map(witness => new CosignTask(witness, { store, report }))
  }

  #signed(event: GatewayEvent): void {
    this.#report(event)
    this.#evidence?.wake()
    for (const cosign of this.#cosigns) cosign.wake()
    this.#publish?.wake()
  }

  #cosigned(event: GatewayEvent): void {
    this.#report(event)
    this.#publish?.wake()
  }
}
