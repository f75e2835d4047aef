import { EnergywebError, messageOf } from '../core/errors.ts'
import { cron, requireTask, type TaskLike } from '../dispatcher/index.ts'
import type { ResolvedConfig } from './resolve-paths.ts'
import type { TaskConfig } from './schema.ts'

/**
 * Makes the tasks of a configuration, each from its class with its parameters.
 * @throws EnergywebError `task-invalid`, naming the task, for whatever a constructor throws
 */
export function composeTasks({ tasks = [], extensions }: ResolvedConfig): TaskLike[] {
  return tasks.map((task, index) => {
    const where = `tasks[${index}] (${task.class})`
    const TaskClass = extensions.tasks.get(task.class)
    if (TaskClass === undefined) throw new EnergywebError('task-invalid', `${where}: there is no such class`)
    try {
      const made = new TaskClass(parametersOf(task))
      requireTask(made)
      return made
    } catch (cause) {
      throw new EnergywebError('task-invalid', `${where}: ${messageOf(cause)}`, {
        hint: 'Give it every: 5m, or what its constructor asks for under parameters.',
        cause,
      })
    }
  })
}

/** A class gets `every` as the interval, and `cron` as the trigger, that it would get in code. */
function parametersOf({ parameters = {}, every, cron: pattern, zone }: TaskConfig): Record<string, unknown> {
  return {
    ...parameters,
    ...(every !== undefined && { interval: every }),
    ...(pattern !== undefined && { trigger: cron(pattern, zone === undefined ? {} : { zone }) }),
  }
}
