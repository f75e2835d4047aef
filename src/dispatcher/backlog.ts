import { EnergywebError } from '../core/errors.ts'

/** One slot that came while the task was busy. */
export interface HeldSlot {
  readonly number: number
  /** When it came, in milliseconds of monotonic time. */
  readonly due: number
}

const mostHeld = 1_000

/** The slots of one task that wait for the run before to end: first in, first out, never more than so many. */
export class Backlog {
  readonly #max: number
  readonly #slots: HeldSlot[] = []

  /** @throws EnergywebError `task-invalid` */
  constructor(max: number) {
    if (!Number.isSafeInteger(max) || max < 1 || max > mostHeld) {
      throw new EnergywebError('task-invalid', `a task can't let ${max} ticks wait`, {
        hint: `Give \`maxPending\` a whole number from 1 to ${mostHeld}.`,
      })
    }
    this.#max = max
  }

  get size(): number {
    return this.#slots.length
  }

  /** False when it is full and doesn't take the slot. */
  hold(slot: HeldSlot): boolean {
    if (this.#slots.length >= this.#max) return false
    this.#slots.push(slot)
    return true
  }

  next(): HeldSlot | undefined {
    return this.#slots.shift()
  }
}
