import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import type { AnyLedgerDefinition } from '../../ledgers/defined/define-ledger.ts'
import type { AnyCarbonSourceDefinition, AnySourceDefinition, JsonSchema } from '../../sources/index.ts'
import { optionsSchema } from '../../sources/options-schema.ts'
import type { LedgerExtension, SourceExtension, TaskClass } from '../extensions.ts'
import type { ModuleExports } from './import-module.ts'

/** What one module has for a configuration. */
export interface ModuleOffer {
  readonly tasks: ReadonlyMap<string, TaskClass>
  readonly sources: ReadonlyMap<string, SourceExtension>
  readonly carbonSources: ReadonlyMap<string, SourceExtension<AnyCarbonSourceDefinition>>
  readonly ledgers: ReadonlyMap<string, LedgerExtension>
}

const kindName = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/**
 * Finds in a module's exports the classes of tasks, by the names they are exported under, and the sources: `source`, or
 * the list `sources`; carbon sources and ledgers alike. Other exports are the module's own business.
 * @throws EnergywebError `module-refused` when there is nothing of use, or something that is not what it should be
 */
export function readExports(exported: ModuleExports): ModuleOffer {
  const offer: ModuleOffer = {
    tasks: new Map(Object.entries(exported).flatMap(([name, value]) => taskOf(name, value))),
    sources: new Map(sourcesOf(exported).map(one => [one.name, withSchema(one)])),
    carbonSources: new Map(carbonSourcesOf(exported).map(one => [one.name, withSchema(one)])),
    ledgers: new Map(ledgersOf(exported).map(one => [one.name, withSchemas(one)])),
  }
  const { tasks, sources, carbonSources, ledgers } = offer
  if (tasks.size + sources.size + carbonSources.size + ledgers.size > 0) return offer
  throw new EnergywebError('module-refused', 'it exports no task class, no source and no ledger', {
    hint: 'Export classes that extend Task by their names, what defineSource answers as `source`, what defineCarbonSource answers as `carbonSource`, and what defineLedger answers as `ledger`.',
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

function sourcesOf({ source, sources }: ModuleExports): AnySourceDefinition[] {
  return oneOrMany(source, sources).map(one => {
    if (isDefinition<AnySourceDefinition>(one, ['channels', 'values'])) return one
    throw new EnergywebError('module-refused', 'its `source` is not what defineSource answers', {
      hint: 'Write: export const source = defineSource({ … }), with a name like my-meter.',
    })
  })
}

function carbonSourcesOf({ carbonSource, carbonSources }: ModuleExports): AnyCarbonSourceDefinition[] {
  return oneOrMany(carbonSource, carbonSources).map(one => {
    if (isDefinition<AnyCarbonSourceDefinition>(one, ['bases'])) return one
    throw new EnergywebError('module-refused', 'its `carbonSource` is not what defineCarbonSource answers', {
      hint: 'Write: export const carbonSource = defineCarbonSource({ … }), with a name like my-grid.',
    })
  })
}

function ledgersOf({ ledger, ledgers }: ModuleExports): AnyLedgerDefinition[] {
  return oneOrMany(ledger, ledgers).map(one => {
    if (isLedger(one)) return one
    throw new EnergywebError('module-refused', 'its `ledger` is not what defineLedger answers', {
      hint: 'Write: export const ledger = defineLedger({ … }), with a name like my-registry.',
    })
  })
}

function isLedger(value: unknown): value is AnyLedgerDefinition {
  if (typeof value !== 'object' || value === null) return false
  const { name, needs, open, target, options, line }: Partial<Record<string, unknown>> = { ...value }
  return (
    typeof name === 'string' &&
    kindName.test(name) &&
    (needs === 'absolute' || needs === 'increasing' || needs === 'interval') &&
    typeof open === 'function' &&
    typeof target === 'function' &&
    [options, line].every(schema => typeof schema === 'object' && schema !== null && 'safeParse' in schema)
  )
}

function withSchemas(definition: AnyLedgerDefinition): LedgerExtension {
  const { name, options, line } = definition
  return { definition, options: schemaOf({ name, options }), line: schemaOf({ name, options: line }) }
}

function oneOrMany(one: unknown, many: unknown): unknown[] {
  const list: unknown[] = Array.isArray(many) ? many : many === undefined ? [] : [many]
  return one === undefined ? list : [one, ...list]
}

/** True for what has a definition's parts and the lists that tell its kind. */
function isDefinition<Definition>(value: unknown, lists: readonly string[]): value is Definition {
  if (typeof value !== 'object' || value === null) return false
  const parts: Partial<Record<string, unknown>> = { ...value }
  const { name, example, open, options } = parts
  return (
    typeof name === 'string' &&
    kindName.test(name) &&
    lists.every(list => Array.isArray(parts[list])) &&
    typeof example === 'string' &&
    typeof open === 'function' &&
    typeof options === 'object' &&
    options !== null &&
    'safeParse' in options
  )
}

function withSchema<Definition extends AnySourceDefinition | AnyCarbonSourceDefinition>(
  definition: Definition,
): SourceExtension<Definition> {
  return { definition, schema: schemaOf(definition) }
}

function schemaOf({ name, options }: Pick<AnySourceDefinition, 'name' | 'options'>): JsonSchema {
  try {
    return optionsSchema(options)
  } catch (cause) {
    if (isEnergywebError(cause)) throw cause
    throw new EnergywebError('module-refused', `the options of ${name} can't be described`, {
      hint: 'Make them with zod 4.',
      cause,
    })
  }
}
