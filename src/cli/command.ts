import { EnergywebError, messageOf } from '../core/errors.ts'
import type { CommandIo } from './io.ts'
import type { Printer } from './printer.ts'

/** An option of a command, `--like-this`; its name is its key in camelCase. */
export interface OptionDefinition<Value> {
  readonly description: string
  /** What its value is called in the help; a flag has none. */
  readonly placeholder?: string
  /** One letter. */
  readonly short?: string
  readonly required?: boolean
  /** True: it is typed `--no-like-this` and takes something away that is there by default. */
  readonly negated?: boolean
  /** True: it may be given several times; its value is a list. */
  readonly repeated?: boolean
  /** Makes the value of what stood on the command line: a text, `true` for a flag, undefined when it was left out. */
  read(given: unknown): Value
}

/** A word after the command's name. */
export interface ArgumentDefinition<Value> {
  readonly description: string
  readonly required: boolean
  readonly choices?: readonly string[]
  read(given: unknown): Value
}

type Options = Readonly<Record<string, OptionDefinition<unknown>>>
type Arguments = Readonly<Record<string, ArgumentDefinition<unknown>>>

type ValuesOf<Definitions extends Readonly<Record<string, { read(given: unknown): unknown }>>> = {
  readonly [Name in keyof Definitions]: ReturnType<Definitions[Name]['read']>
}

/** What a command gets besides its words and options. */
export interface CommandContext {
  readonly io: CommandIo
  readonly printer: Printer
}

/** An example of the help: what to type, and what it does. */
export interface CommandExample {
  readonly command: string
  readonly description: string
}

/** The face of a command, for the help and for the documentation. */
export interface CommandFace {
  /** Like `log check`. */
  readonly name: string
  readonly summary: string
  /** More, for the help; a paragraph or two. */
  readonly description?: string
  readonly arguments: Arguments
  readonly options: Options
  readonly examples: readonly CommandExample[]
}

/** A command whose words and options nobody has looked at yet. */
export interface Command extends CommandFace {
  /**
   * Runs the command; the answer is the exit code.
   * @throws EnergywebError `argument-invalid` for words and options that don't fit; anything else as it happens.
   */
  run(
    given: { arguments: readonly unknown[]; options: Readonly<Record<string, unknown>> },
    context: CommandContext,
  ): Promise<number>
}

interface CommandDefinition<A extends Arguments, O extends Options>
  extends Omit<CommandFace, 'arguments' | 'options'> {
  readonly arguments: A
  readonly options: O
  /** The answer is the exit code; none is 0. */
  run(input: ValuesOf<A> & ValuesOf<O>, context: CommandContext): Promise<number | undefined>
}

/**
 * Declares a command. Every command also has `--json` and `--help`.
 *
 * @example
 * export const helloCommand = defineCommand({
 *   name: 'hello', summary: 'Greets', arguments: { whom: word('who is greeted') }, options: { loud: flag('in capitals') },
 *   examples: [{ command: 'hello world', description: 'greets the world' }],
 *   run: async ({ whom, loud }, { printer }) => printer.data({ whom }, loud ? whom.toUpperCase() : whom),
 * })
 */
export function defineCommand<const A extends Arguments, const O extends Options>(
  definition: CommandDefinition<A, O>,
): Command {
  return {
    ...definition,
    run: async (given, context) => {
      const words = Object.entries(definition.arguments).map(([name, argument], index) => [
        name,
        readAs(name, () => argument.read(given.arguments[index])),
      ])
      const options = Object.entries(definition.options).map(([name, option]) => [
        name,
        readAs(flagOf(name, option), () => option.read(given.options[name])),
      ])
      // Every name got the answer of its own `read`, which is what the type says.
      const input = Object.fromEntries([...words, ...options]) as ValuesOf<A> & ValuesOf<O>
      return (await definition.run(input, context)) ?? 0
    },
  }
}

/** `passwordEnv` as it is typed: `--password-env`. */
export function flagOf(name: string, { negated }: { readonly negated?: boolean } = {}): string {
  return `--${negated === true ? 'no-' : ''}${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
}

function readAs<Value>(name: string, read: () => Value): Value {
  try {
    return read()
  } catch (cause) {
    const hint = cause instanceof EnergywebError && cause.hint !== undefined ? { hint: cause.hint } : {}
    throw new EnergywebError('argument-invalid', `${name}: ${messageOf(cause)}`, { ...hint, cause })
  }
}

/** An option that is there or not. */
export function flag(description: string, face: { short?: string } = {}): OptionDefinition<boolean> {
  return { description, ...face, read: given => given === true }
}

/** An option `--no-…` that takes something away: its value is false where it is given. */
export function without(description: string): OptionDefinition<boolean> {
  return { description, negated: true, read: given => given !== false }
}

/** An option with a text that may be given several times; an empty list when it was left out. */
export function texts(placeholder: string, description: string): OptionDefinition<readonly string[]> {
  return {
    description: `${description}; may be given several times`,
    placeholder,
    repeated: true,
    read: given => (Array.isArray(given) ? given.filter(one => typeof one === 'string') : []),
  }
}

/** An option with a text. */
export function text(
  placeholder: string,
  description: string,
  face: { short?: string } = {},
): OptionDefinition<string | undefined> {
  return { description, placeholder, ...face, read: given => (typeof given === 'string' ? given : undefined) }
}

/** An option with a text that can't be left out. */
export function requiredText(placeholder: string, description: string): OptionDefinition<string> {
  return { description, placeholder, required: true, read: textOf }
}

/** An option whose text is read by `parse`, which throws when it can't. */
export function parsed<Value>(
  placeholder: string,
  description: string,
  parse: (text: string) => Value,
): OptionDefinition<Value | undefined> {
  return {
    description,
    placeholder,
    read: given => (typeof given === 'string' ? parse(given) : undefined),
  }
}

/** A word that must be there. */
export function word(description: string): ArgumentDefinition<string> {
  return { description, required: true, read: textOf }
}

/** A word that may be left out. */
export function optionalWord(description: string): ArgumentDefinition<string | undefined> {
  return { description, required: false, read: given => (typeof given === 'string' ? given : undefined) }
}

/** One of a few words. */
export function choice<const Choice extends string>(
  description: string,
  choices: readonly Choice[],
): ArgumentDefinition<Choice> {
  return {
    description,
    choices,
    required: true,
    read: given => {
      const found = choices.find(one => one === given)
      if (found !== undefined) return found
      throw new EnergywebError('argument-invalid', `"${String(given)}" is none of ${choices.join(', ')}`)
    },
  }
}

function textOf(given: unknown): string {
  if (typeof given === 'string' && given !== '') return given
  throw new EnergywebError('argument-invalid', 'it is empty')
}
