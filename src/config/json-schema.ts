import { z } from 'zod'
import { kindSchemas } from '../ledgers/generated/kind-schemas.ts'
import { carbonKinds, carbonSchemas, type JsonSchema, sourceKinds, sourceSchemas } from '../sources/index.ts'
import { configSchema } from './schema.ts'
import { ledgerShapes, originALine } from './schema-ledger.ts'

/** The JSON Schema (draft 2020-12) of a configuration, for editors; the options of every source kind included. */
export function configJsonSchema(): JsonSchema {
  const schema = inputSchema(configSchema)
  const assets = propertyOf(schema, 'assets')
  offerDrivers(propertyOf(assets?.items, 'source'), sourceSchemas)
  offerDrivers(propertyOf(assets?.items, 'carbon'), carbonSchemas)
  offerLedgers(propertyOf(schema, 'ledgers')?.additionalProperties, {
    report: propertyOf(assets?.items, 'report')?.items,
  })
  // Without modules there is no other kind: an editor can name a misspelt one.
  const known = { source: kindIs({ enum: sourceKinds }), carbon: kindIs({ enum: carbonKinds }) }
  const onlyKnown = { items: { properties: known } }
  return { ...schema, if: { required: ['modules'] }, else: { properties: { assets: onlyKnown } } }
}

/** What zod says of a schema's input, with what we know better of some of its parts. */
function inputSchema(given: z.ZodType): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(given, {
    io: 'input',
    unrepresentable: 'any',
    override({ jsonSchema }) {
      const { schema: instead, ...rest } = jsonSchema
      if (!isSchema(instead)) return
      for (const keyword of Object.keys(jsonSchema)) delete jsonSchema[keyword]
      Object.assign(jsonSchema, rest, instead)
    },
  })
  return { $schema, ...schema }
}

/** One alternative a kind of ledger. What a report line says depends on the ledger that it names: each kind's is offered. */
function offerLedgers(place: unknown, { report }: { report: unknown }): void {
  if (!isSchema(place) || !isSchema(report)) return
  const [common, periods, line] = [ledgerShapes.common, ledgerShapes.periods, originALine].map(shape => {
    const { $schema: _, ...rest } = inputSchema(shape)
    return rest
  })
  const shape = (kind: JsonSchema, ...parts: readonly (JsonSchema | undefined)[]): JsonSchema => ({
    type: 'object',
    properties: Object.assign({ kind }, ...parts.map(part => part?.properties ?? {})),
    required: [
      'kind',
      'network',
      ...parts.flatMap(part => requiredOf(part)).filter(key => key !== 'network'),
    ],
  })
  place.oneOf = [
    ...ledgerShapes.own.map(own => {
      const { $schema: _, ...rest } = inputSchema(own)
      return rest
    }),
    ...Object.entries(kindSchemas).flatMap(([kind, { needs, options }]) =>
      shapesOf(options).map(one => ({
        ...shape({ const: kind }, common, needs === 'interval' ? periods : undefined, one),
        additionalProperties: false,
      })),
    ),
    {
      ...shape(
        { not: { enum: ['origin-a', 'anchor', 'ipfs-pinning', 'kubo', ...Object.keys(kindSchemas)] } },
        common,
        periods,
      ),
      description: 'a kind that a module brings',
    },
  ]
  const own = [line, ...Object.values(kindSchemas).flatMap(({ line }) => shapesOf(line))]
  // The first to say what a key means is the one that is shown.
  const properties = isSchema(report.properties) ? { ...report.properties } : {}
  for (const [key, meaning] of own.flatMap(part => Object.entries(part?.properties ?? {}))) {
    properties[key] ??= meaning
  }
  report.properties = properties
}

const requiredOf = (schema: JsonSchema | undefined): string[] =>
  Array.isArray(schema?.required) ? schema.required.map(String) : []

/** One alternative a driver; what stands beside every driver's own options stays in all of them. */
function offerDrivers(
  place: Record<string, unknown> | undefined,
  schemas: Readonly<Record<string, JsonSchema>>,
): void {
  if (place === undefined) return
  const { kind: _, ...common } = isSchema(place.properties) ? place.properties : {}
  for (const keyword of ['properties', 'required', 'additionalProperties']) delete place[keyword]
  if (Object.keys(common).length > 0) place.properties = common
  place.oneOf = [
    ...Object.entries(schemas).flatMap(([kind, options]) =>
      shapesOf(options).map(shape => ({
        ...shape,
        properties: {
          kind: { const: kind },
          ...(isSchema(shape.properties) ? shape.properties : {}),
          ...common,
        },
        required: ['kind', ...(Array.isArray(shape.required) ? shape.required : [])],
      })),
    ),
    {
      description: 'a kind that a module brings',
      ...kindIs({ not: { enum: Object.keys(schemas) } }),
      required: ['kind'],
    },
  ]
}

function kindIs(kind: JsonSchema): JsonSchema {
  return { properties: { kind } }
}

/** A driver whose options have several shapes, told apart by a version or the like, has an alternative for each. */
function shapesOf(options: JsonSchema): readonly JsonSchema[] {
  const shapes = options.oneOf ?? options.anyOf
  return Array.isArray(shapes) ? shapes.filter(isSchema) : [options]
}

function propertyOf(schema: unknown, name: string): Record<string, unknown> | undefined {
  if (!isSchema(schema) || !isSchema(schema.properties)) return undefined
  const property = schema.properties[name]
  return isSchema(property) ? property : undefined
}

function isSchema(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The keys that may stand at a path of a configuration, from its JSON Schema; alternatives are all looked into. */
export function keysAt(schema: JsonSchema, path: readonly (string | number)[]): string[] {
  return [
    ...new Set(
      schemasAt(schema, path).flatMap(found =>
        Object.keys(isSchema(found.properties) ? found.properties : {}),
      ),
    ),
  ]
}

/** What is said about the value at a path; undefined where nothing is. */
export function descriptionAt(schema: JsonSchema, path: readonly (string | number)[]): string | undefined {
  const found = schemasAt(schema, path).find(({ description }) => typeof description === 'string')
  return typeof found?.description === 'string' ? found.description : undefined
}

/** The values that the alternatives at a path are told apart by, like the versions of a contract. */
export function constantsAt(schema: JsonSchema, path: readonly (string | number)[]): string[] {
  return schemasAt(schema, path).flatMap(found => (found.const === undefined ? [] : [String(found.const)]))
}

function schemasAt(schema: unknown, path: readonly (string | number)[]): JsonSchema[] {
  if (!isSchema(schema)) return []
  const alternatives = ['anyOf', 'oneOf', 'allOf'].flatMap(keyword => {
    const list = schema[keyword]
    return Array.isArray(list) ? list.flatMap(one => schemasAt(one, path)) : []
  })
  const [step, ...rest] = path
  if (step === undefined) return [schema, ...alternatives]
  const property = isSchema(schema.properties) ? schema.properties[step] : undefined
  const next = typeof step === 'number' ? schema.items : (property ?? schema.additionalProperties)
  return [...schemasAt(next, rest), ...alternatives]
}
