import { EnergywebError, messageOf } from '../core/errors.ts'
import type { WorkerCoroutine } from './worker-run.ts'

interface CoroutineClass {
  new (parameters: unknown): { coroutine: WorkerCoroutine }
}

/**
 * The work that a module holds. A class is made anew for each run, with the task's parameters: threads come and go, so that
 * nothing it kept would last.
 * @throws EnergywebError `task-invalid`
 */
export async function loadCoroutine(module: string, parameters: unknown): Promise<WorkerCoroutine> {
  const { default: work } = await importModule(module)
  if (isCoroutineClass(work)) {
    const instance = new work(parameters)
    return run => instance.coroutine(run)
  }
  if (isFunction(work)) return work
  throw new EnergywebError('task-invalid', `${module} has no work for a thread`, {
    hint: 'Its default export must be a function, or a class with a coroutine(), like `export default async function ({ parameters }) {}`.',
  })
}

async function importModule(module: string): Promise<{ default?: unknown }> {
  try {
    return await import(module)
  } catch (cause) {
    throw new EnergywebError('task-invalid', `can't load ${module}: ${messageOf(cause)}`, { cause })
  }
}

function isFunction(value: unknown): value is WorkerCoroutine {
  return typeof value === 'function'
}

function isCoroutineClass(value: unknown): value is CoroutineClass {
  return isFunction(value) && typeof value.prototype?.coroutine === 'function'
}
