import { type ZodType, z } from 'zod'

/** A JSON Schema object as far as it is looked at here. */
export type JsonSchema = { readonly [keyword: string]: unknown }

/** What stands in a configuration instead of a secret. */
const reference = {
  oneOf: [
    {
      type: 'object',
      properties: { env: { type: 'string', description: 'name of an environment variable' } },
      required: ['env'],
      additionalProperties: false,
    },
    {
      type: 'object',
      properties: { file: { type: 'string', description: 'path of a file that only the gateway may read' } },
      required: ['file'],
      additionalProperties: false,
    },
  ],
}

/** The JSON Schema of options as they stand in a configuration: every secret is a reference. */
export function optionsSchema(options: ZodType): JsonSchema {
  const schema = z.toJSONSchema(options, {
    io: 'input',
    unrepresentable: 'any',
    override({ jsonSchema }) {
      if (jsonSchema.secret !== true) return
      const { description } = jsonSchema
      for (const keyword of Object.keys(jsonSchema)) delete jsonSchema[keyword]
      Object.assign(jsonSchema, { description, secret: true, ...reference })
    },
  })
  const { $schema: _, ...rest } = schema
  return rest
}

/**
 * Where the marked fields of options are, as paths of property names; alternatives are all looked into.
 * @param mark - `secret` or `personal`
 */
export function markedPaths(schema: JsonSchema, mark: 'secret' | 'personal'): readonly (readonly string[])[] {
  const found = new Map<string, readonly string[]>()
  const walk = (node: unknown, path: readonly string[]): void => {
    if (!isSchema(node)) return
    if (node[mark] === true) {
      found.set(path.join('.'), path)
      return
    }
    if (isSchema(node.properties)) {
      for (const [name, property] of Object.entries(node.properties)) walk(property, [...path, name])
    }
    for (const keyword of ['anyOf', 'oneOf', 'allOf']) {
      const alternatives = node[keyword]
      if (Array.isArray(alternatives)) for (const alternative of alternatives) walk(alternative, path)
    }
  }
  walk(schema, [])
  return [...found.values()]
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
