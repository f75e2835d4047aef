import type { Logger } from '../core/logger.ts'

/** A logger that adds the task's name to the fields of every message. */
export class TaskLogger implements Logger {
  readonly #log: Logger
  readonly #task: string

  constructor(log: Logger, task: string) {
    this.#log = log
    this.#task = task
  }

  debug(fields: object, message: string): void {
    this.#log.debug({ task: this.#task, ...fields }, message)
  }

  info(fields: object, message: string): void {
    this.#log.info({ task: this.#task, ...fields }, message)
  }

  warn(fields: object, message: string): void {
    this.#log.warn({ task: this.#task, ...fields }, message)
  }

  error(fields: object, message: string): void {
    this.#log.error({ task: this.#task, ...fields }, message)
  }
}
