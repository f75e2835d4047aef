import { parseDuration } from '../../core/duration.ts'
import { formatEnergy } from '../../core/energy.ts'
import { isEnergywebError } from '../../core/errors.ts'
import { silentLogger } from '../../core/logger.ts'
import { parsePower } from '../../core/power.ts'
import type { Channel } from '../../core/reading.ts'
import { formatInstant } from '../../core/time.ts'
import {
  type AnySourceDefinition,
  loadSource,
  sourceContext,
  sourceKinds,
  sourceSchemas,
} from '../../sources/index.ts'
import type { CommandIo } from '../io.ts'
import type { Prompts } from '../prompts.ts'
import { askDriver } from './ask-driver.ts'
import type { AnsweredOptions } from './ask-options.ts'
import { fieldsOf } from './driver-schema.ts'
import { secretFileName } from './secret-files.ts'

/** An asset as it was answered. */
export interface AnsweredAsset {
  readonly name: string
  /** Its name as part of a file's name and of a key's. */
  readonly slug: string
  readonly role: 'producer' | 'consumer'
  readonly channel: Channel
  readonly capacity: string
  readonly every: string
  readonly kind: string
  readonly source: AnsweredOptions
}

const patience = 30_000

/** Asks what is read, how, and what it is. */
export async function askAsset(prompts: Prompts, io: CommandIo): Promise<AnsweredAsset> {
  const name = await prompts.text({
    message: 'What is the plant or consumer called?',
    preset: 'roof',
    validate: nameProblem,
  })
  const slug = slugOf(name)
  const role = await prompts.select({
    message: 'Which is it?',
    choices: [
      { value: 'producer', label: 'a plant that makes energy' },
      { value: 'consumer', label: 'a consumer that takes energy' },
    ],
  })
  const definition = await askKind(prompts)
  const channel = await askChannel(prompts, { definition, role })
  const source = await askSource(prompts, { definition, channel, slug, io })
  const capacity = await prompts.text({
    message: 'What is its rated power? A meter that counts faster is held until you look',
    preset: '10 kW',
    validate: text => problemOf(() => parsePower(text)),
  })
  const every = await prompts.text({
    message: 'How often is it read?',
    preset: definition.name === 'simulator' ? '5s' : '15m',
    validate: text => problemOf(() => parseDuration(text)),
  })
  return { name, slug, role, channel, capacity, every, kind: definition.name, source }
}

function nameProblem(text: string): string | undefined {
  const name = text.trim()
  if (name === 'gateway') return 'is reserved'
  if (slugOf(name) === '') return 'a letter, at least'
  return /^[^\p{Cc}/]{1,64}$/u.test(name) ? undefined : '1 to 64 characters and no /'
}

/** The name of a key begins with a letter and has letters, digits, - and _. */
function slugOf(name: string): string {
  return name
    .trim()
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^[^A-Za-z]+|-+$/g, '')
    .slice(0, 32)
}

/** What a parser of ours says against a text, or nothing. */
function problemOf(parse: () => unknown): string | undefined {
  try {
    parse()
    return undefined
  } catch (error) {
    if (!isEnergywebError(error)) throw error
    return error.hint === undefined ? error.message : `${error.message}. ${error.hint}`
  }
}

async function askKind(prompts: Prompts): Promise<AnySourceDefinition> {
  const definitions = await Promise.all(sourceKinds.map(loadSource))
  const kind = await prompts.select({
    message: 'What is it read from?',
    choices: definitions.map(({ name, title }) => ({ value: name, label: title, hint: name })),
    preset: 'simulator',
  })
  return loadSource(kind)
}

function askChannel(
  prompts: Prompts,
  { definition, role }: { definition: AnySourceDefinition; role: AnsweredAsset['role'] },
): Promise<Channel> | Channel {
  const [first, ...more] = definition.channels
  if (first !== undefined && more.length === 0) return first
  return prompts.select({
    message: 'Which of its counters?',
    choices: [
      { value: 'export', label: 'export', hint: 'delivered or produced' },
      { value: 'import', label: 'import', hint: 'taken from the grid or consumed' },
    ],
    preset: role === 'producer' ? 'export' : 'import',
  })
}

interface Asked {
  readonly definition: AnySourceDefinition
  readonly channel: Channel
  readonly slug: string
  readonly io: CommandIo
}

/** Asks for the source's options and reads once with them, until it works or is wanted all the same. */
function askSource(prompts: Prompts, { definition, channel, slug, io }: Asked): Promise<AnsweredOptions> {
  return askDriver(prompts, {
    options: definition.options,
    schema: sourceSchemas[definition.name] ?? {},
    secretFile: name => `./${secretFileName(slug, name)}`,
    presets: presetsOf(definition.name, channel),
    question: 'Read it once now?',
    tryOnce: options => readOnce(options, { definition, channel, io }),
  })
}

/** Options that say what is counted: their defaults would be guesses, and a wrong one counts something else. */
function presetsOf(kind: string, channel: Channel): Readonly<Record<string, string>> {
  const counted: Readonly<Record<string, string>> = { counts: channel, measure: 'grid' }
  const names = fieldsOf(sourceSchemas[kind] ?? {}).map(({ name }) => name)
  return Object.fromEntries(Object.entries(counted).filter(([name]) => names.includes(name)))
}

async function readOnce(options: unknown, { definition, channel, io }: Omit<Asked, 'slug'>): Promise<string> {
  const context = sourceContext({ clock: io.clock, log: silentLogger })
  const source = definition.open(options, context)
  try {
    const { readings, warnings } = await source.read({ channel, signal: AbortSignal.timeout(patience) })
    const newest = readings.at(-1)
    if (newest === undefined) return 'It answers, and has nothing new.'
    const { manufacturer, model, serial } = newest.device
    const device = [manufacturer, model, serial].filter(Boolean).join(' ')
    const said = `It says ${formatEnergy(newest.energy)} (${newest.kind}) at ${formatInstant(newest.measuredAt)}.`
    return [said, ...(device === '' ? [] : [`The device: ${device}.`]), ...warnings].join('\n')
  } finally {
    await source.close()
  }
}
