import type { TaskLike } from '../dispatcher/index.ts'
import { loadLedgerKind } from '../ledgers/catalogue.ts'
import type { AnyLedgerDefinition } from '../ledgers/defined/define-ledger.ts'
import {
  type AnyCarbonSourceDefinition,
  type AnySourceDefinition,
  carbonSchemas,
  type JsonSchema,
  loadCarbonSource,
  loadSource,
  sourceSchemas,
} from '../sources/index.ts'

/** A class of tasks, as `tasks:` makes them: its constructor takes the parameters. */
export type TaskClass = new (parameters: Record<string, unknown>) => TaskLike

/** A kind of source, or of carbon source, that a module brought. */
export interface SourceExtension<Definition = AnySourceDefinition> {
  readonly definition: Definition
  /** Of its options as they stand in a configuration. */
  readonly schema: JsonSchema
}

/** A kind of ledger that a module brought. */
export interface LedgerExtension {
  readonly definition: AnyLedgerDefinition
  /** Of its options, and of a report line's. */
  readonly options: JsonSchema
  readonly line: JsonSchema
}

/** What the modules of a configuration brought. */
export interface Extensions {
  readonly sources: ReadonlyMap<string, SourceExtension>
  readonly carbonSources: ReadonlyMap<string, SourceExtension<AnyCarbonSourceDefinition>>
  readonly ledgers: ReadonlyMap<string, LedgerExtension>
  readonly tasks: ReadonlyMap<string, TaskClass>
}

export const noExtensions: Extensions = {
  sources: new Map(),
  carbonSources: new Map(),
  ledgers: new Map(),
  tasks: new Map(),
}

/**
 * The definition of a kind of source, from the catalogue or from a module.
 * @throws EnergywebError `config-invalid` for a kind that is in neither
 */
export async function findSource(kind: string, { sources }: Extensions): Promise<AnySourceDefinition> {
  return sources.get(kind)?.definition ?? loadSource(kind)
}

/**
 * The definition of a kind of carbon source, from the catalogue or from a module.
 * @throws EnergywebError `config-invalid` for a kind that is in neither
 */
export async function findCarbonSource(
  kind: string,
  { carbonSources }: Extensions,
): Promise<AnyCarbonSourceDefinition> {
  return carbonSources.get(kind)?.definition ?? loadCarbonSource(kind)
}

/**
 * The definition of a kind of ledger, from the catalogue or from a module.
 * @throws EnergywebError `config-invalid` for a kind that is in neither
 */
export async function findLedger(kind: string, { ledgers }: Extensions): Promise<AnyLedgerDefinition> {
  return ledgers.get(kind)?.definition ?? loadLedgerKind(kind)
}

/** The JSON Schema of the options of a kind of carbon source; empty where there is no such kind. */
export function carbonSchemaOf(kind: string, { carbonSources }: Extensions): JsonSchema {
  const known = Object.hasOwn(carbonSchemas, kind) ? carbonSchemas[kind] : undefined
  return known ?? carbonSources.get(kind)?.schema ?? {}
}

/** The JSON Schema of the options of a kind of source; empty where there is no such kind. */
export function sourceSchemaOf(kind: string, { sources }: Extensions): JsonSchema {
  const known = Object.hasOwn(sourceSchemas, kind) ? sourceSchemas[kind] : undefined
  return known ?? sources.get(kind)?.schema ?? {}
}
