import type { JsonSchema } from '../../sources/index.ts'
import type { Prompts } from '../prompts.ts'
import { alternativesOf, type FormField, fieldsOf, isSecret, schemaOf, variantsOf } from './driver-schema.ts'

/** The value of an option: what stands in the configuration, a secret as its reference. */
export type OptionValue = string | number | boolean | { readonly [name: string]: OptionValue }

/** A driver's options as they were answered. */
export interface AnsweredOptions {
  readonly options: { readonly [name: string]: OptionValue }
  /** What was typed of secrets, by the path of the option. */
  readonly secrets: ReadonlyMap<string, string>
}

/** What a server is known by that no public authority vouches for: its key, or the file of one's own authority. */
export type ServerProof = { readonly pin: string } | { readonly ca: string }

export interface AskOptions {
  readonly schema: JsonSchema
  /** How the file of a secret is called, by the secret's name. */
  readonly secretFile: (name: string) => string
  /** Answers what is wrong with the value of an option, given those before it, or nothing. */
  readonly problem: (
    name: string,
    value: OptionValue,
    before: Readonly<Record<string, OptionValue>>,
  ) => string | undefined
  /** Options that may be left out and are asked for all the same. */
  readonly also: ReadonlySet<string>
  readonly before: AnsweredOptions | undefined
  /** What is proposed for an option, by its name. */
  readonly presets?: Readonly<Record<string, string>>
  /** What a server with TLS is known by. */
  readonly proof?: ServerProof | undefined
}

/** Asks for what a driver must know; what has a default is left to it. */
export async function askOptions(prompts: Prompts, ask: AskOptions): Promise<AnsweredOptions> {
  const options: Record<string, OptionValue> = {}
  const secrets = new Map<string, string>()
  const variants = variantsOf(ask.schema)
  let shape = ask.schema
  if (variants !== undefined) {
    const values = [...variants.shapes.keys()]
    const chosen = await prompts.select({
      message: variants.description,
      choices: values.map(value => ({ value, label: value })),
    })
    shape = variants.shapes.get(chosen) ?? ask.schema
    options[variants.field] = fixedOf(schemaOf(schemaOf(shape.properties)[variants.field])) ?? chosen
  }
  for (const field of fieldsOf(shape)) {
    if (field.name in options) continue
    const value = await askField(prompts, field, { ...ask, options, secrets })
    if (value !== undefined) options[field.name] = value
  }
  return { options, secrets }
}

type Asking = AskOptions & {
  readonly options: Readonly<Record<string, OptionValue>>
  readonly secrets: Map<string, string>
}

async function askField(prompts: Prompts, field: FormField, ask: Asking): Promise<OptionValue | undefined> {
  const { name, required, schema } = field
  if (name === 'tls') return askTls(prompts, ask)
  const fixed = fixedOf(schema)
  if (fixed !== undefined) return required ? fixed : undefined
  if (name === 'auth') return askAuth(prompts, field, ask)
  if (!required && !ask.also.has(name)) return undefined
  return askValue(prompts, field, ask)
}

function fixedOf(schema: JsonSchema): string | number | undefined {
  const { const: fixed } = schema
  return typeof fixed === 'string' || typeof fixed === 'number' ? fixed : undefined
}

/** Plain HTTP needs a reason, which every document carries; over HTTPS the rule stands as it is. */
async function askTls(
  prompts: Prompts,
  { options: { url }, proof }: Asking,
): Promise<OptionValue | undefined> {
  if (typeof url === 'string' && /^https:/i.test(url)) return proof
  if (typeof url !== 'string' || !/^http:/i.test(url)) return undefined
  prompts.say(
    'Plain HTTP is for devices in your own network only, and stands in every record with its reason.',
  )
  const reason = await prompts.text({
    message: 'Why is there no TLS?',
    preset: 'device has no TLS',
    validate: text => (text.length <= 200 ? undefined : 'at most 200 characters'),
  })
  return { allow: 'lan-http', reason }
}

async function askAuth(prompts: Prompts, field: FormField, ask: Asking): Promise<OptionValue | undefined> {
  const wanted =
    field.required || (await prompts.confirm({ message: 'Does it ask for a user or a key?', preset: true }))
  if (!wanted) return undefined
  const shapes = alternativesOf(field.schema)
  const labels = shapes.map(shape => Object.keys(schemaOf(shape.properties)).join(' and '))
  const chosen =
    shapes.length < 2
      ? labels[0]
      : await prompts.select({
          message: 'What does it ask for?',
          choices: labels.map(label => ({ value: label, label })),
        })
  const shape = shapes[labels.indexOf(chosen ?? '')] ?? field.schema
  const auth: Record<string, OptionValue> = {}
  const earlier = ask.before?.options[field.name]
  const before = typeof earlier === 'object' ? { options: earlier, secrets: new Map() } : undefined
  for (const inner of fieldsOf(shape)) {
    if (inner.required) auth[inner.name] = await askValue(prompts, inner, { ...ask, before })
  }
  return auth
}

async function askValue(prompts: Prompts, field: FormField, ask: Asking): Promise<OptionValue> {
  const { name, description, schema } = field
  if (isSecret(schema)) {
    const secret = await prompts.secret({
      message: `${description} (kept in a file that only you may read)`,
      validate: text => (text === '' ? 'it is empty' : undefined),
    })
    ask.secrets.set(name, secret)
    return { file: ask.secretFile(name) }
  }
  const preset = ask.presets?.[name]
  const words = Array.isArray(schema.enum) ? schema.enum.filter(word => typeof word === 'string') : []
  if (words.length > 0) {
    return prompts.select({
      message: description,
      choices: words.map(value => ({ value, label: value })),
      ...(preset !== undefined && words.includes(preset) && { preset }),
    })
  }
  if (schema.type === 'boolean') return prompts.confirm({ message: description, preset: false })
  const before = ask.before?.options[name]
  const answer = await prompts.text({
    message: description,
    ...(typeof before === 'string' || typeof before === 'number' ? { preset: String(before) } : {}),
    validate: text =>
      text === '' ? 'it is empty' : ask.problem(name, typedValue(schema, text.trim()), ask.options),
  })
  return typedValue(schema, answer)
}

/** A typed text as the schema wants it: digits are a number where a number is allowed. */
function typedValue(schema: JsonSchema, text: string): OptionValue {
  const types = alternativesOf(schema).flatMap(({ type }) => type)
  const isNumber = types.includes('integer') || types.includes('number')
  return isNumber && /^-?\d{1,15}$/.test(text) ? Number(text) : text
}
