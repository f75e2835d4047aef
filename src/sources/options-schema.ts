import { type ZodType, z } from 'zod'
import type { JsonSchema } from './marked-paths.ts'

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
