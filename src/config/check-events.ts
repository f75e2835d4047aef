import { isEnergywebError } from '../core/errors.ts'
import { eventsName } from './event-trigger.ts'
import { withHint } from './fields.ts'
import { unknownName } from './known-names.ts'
import type { Finding } from './problem.ts'
import type { Config, EventTriggerConfig } from './schema.ts'

/** Checks which events tasks run on. What reads them is loaded only where there are some. */
export async function checkEvents({ tasks = [], networks }: Config): Promise<Finding[]> {
  const taken = new Map<string, number>()
  const findings: Finding[] = []
  for (const [index, task] of tasks.entries()) {
    if (task.on === undefined) continue
    const path = ['tasks', index, 'on']
    findings.push(...unknownName([...path, 'network'], 'networks', task.on.network, networks))
    findings.push(...(await checkAbi(task.on)).map(each => ({ ...each, path: [...path, ...each.path] })))
    // They would share one cursor, and each would get a part of the events.
    const name = eventsName(task.class, task.on)
    const other = taken.get(name)
    if (other !== undefined)
      findings.push({ path, message: `tasks[${other}] runs on the same events already` })
    else taken.set(name, index)
  }
  return findings
}

async function checkAbi({ event, args }: EventTriggerConfig): Promise<Finding[]> {
  const { readEvents } = await import('../ledgers/events/event-abi.ts')
  for (const [index, each] of [event].flat().entries()) {
    const path = Array.isArray(event) ? ['event', index] : ['event']
    const finding = findingOf(path, () => readEvents({ abi: undefined, events: [each], args: undefined }))
    if (finding !== undefined) return [finding]
  }
  const finding = findingOf(['args'], () => readEvents({ abi: undefined, events: [event].flat(), args }))
  return finding === undefined ? [] : [finding]
}

function findingOf(path: Finding['path'], read: () => unknown): Finding | undefined {
  try {
    read()
    return undefined
  } catch (error) {
    if (!isEnergywebError(error)) throw error
    return { path, message: withHint(error) }
  }
}
