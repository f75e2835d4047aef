import type { JsonSchema } from '../../sources/index.ts'

/*
 * A driver's options as a form: which there are, and how each is asked for. Read from the JSON Schema that editors get, so
 * that a new driver needs no form of its own.
 */

/** One option of a driver. */
export interface FormField {
  readonly name: string
  readonly description: string
  readonly required: boolean
  readonly schema: JsonSchema
}

/** The option whose fixed value tells the shapes of a driver's options apart, like a version; undefined when there is one shape. */
export interface Variants {
  readonly field: string
  readonly description: string
  /** By the fixed value. */
  readonly shapes: ReadonlyMap<string, JsonSchema>
}

/** A schema inside of another one; empty for what is none. */
export function schemaOf(value: unknown): JsonSchema {
  return isSchema(value) ? value : {}
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The alternatives of `anyOf` or `oneOf`; the schema itself where it has none. */
export function alternativesOf(schema: JsonSchema): readonly JsonSchema[] {
  const alternatives = schema.anyOf ?? schema.oneOf
  return Array.isArray(alternatives) ? alternatives.map(schemaOf) : [schema]
}

/** How the shapes of a driver's options differ. */
export function variantsOf(schema: JsonSchema): Variants | undefined {
  const shapes = alternativesOf(schema)
  const [first] = shapes
  if (first === undefined || shapes.length < 2) return undefined
  for (const [field, face] of Object.entries(schemaOf(first.properties))) {
    const fixed = shapes.map(shape => schemaOf(schemaOf(shape.properties)[field]).const)
    if (fixed.some(value => value === undefined) || new Set(fixed).size !== shapes.length) continue
    const byValue = new Map(shapes.map((shape, index) => [String(fixed[index]), shape]))
    return { field, description: descriptionOf(schemaOf(face), field), shapes: byValue }
  }
  return undefined
}

/** The shape that answers so far have chosen; the schema itself where there is one shape. */
export function shapeOf(schema: JsonSchema, options: Readonly<Record<string, unknown>>): JsonSchema {
  const variants = variantsOf(schema)
  return variants?.shapes.get(String(options[variants.field])) ?? schema
}

/** The options of one shape, those first that must be given. */
export function fieldsOf(schema: JsonSchema): readonly FormField[] {
  const required = Array.isArray(schema.required) ? schema.required : []
  const fields = Object.entries(schemaOf(schema.properties)).map(([name, value]) => {
    const inner = schemaOf(value)
    return { name, description: descriptionOf(inner, name), required: required.includes(name), schema: inner }
  })
  return [...fields.filter(field => field.required), ...fields.filter(field => !field.required)]
}

function descriptionOf({ description }: JsonSchema, name: string): string {
  return typeof description === 'string' ? description : name
}

/** True for an option whose value is a reference to a secret. */
export function isSecret(schema: JsonSchema): boolean {
  return schema.secret === true
}
