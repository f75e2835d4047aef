import type { CarbonSource } from '../core/carbon.ts'
import type { CarbonLog } from '../core/carbon-log.ts'
import { EnergywebError } from '../core/errors.ts'
import type { GatewayAsset } from './asset.ts'
import { type CarbonContext, CarbonTask } from './carbon-task.ts'
import type { CarbonStatus } from './status.ts'

export interface CarbonTasksContext extends Omit<CarbonContext, 'carbonLog'> {
  /** Undefined where the gateway was given none. */
  readonly carbonLog: (() => CarbonLog) | undefined
  /** Starts a task. */
  readonly start: (task: CarbonTask) => void
}

/** The tasks that price energy, one a carbon source: assets that share one are priced together. */
export class CarbonTasks {
  readonly #context: CarbonTasksContext
  readonly #tasks: CarbonTask[] = []

  constructor(context: CarbonTasksContext) {
    this.#context = context
  }

  get all(): readonly CarbonTask[] {
    return this.#tasks
  }

  /**
   * Prices what an asset's energy stands for, if it has a carbon source.
   * @throws EnergywebError `argument-invalid` when the gateway has no carbon registers; `duration-invalid`
   */
  addAsset(asset: GatewayAsset): void {
    if (asset.carbon !== undefined) this.#taskOf(asset.carbon.source).addAsset(asset)
  }

  /** Undefined for an asset without a carbon source. */
  statusOf(asset: string): CarbonStatus | undefined {
    return this.#tasks.map(task => task.status(asset)).find(found => found !== undefined)
  }

  #taskOf(source: CarbonSource): CarbonTask {
    const known = this.#tasks.find(task => task.source === source)
    if (known !== undefined) return known
    const { carbonLog, start, ...context } = this.#context
    if (carbonLog === undefined) {
      throw new EnergywebError('argument-invalid', 'an asset has a carbon source, the gateway no carbonLog')
    }
    const number = this.#tasks.filter(task => task.source.kind === source.kind).length
    const name = `price ${source.kind}${number === 0 ? '' : ` ${number + 1}`}`
    const task = new CarbonTask(source, name, { ...context, carbonLog })
    this.#tasks.push(task)
    start(task)
    return task
  }
}
