// A task of one's own. `tasks:` names the class; its constructor gets `parameters`, and `every` as `interval`.
import { Task, type TaskOptions, type TaskRun } from 'energyweb'

export class Heartbeat extends Task {
  readonly greeting: string

  constructor({ greeting = 'hello', ...options }: TaskOptions & { greeting?: string }) {
    super(options)
    this.greeting = greeting
  }

  override coroutine({ log }: TaskRun) {
    log.info({}, `${this.greeting}, every ${this.interval} ms`)
  }
}
