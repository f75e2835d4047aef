import { Argument, Command as Commander, CommanderError, Option } from 'commander'
import { EnergywebError } from '../core/errors.ts'
import { type Command, type CommandContext, flagOf } from './command.ts'
import { type CommandEntry, commandTable, groups } from './command-table.ts'
import { exitCodes } from './exit-codes.ts'
import type { CommandIo } from './io.ts'
import { Printer } from './printer.ts'

const widestHelp = 110

/**
 * Finds the command in the words, loads it alone, and runs it with commander's help.
 * @throws EnergywebError `argument-invalid` for a wrong command line; what the command throws.
 */
export async function runProgram(words: readonly string[], io: CommandIo): Promise<number> {
  const given = words[0] === 'help' ? [...words.slice(1), '--help'] : [...words]
  const entry = findEntry(given)
  const command = await entry?.load()
  const root = rootOf(io)
  let code: number = exitCodes.ok
  for (const other of commandTable) {
    const place = placeFor(root.program, other)
    if (other !== entry || command === undefined) continue
    furnish(
      place,
      command,
      async (found, context) => {
        code = await command.run(found, context)
      },
      io,
    )
  }
  try {
    await root.program.parseAsync(given, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    code = endOf(error, command === undefined ? undefined : usageOf(command))
  }
  await io.stderr.write(root.written.stderr.join(''))
  await io.stdout.write(root.written.stdout.join(''))
  return code
}

function findEntry(words: readonly string[]): CommandEntry | undefined {
  return commandTable.find(({ name }) => name === words[0] || name === `${words[0]} ${words[1]}`)
}

function rootOf(io: CommandIo) {
  const written = { stdout: [] as string[], stderr: [] as string[] }
  const program = new Commander('energyweb')
    .description(
      'Reads energy meters, keeps every reading in a log that nobody can quietly change, and registers the readings on EVM chains.',
    )
    .option('--version', 'show the version')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: text => written.stdout.push(text),
      writeErr: text => written.stderr.push(text),
      // Reported once, with the hint, by whoever reports all errors.
      outputError: () => undefined,
      getOutHelpWidth: () => Math.min(io.stdout.columns, widestHelp),
      getErrHelpWidth: () => Math.min(io.stderr.columns, widestHelp),
    })
    .addHelpText('after', '\nShow the options and examples of a command with: energyweb <command> --help')
  return { program, written }
}

/** The commander command of an entry, still empty. */
function placeFor(program: Commander, { name, summary }: CommandEntry): Commander {
  const [first = name, second] = name.split(' ')
  const parent = second === undefined ? program : groupIn(program, first)
  const place = new Commander(second ?? first)
    .copyInheritedSettings(program)
    .summary(summary)
    .description(summary)
  parent.addCommand(place)
  return place
}

function groupIn(program: Commander, name: string): Commander {
  const found = program.commands.find(one => one.name() === name)
  if (found !== undefined) return found
  const group = new Commander(name)
    .copyInheritedSettings(program)
    .description(groups[name] ?? '')
    .helpCommand(false)
  program.addCommand(group)
  return group
}

type Found = Parameters<Command['run']>[0]

function furnish(
  place: Commander,
  command: Command,
  run: (found: Found, context: CommandContext) => Promise<void>,
  io: CommandIo,
): void {
  place.description(
    [`${command.summary}.`, ...(command.description === undefined ? [] : [command.description])].join('\n\n'),
  )
  for (const [name, { description, required, choices }] of Object.entries(command.arguments)) {
    const argument = new Argument(required ? `<${name}>` : `[${name}]`, description)
    place.addArgument(choices === undefined ? argument : argument.choices(choices))
  }
  for (const [name, option] of Object.entries(command.options)) {
    const { description, placeholder, short, required, repeated } = option
    const flags = `${short === undefined ? '' : `-${short}, `}${flagOf(name, option)}${placeholder === undefined ? '' : ` <${placeholder}>`}`
    // Not commander's mandatory option: it would speak of the missing one before it speaks of the mistyped one.
    const face = new Option(flags, required === true ? `${description} (required)` : description)
    place.addOption(repeated === true ? face.argParser(collect) : face)
  }
  place.option('--json', 'answer in JSON, for programs').allowExcessArguments(false)
  place.addHelpText(
    'after',
    [
      '\nExamples:',
      ...command.examples.map(one => `  $ energyweb ${one.command}\n      ${one.description}`),
    ].join('\n'),
  )
  place.action(async () => {
    const options = place.opts()
    const missing = Object.entries(command.options).find(
      ([name, { required }]) => required === true && options[name] === undefined,
    )
    if (missing !== undefined) {
      throw new EnergywebError('argument-invalid', `option '${flagOf(missing[0])}' is missing`, {
        hint: `${usageOf(command)}; --help tells more.`,
      })
    }
    const printer = new Printer(io, { json: options.json === true })
    await run({ arguments: place.processedArgs, options }, { io, printer })
  })
}

/** Every text of an option that was given several times. */
function collect(text: string, before: unknown): readonly unknown[] {
  return [...(Array.isArray(before) ? before : []), text]
}

/** `Usage: energyweb log show <number> [options]`, with the options that must be there. */
function usageOf(command: Command): string {
  const values = Object.entries(command.arguments).map(([name, { required, choices }]) => {
    const value = choices?.join('|') ?? name
    return required ? `<${value}>` : `[${value}]`
  })
  const needed = Object.entries(command.options).flatMap(([name, { required, placeholder }]) =>
    required === true ? [`${flagOf(name)} <${placeholder}>`] : [],
  )
  return ['Usage: energyweb', command.name, ...values, ...needed, '[options]'].join(' ')
}

/** Help that was asked for is an answer; help because nothing was asked for, and everything else, is a wrong command line. */
function endOf(error: CommanderError, usage: string | undefined): number {
  if (error.code === 'commander.helpDisplayed') return exitCodes.ok
  if (error.code === 'commander.help') return exitCodes.usage
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n')
  throw new EnergywebError('argument-invalid', message, {
    hint:
      suggestion?.replace(/^\(|\)$/g, '') ??
      (usage === undefined ? 'Add --help to see what there is.' : `${usage}; --help tells more.`),
    cause: error,
  })
}
