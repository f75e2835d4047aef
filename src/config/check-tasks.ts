import { parseDuration } from '../core/duration.ts'
import { isEnergywebError } from '../core/errors.ts'
import { Task } from '../dispatcher/index.ts'
import { checkCron } from './check-cron.ts'
import type { Extensions, TaskClass } from './extensions.ts'
import { withHint } from './fields.ts'
import { didYouMean } from './nearest.ts'
import type { Finding } from './problem.ts'
import type { Config, TaskConfig } from './schema.ts'

/** Checks the tasks against the classes that the modules bring. None is made: that is for the gateway. */
export function checkTasks({ tasks = [], modules = [] }: Config, { tasks: classes }: Extensions): Finding[] {
  return tasks.flatMap((task, index) => {
    const at = ['tasks', index]
    const known = classes.get(task.class)
    const findings = known === undefined ? [] : checkInterval(known, task)
    if (known === undefined) {
      const names = [...classes.keys()]
      const near = didYouMean(task.class, names)
      const list = names.length === 0 || near !== '' ? near : `; there are ${names.join(', ')}`
      const message =
        modules.length === 0 ? 'no module is named: add it to modules' : `no module exports it${list}`
      findings.push({ path: ['class'], message })
    }
    findings.push(...checkTrigger(task))
    return findings.map(finding => ({ ...finding, path: [...at, ...finding.path] }))
  })
}

/** One of `on`, `every`, `cron` and an interval among the parameters. */
function checkTrigger(task: TaskConfig): Finding[] {
  const { every, cron: pattern, parameters } = task
  const findings: Finding[] = []
  if (every !== undefined && parameters?.interval !== undefined) {
    findings.push({ path: ['every'], message: 'the interval is in the parameters already' })
  }
  if (pattern !== undefined && (every !== undefined || parameters?.interval !== undefined)) {
    findings.push({ path: ['cron'], message: 'there is an interval too: give one of the two' })
  }
  if (task.on !== undefined && [every, pattern, parameters?.interval].some(given => given !== undefined)) {
    findings.push({ path: ['on'], message: 'there is an interval or cron too: give one of them' })
  }
  return [...findings, ...checkCron(task)]
}

/** What another base class does with an interval is its own business. */
function checkInterval(known: TaskClass, { parameters }: TaskConfig): Finding[] {
  const interval = parameters?.interval
  if (interval === undefined || !(known.prototype instanceof Task)) return []
  const path = ['parameters', 'interval']
  if (typeof interval !== 'string' && typeof interval !== 'number') {
    return [{ path, message: 'expected a duration like 15m' }]
  }
  try {
    parseDuration(interval)
    return []
  } catch (error) {
    if (!isEnergywebError(error)) throw error
    return [{ path, message: withHint(error) }]
  }
}
