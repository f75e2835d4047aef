import type { ZodType } from 'zod'
import { pinOfRefused } from '../../connections/index.ts'
import { isEnergywebError, messageOf } from '../../core/errors.ts'
import type { JsonSchema } from '../../sources/index.ts'
import type { Prompts } from '../prompts.ts'
import { askAuthority } from './ask-authority.ts'
import { type AnsweredOptions, askOptions, type OptionValue, type ServerProof } from './ask-options.ts'
import { fieldsOf, shapeOf } from './driver-schema.ts'

/** A driver as it is asked about: of a source or of a carbon source. */
export interface DriverForm {
  readonly options: ZodType
  readonly schema: JsonSchema
  /** How the file of a secret is called, by the secret's name. */
  readonly secretFile: (name: string) => string
  /** What is asked for although it has a default, with what is proposed. */
  readonly presets?: Readonly<Record<string, string>>
  /** What is asked before it is tried. */
  readonly question: string
  /** Tries the driver with these options, secrets included, and says what came. */
  readonly tryOnce: (options: unknown) => Promise<string>
}

/** Asks for a driver's options and tries it with them, until it works or is wanted all the same. */
export async function askDriver(prompts: Prompts, form: DriverForm): Promise<AnsweredOptions> {
  const { schema, secretFile, options } = form
  const presets = form.presets ?? {}
  const also = new Set<string>(Object.keys(presets))
  let proof: ServerProof | undefined
  let answered: AnsweredOptions | undefined
  for (;;) {
    answered = await askOptions(prompts, {
      schema,
      also,
      presets,
      proof,
      before: answered,
      secretFile,
      problem: (name, value, before) => optionProblem(options, name, { ...before, [name]: value }),
    })
    const next = await tryOut(prompts, answered, form)
    if (next.does === 'go on') return answered
    if (next.does === 'ask') also.add(next.name)
    if (next.does === 'know') proof = next.proof
  }
}

/** What the driver has against one option; what it has against the others, or misses, is not said yet. */
export function optionProblem(
  options: ZodType,
  name: string,
  given: Readonly<Record<string, OptionValue>>,
): string | undefined {
  const checked = options.safeParse(given)
  return checked.error?.issues.find(({ path: [field] }) => field === name)?.message
}

/** What is to be done after a trial: another option is asked for, or the server is known by its key or authority from now on. */
type Next =
  | { readonly does: 'go on' | 'again' }
  | { readonly does: 'ask'; readonly name: string }
  | { readonly does: 'know'; readonly proof: ServerProof }

const ownAuthority = {
  value: 'ca',
  label: 'its certificate is from an authority of our own, whose file I have',
  hint: 'goes on working when the device gets a new certificate',
}

/** Tries once, and asks what to do where that fails. */
async function tryOut(prompts: Prompts, answered: AnsweredOptions, form: DriverForm): Promise<Next> {
  if (!(await prompts.confirm({ message: form.question, preset: true }))) return { does: 'go on' }
  for (;;) {
    let pin: string | undefined
    let hasAuthority = false
    try {
      prompts.say(await form.tryOnce(withSecrets(answered)))
      return { does: 'go on' }
    } catch (error) {
      pin = pinOfRefused(error)
      hasAuthority = isEnergywebError(error, 'tls-refused') && error.reason === 'unknown-authority'
      const hint = isEnergywebError(error) && error.hint !== undefined ? `\n${error.hint}` : ''
      prompts.say(`That failed: ${messageOf(error)}${hint}`)
    }
    const shape = shapeOf(form.schema, answered.options)
    const others = fieldsOf(shape).filter(
      ({ name, required }) => !required && name !== 'tls' && name !== 'auth' && !(name in answered.options),
    )
    const choice = await prompts.select({
      message: 'What now?',
      choices: [
        { value: 'again', label: 'change the answers' },
        { value: 'retry', label: 'try once more' },
        ...(pin === undefined
          ? []
          : [
              {
                value: 'pin',
                label: `know it by its key, ${pin}`,
                hint: 'compare it with what the device shows',
              },
            ]),
        ...(hasAuthority ? [ownAuthority] : []),
        ...others.map(({ name, description }) => ({
          value: `also ${name}`,
          label: `also give ${name}`,
          hint: description,
        })),
        { value: 'go on', label: 'go on all the same' },
      ],
    })
    if (choice === 'pin' && pin !== undefined) return { does: 'know', proof: { pin } }
    if (choice === 'ca') return { does: 'know', proof: { ca: await askAuthority(prompts) } }
    if (choice === 'again' || choice === 'go on') return { does: choice }
    if (choice.startsWith('also ')) return { does: 'ask', name: choice.slice('also '.length) }
  }
}

/** The options with the secrets themselves. */
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
