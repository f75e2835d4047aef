import { parseDuration } from '../../core/duration.ts'
import { formatEnergy } from '../../core/energy.ts'
import { isEnergywebError, messageOf } from '../../core/errors.ts'
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
import { type AnsweredOptions, askOptions, type OptionValue } from './ask-options.ts'
import { fieldsOf, shapeOf } from './driver-schema.ts'
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
  const definition = await askDriver(prompts)
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
export function problemOf(parse: () => unknown): string | undefined {
  try {
    parse()
    return undefined
  } catch (error) {
    if (!isEnergywebError(error)) throw error
    return error.hint === undefined ? error.message : `${error.message}. ${error.hint}`
  }
}

async function askDriver(prompts: Prompts): Promise<AnySourceDefinition> {
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

/** Asks for the driver's options and reads once with them, until it works or is wanted all the same. */
async function askSource(prompts: Prompts, asked: Asked): Promise<AnsweredOptions> {
  const { definition, slug } = asked
  const schema = sourceSchemas[definition.name] ?? {}
  const also = new Set<string>()
  let answered: AnsweredOptions | undefined
  for (;;) {
    answered = await askOptions(prompts, {
      schema,
      also,
      before: answered,
      secretFile: name => `./${secretFileName(slug, name)}`,
      problem: (name, value, before) => optionProblem(definition, name, { ...before, [name]: value }),
    })
    const next = await tryOut(prompts, answered, asked)
    if (next === 'go on') return answered
    if (next !== 'again') also.add(next)
  }
}

/** What the driver has against one option; what it has against the others, or misses, is not said yet. */
export function optionProblem(
  definition: AnySourceDefinition,
  name: string,
  options: Readonly<Record<string, OptionValue>>,
): string | undefined {
  const checked = definition.options.safeParse(options)
  return checked.error?.issues.find(({ path: [field] }) => field === name)?.message
}

/** Reads once. Answers `go on`, `again`, or the name of one more option that is to be asked for. */
async function tryOut(prompts: Prompts, answered: AnsweredOptions, asked: Asked): Promise<string> {
  if (!(await prompts.confirm({ message: 'Read it once now?', preset: true }))) return 'go on'
  for (;;) {
    try {
      prompts.say(await readOnce(answered, asked))
      return 'go on'
    } catch (error) {
      const hint = isEnergywebError(error) && error.hint !== undefined ? `\n${error.hint}` : ''
      prompts.say(`That failed: ${messageOf(error)}${hint}`)
    }
    const shape = shapeOf(sourceSchemas[asked.definition.name] ?? {}, answered.options)
    const others = fieldsOf(shape).filter(
      ({ name, required }) => !required && name !== 'tls' && name !== 'auth' && !(name in answered.options),
    )
    const choice = await prompts.select({
      message: 'What now?',
      choices: [
        { value: 'again', label: 'change the answers' },
        { value: 'retry', label: 'try once more' },
        ...others.map(({ name, description }) => ({
          value: name,
          label: `also give ${name}`,
          hint: description,
        })),
        { value: 'go on', label: 'go on all the same' },
      ],
    })
    if (choice !== 'retry') return choice
  }
}

async function readOnce(answered: AnsweredOptions, { definition, channel, io }: Asked): Promise<string> {
  const context = sourceContext({ clock: io.clock, log: silentLogger })
  const source = definition.open(withSecrets(answered), context)
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

/** The options with the secrets themselves, for a driver. */
function withSecrets({ options, secrets }: AnsweredOptions): unknown {
  const put = (name: string, value: OptionValue): OptionValue => {
    const secret = secrets.get(name)
    if (secret !== undefined) return secret
    return typeof value === 'object' ? fill(value) : value
  }
  const fill = (value: { readonly [name: string]: OptionValue }) =>
    Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, put(name, inner)]))
  return fill(options)
}
