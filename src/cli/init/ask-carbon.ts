import { silentLogger } from '../../core/logger.ts'
import {
  type AnyCarbonSourceDefinition,
  carbonKinds,
  carbonSchemas,
  loadCarbonSource,
  sourceContext,
} from '../../sources/index.ts'
import { askFactor } from '../ask-factor.ts'
import type { CommandIo } from '../io.ts'
import type { Prompts } from '../prompts.ts'
import { askDriver } from './ask-driver.ts'
import type { AnsweredOptions } from './ask-options.ts'
import { carbonSecretFileName } from './secret-files.ts'

/** Where the factors of an asset's CO2 come from, as it was answered. */
export interface AnsweredCarbon {
  readonly kind: string
  readonly source: AnsweredOptions
}

const none = 'none'

/** Asks whether the asset's CO2 is counted, and where its factors come from. */
export async function askCarbon(
  prompts: Prompts,
  { slug, io }: { slug: string; io: CommandIo },
): Promise<AnsweredCarbon | undefined> {
  const definitions = await Promise.all(carbonKinds.map(loadCarbonSource))
  const kind = await prompts.select({
    message: 'Is the CO2 of its energy counted, and by whose factors?',
    choices: [
      { value: none, label: 'not counted' },
      ...definitions.map(({ name, title }) => ({ value: name, label: title, hint: name })),
    ],
    preset: none,
  })
  const definition = definitions.find(({ name }) => name === kind)
  if (definition === undefined) return undefined
  const source = await askDriver(prompts, {
    options: definition.options,
    schema: carbonSchemas[kind] ?? {},
    secretFile: name => `./${carbonSecretFileName(slug, name)}`,
    question: 'Ask it for a factor now?',
    tryOnce: options => askOnce(options, { definition, io }),
  })
  return { kind, source }
}

async function askOnce(
  options: unknown,
  { definition, io }: { definition: AnyCarbonSourceDefinition; io: CommandIo },
): Promise<string> {
  const source = definition.open(options, sourceContext({ clock: io.clock, log: silentLogger }))
  try {
    const { said, warnings } = await askFactor(source, io)
    return [`It ${said}.`, ...warnings].join('\n')
  } finally {
    await source.close()
  }
}
