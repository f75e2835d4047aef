import { type CommandFace, flagOf } from './command.ts'
import { commandTable } from './command-table.ts'
import { soughtNames } from './configuration.ts'
import { exitCodeMeanings, exitCodes, nothingChecked, verdictCodes } from './exit-codes.ts'

/** The text of `docs/cli.md`: every command with its words, options and examples. */
export async function cliReference(): Promise<string> {
  const commands = await Promise.all(commandTable.map(entry => entry.load()))
  return `${[head(commands), ...commands.map(section)].join('\n\n')}\n`
}

function head(commands: readonly CommandFace[]): string {
  const list = commands.map(
    ({ name, summary }) =>
      `| [\`energyweb ${name}\`](#energyweb-${name.replaceAll(' ', '-')}) | ${summary} |`,
  )
  const codes = Object.entries(exitCodeMeanings).map(([name, meaning]) => `| ${codeOf(name)} | ${meaning} |`)
  return `# The command line

<!-- Written by scripts/generate-cli.ts from src/cli: change that, not this. -->

| command | what it does |
|---|---|
${list.join('\n')}

Every command has \`--help\` with examples. With \`--json\` it answers with one JSON object on standard output, warnings and errors
with one each on standard error; energies are millijoules in decimal text. Colours appear on a terminal only, and not with
\`NO_COLOR\`. \`ENERGYWEB_DEBUG=1\` shows where an error came from.

Where a command needs a configuration and none is named, \`ENERGYWEB_CONFIG\` names it, or it is the first of
${soughtNames.map(name => `\`${name}\``).join(', ')} that is in the working folder.

## Exit codes

| code | meaning |
|---|---|
${codes.join('\n')}

\`energyweb verify\` ends with its verdict instead: ${Object.entries(verdictCodes)
    .map(([verdict, code]) => `${code} ${verdict}`)
    .join(', ')}; and with ${nothingChecked} when nothing was checked, because the command line is wrong or a
file can't be read.`
}

function codeOf(name: string): string {
  return String(Object.entries(exitCodes).find(([other]) => other === name)?.[1])
}

function section(command: CommandFace): string {
  const words = Object.entries(command.arguments)
  const usage = [
    'energyweb',
    command.name,
    ...words.map(([name, { required }]) => (required ? `<${name}>` : `[${name}]`)),
    '[options]',
  ]
  const parts = [
    `## energyweb ${command.name}`,
    `${command.summary}.${command.description === undefined ? '' : ` ${command.description}`}`,
    `\`\`\`\n${usage.join(' ')}\n\`\`\``,
    rows(
      'argument',
      words.map(([name, { description, choices }]) => [
        `\`${name}\``,
        choices === undefined ? description : `${description}: ${choices.join(', ')}`,
      ]),
    ),
    rows(
      'option',
      Object.entries(command.options).map(([name, option]) => {
        const { description, placeholder, short, required } = option
        return [
          `\`${short === undefined ? '' : `-${short}, `}${flagOf(name, option)}${placeholder === undefined ? '' : ` <${placeholder}>`}\``,
          required === true ? `${description} (required)` : description,
        ]
      }),
    ),
    `\`\`\`sh\n${command.examples.map(one => `# ${one.description}\nenergyweb ${one.command}`).join('\n')}\n\`\`\``,
  ]
  return parts.filter(part => part !== '').join('\n\n')
}

function rows(kind: string, cells: readonly (readonly [string, string])[]): string {
  if (cells.length === 0) return ''
  const lines = cells.map(([name, description]) => `| ${name} | ${description.replaceAll('|', '\\|')} |`)
  return [`| ${kind} | |`, '|---|---|', ...lines].join('\n')
}
