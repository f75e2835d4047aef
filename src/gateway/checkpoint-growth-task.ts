import type { Log } from '../core/log.ts'
import { Task, type TaskContext, type TaskRun } from '../dispatcher/index.ts'
import { turns, Wake } from './wake.ts'

export interface CheckpointGrowthOptions {
  /** So many entries without a checkpoint are too many. */
  readonly entries: number
  readonly log: () => Log
  /** How many entries no checkpoint covers. */
  readonly uncovered: () => Promise<number>
  /** One was due by the schedule, and could not be signed. */
  readonly isOwed: () => boolean
  /** Signs a checkpoint out of turn; false when none is due, or its key is away. */
  readonly sign: (run: Pick<TaskRun, 'signal' | 'log'>) => Promise<boolean>
}

/** A burst of entries makes one look. */
const rhythm = { every: 3_600_000, pause: 1_000 }

/**
 * Has the log's head signed before the schedule says so, when many entries came: what no checkpoint covers is vouched for by
 * nobody. When its key is back, it catches up on what was due meanwhile.
 */
export class CheckpointGrowthTask extends Task {
  readonly #options: CheckpointGrowthOptions
  readonly #wake: Wake
  #isKeyBack = false
  #stopListening: (() => void) | undefined

  constructor(options: CheckpointGrowthOptions) {
    const wake = new Wake()
    super({ name: 'checkpoint by size', trigger: turns(wake, rhythm), deadline: '1m' })
    this.#options = options
    this.#wake = wake
  }

  override prepare(_: TaskContext): void {
    this.#stopListening ??= this.#options.log().onAppend(() => this.#wake.wake())
  }

  /** The log's key can sign again. */
  keyIsReady(): void {
    this.#isKeyBack = true
    this.#wake.wake()
  }

  override async coroutine({ signal, log }: TaskRun): Promise<void> {
    const { entries, uncovered, isOwed, sign } = this.#options
    const isOverdue = this.#isKeyBack && isOwed()
    this.#isKeyBack = false
    const count = await uncovered()
    if ((count >= entries || isOverdue) && (await sign({ signal, log })))
      log.info({ entries: count }, 'checkpoint signed')
  }

  override finish(): void {
    this.#stopListening?.()
  }
}
