import { EnergywebError, messageOf } from '../core/errors.ts'
import { cron, requireTask, type TaskLike, type TaskOptions } from '../dispatcher/index.ts'
import type { GatewayStorage } from './compose-gateway.ts'
import { composeEventTrigger, type EventTriggerContext } from './event-trigger.ts'
import type { ResolvedConfig } from './resolve-paths.ts'
import type { TaskConfig } from './schema.ts'

/** What the constructor of a task that a configuration has run on events gets, beside its own `parameters`. */
export interface EventTaskOptions<Item> extends TaskOptions<Item> {
  /** The gateway's log, open by the time of the first run: `appendOnce` with the item's key makes an effect exactly one. */
  readonly log: () => GatewayStorage
}

interface TasksContext extends Omit<EventTriggerContext, 'book'> {
  /** Open by the time that a task runs. */
  readonly storage: () => GatewayStorage
}

/**
 * Makes the tasks of a configuration, each from its class with its parameters.
 * @throws EnergywebError `task-invalid`, naming the task, for whatever a constructor throws
 */
export async function composeTasks(
  { tasks = [], extensions }: ResolvedConfig,
  context: TasksContext,
): Promise<TaskLike[]> {
  const made = tasks.map(async (task, index) => {
    const where = `tasks[${index}] (${task.class})`
    const TaskClass = extensions.tasks.get(task.class)
    if (TaskClass === undefined) throw new EnergywebError('task-invalid', `${where}: there is no such class`)
    try {
      const made = new TaskClass(await parametersOf(task, context))
      requireTask(made)
      return made
    } catch (cause) {
      throw new EnergywebError('task-invalid', `${where}: ${messageOf(cause)}`, {
        hint: 'Give it every: 5m, or what its constructor asks for under parameters.',
        cause,
      })
    }
  })
  return Promise.all(made)
}

/** A class gets `every` as the interval, `cron` and `on` as the trigger, as it would get them in code; with `on` the log too. */
async function parametersOf(
  { class: name, parameters = {}, every, cron: pattern, zone, on }: TaskConfig,
  { storage, ...context }: TasksContext,
): Promise<Record<string, unknown>> {
  return {
    ...parameters,
    ...(every !== undefined && { interval: every }),
    ...(pattern !== undefined && { trigger: cron(pattern, zone === undefined ? {} : { zone }) }),
    ...(on !== undefined && {
      trigger: await composeEventTrigger(name, on, { ...context, book: storage }),
      log: storage,
    }),
  }
}
