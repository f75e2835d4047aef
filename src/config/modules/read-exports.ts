import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import type { AnySourceDefinition, JsonSchema } from '../../sources/index.ts'
import { optionsSchema } from '../../sources/options-schema.ts'
import type { SourceExtension, TaskClass } from '../extensions.ts'
import type { ModuleExports } from './import-module.ts'

/** What one module has for a configuration. */
export interface ModuleOffer {
  readonly tasks: ReadonlyMap<string, TaskClass>
  readonly sources: ReadonlyMap<string, SourceExtension>
}

const kindName = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/**
 * Finds in a module's exports the classes of tasks, by the names they are exported under, and the sources: `source`, or
 * the list `sources`. Other exports are the module's own business.
 * @throws EnergywebError `module-refused` when there is nothing of use, or something that is not what it should be
 */
export function readExports(exported: ModuleExports): ModuleOffer {
  const offer: ModuleOffer = {
    tasks: new Map(Object.entries(exported).flatMap(([name, value]) => taskOf(name, value))),
    sources: new Map(definitionsOf(exported).map(one => [one.name, withSchema(one)])),
  }
  if (offer.tasks.size + offer.sources.size > 0) return offer
  throw new EnergywebError('module-refused', 'it exports no task class and no source', {
    hint: 'Export classes that extend Task by their names, and what defineSource answers as `source`.',
  })
}

function taskOf(name: string, value: unknown): [string, TaskClass][] {
  if (!isTaskClass(value)) return []
  // `export default class MyTask` is called what its author called it.
  return [[name === 'default' ? value.name : name, value]]
}

function isTaskClass(value: unknown): value is TaskClass {
  if (typeof value !== 'function') return false
  const { prototype } = value
  return typeof prototype === 'object' && prototype !== null && typeof prototype.coroutine === 'function'
}

function definitionsOf({ source, sources }: ModuleExports): AnySourceDefinition[] {
  const list = Array.isArray(sources) ? sources : sources === undefined ? [] : [sources]
  const given: unknown[] = source === undefined ? list : [source, ...list]
  return given.map(one => {
    if (isDefinition(one)) return one
    throw new EnergywebError('module-refused', 'its `source` is not what defineSource answers', {
      hint: 'Write: export const source = defineSource({ … }), with a name like my-meter.',
    })
  })
}

function isDefinition(value: unknown): value is AnySourceDefinition {
  if (typeof value !== 'object' || value === null) return false
  const { name, channels, values, example, open, options }: Partial<Record<string, unknown>> = { ...value }
  return (
    typeof name === 'string' &&
    kindName.test(name) &&
    Array.isArray(channels) &&
    Array.isArray(values) &&
    typeof example === 'string' &&
    typeof open === 'function' &&
    typeof options === 'object' &&
    options !== null &&
    'safeParse' in options
  )
}

function withSchema(definition: AnySourceDefinition): SourceExtension {
  return { definition, schema: schemaOf(definition) }
}

function schemaOf({ name, options }: AnySourceDefinition): JsonSchema {
  try {
    return optionsSchema(options)
  } catch (cause) {
    if (isEnergywebError(cause)) throw cause
    throw new EnergywebError('module-refused', `the options of its source ${name} can't be described`, {
      hint: 'Make them with zod 4.',
      cause,
    })
  }
}
