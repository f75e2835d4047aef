import { describe, expect, test } from 'vitest'
import { energyweb } from '../../test/cli/memory-io.ts'
import { flagOf } from './command.ts'
import { commandTable } from './command-table.ts'
import { exitCodes, nothingChecked } from './exit-codes.ts'

test('the help lists every command, on standard output, and ends well', async () => {
  const { code, stdout, stderr } = await energyweb(['--help'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatchSnapshot()
})

test('without a command the help goes to standard error and it is a wrong command line', async () => {
  const { code, stdout, stderr } = await energyweb([])
  expect({ code, stdout }).toEqual({ code: exitCodes.usage, stdout: '' })
  expect(stderr).toContain('Usage: energyweb')
})

describe.each(commandTable.map(entry => entry.name))('%s', name => {
  test('has the name and the summary that the list of commands shows, and examples of itself', async () => {
    const entry = commandTable.find(one => one.name === name)!
    const command = await entry.load()
    expect({ name: command.name, summary: command.summary }).toEqual({ name, summary: entry.summary })
    expect(command.examples.length).toBeGreaterThan(0)
    const known = ['--json', ...Object.entries(command.options).map(([key, option]) => flagOf(key, option))]
    for (const example of command.examples) {
      expect(`${example.command} `).toContain(`${name} `)
      for (const [flag] of example.command.matchAll(/(?<=\s)--[a-z][a-z0-9-]*/g))
        expect(known).toContain(flag)
    }
  })

  test('shows its help, which says the same after `help`', async () => {
    const { code, stdout } = await energyweb([...name.split(' '), '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain(`Usage: energyweb ${name}`)
    expect(stdout).toContain('Examples:')
    expect((await energyweb(['help', ...name.split(' ')])).stdout).toBe(stdout)
  })

  test('refuses an unknown option', async () => {
    const { code, stderr, stdout } = await energyweb([...name.split(' '), '--no-such-thing'])
    // 2 of `verify` is a verdict.
    const usage = name === 'verify' ? nothingChecked : exitCodes.usage
    expect({ code, stdout }).toEqual({ code: usage, stdout: '' })
    expect(stderr).toMatch(/^error: unknown option '--no-such-thing'\nhint: /)
  })
})

test.each([
  [['statu'], "error: unknown command 'statu'\nhint: Did you mean status?\n"],
  [['log', 'chek'], "error: unknown command 'chek'\nhint: Did you mean check?\n"],
  [
    ['keys', 'new'],
    'error: a key is made in a file or in a token\nhint: Name the keystore file to write, or a token with --pkcs11, --token and --label.\n',
  ],
  [
    ['keys', 'new', 'a', 'b'],
    "error: too many arguments for 'new'. Expected 1 argument but got 2.\nhint: Usage: energyweb keys new [file] [options]; --help tells more.\n",
  ],
  [['keys', 'new', 'a', '--lg'], "error: unknown option '--lg'\nhint: Did you mean --log?\n"],
  [
    ['keys', 'new', 'a', '--password-env'],
    "error: option '--password-env <name>' argument missing\nhint: Usage: energyweb keys new [file] [options]; --help tells more.\n",
  ],
  [
    ['log', 'erase', 'roof'],
    "error: option '--reason' is missing\nhint: Usage: energyweb log erase <asset> --reason <text> [options]; --help tells more.\n",
  ],
  [['constructor'], "error: unknown command 'constructor'\nhint: Add --help to see what there is.\n"],
])('%j is a wrong command line and says why', async (words, stderr) => {
  expect(await energyweb(words)).toEqual({ code: exitCodes.usage, stdout: '', stderr })
})

test('an error is one JSON object with --json', async () => {
  const { code, stderr } = await energyweb(['keys', 'show', 'nothing.json', '--json'])
  expect(code).toBe(exitCodes.unavailable)
  expect(JSON.parse(stderr).error).toMatchObject({ code: 'key-unavailable', retryable: true })
  expect(stderr).not.toContain('    at ')
})

test('a stack trace is shown only to who asks for it', async () => {
  const words = ['keys', 'show', 'nothing.json']
  expect((await energyweb(words)).stderr).not.toContain('    at ')
  expect((await energyweb(words, { env: { ENERGYWEB_DEBUG: '1' } })).stderr).toContain('    at ')
})

test('colours are for terminals, and not for who said NO_COLOR', async () => {
  const words = ['keys', 'show', 'nothing.json']
  const colour = '\u001b['
  expect((await energyweb(words)).stderr).not.toContain(colour)
  expect((await energyweb(words, { isTerminal: true })).stderr).toContain(colour)
  expect((await energyweb(words, { isTerminal: true, env: { NO_COLOR: '1' } })).stderr).not.toContain(colour)
})
