import { defineCommand } from '../command.ts'

/** `energyweb config schema` */
export const configSchemaCommand = defineCommand({
  name: 'config schema',
  summary: 'Print the JSON Schema of configurations',
  description:
    'For editors and other tools: every key with its meaning, the options of every kind of source included (JSON Schema, draft 2020-12). The same file lies in the package as energyweb/configuration.schema.json.',
  arguments: {},
  options: {},
  examples: [
    { command: 'config schema > energyweb.schema.json', description: 'writes it beside a configuration' },
  ],
  async run(_, { printer }) {
    const { configJsonSchema } = await import('../../config/json-schema.ts')
    const schema = configJsonSchema()
    await printer.data(schema, JSON.stringify(schema, null, 2))
    return undefined
  },
})
