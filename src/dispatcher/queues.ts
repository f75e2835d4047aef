import { EnergywebError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import { Queue, type QueueOptions, type QueueStatistics } from './queue.ts'

/** The queues of one app, by name. */
export class Queues {
  readonly #queues = new Map<string, Queue<unknown>>()
  #closed = false

  /** @throws EnergywebError `argument-invalid` */
  add<Item>(name: string, options: QueueOptions): Queue<Item> {
    if (this.#queues.has(name)) {
      throw new EnergywebError('argument-invalid', `the app has a queue "${name}" already`, {
        hint: 'Keep what addQueue() answered, or give another name.',
      })
    }
    const queue = new Queue<Item>(name, options)
    if (this.#closed) queue.close()
    this.#queues.set(name, queue)
    return queue
  }

  close(): void {
    this.#closed = true
    for (const queue of this.#queues.values()) queue.close()
  }

  /** Says what nobody will take out any more. */
  reportLost(log: Logger): void {
    for (const { name, size } of this.#queues.values()) {
      if (size === 0) continue
      log.warn({ queue: name, items: size }, `queue "${name}" still held ${size} items when the app ended`)
    }
  }

  statistics(): readonly QueueStatistics[] {
    return [...this.#queues.values()].map(queue => queue.statistics())
  }
}
