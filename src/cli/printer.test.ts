import { expect, test } from 'vitest'
import { systemClock } from '../core/clock.ts'
import { EnergywebError } from '../core/errors.ts'
import { Printer } from './printer.ts'

function printing(json: boolean) {
  const written: string[] = []
  const output = { isTerminal: false, columns: 80, write: async (text: string) => void written.push(text) }
  const io = {
    stdout: output,
    stderr: output,
    env: {},
    cwd: '/',
    clock: systemClock,
    prompts: undefined,
    outliveStreams: () => undefined,
    interruption: () => new AbortController().signal,
    askHidden: undefined,
    hide: () => undefined,
  }
  return { written, printer: new Printer(io, { json }) }
}

const hostile = new EnergywebError('source-failed', 'the meter says \u001b]0;owned\u0007\u009b2J', {
  hint: 'Look\r',
})

test('what a meter says can not drive the terminal', async () => {
  const { printer, written } = printing(false)
  await printer.failure(hostile)
  await printer.warning('a\u001b[2Jb')
  expect(written.join('')).toBe('error: the meter says �]0;owned��2J\nhint: Look�\nwarning: a�[2Jb\n')
})

test('for programs every answer is one line of JSON, integers exact', async () => {
  const { printer, written } = printing(true)
  await printer.data({ total: 2n ** 64n }, 'unseen')
  await printer.note('unseen')
  await printer.warning('look')
  await printer.failure(hostile)
  const lines = written.join('').trimEnd().split('\n')
  expect(lines.map(line => JSON.parse(line))).toMatchObject([
    { total: '18446744073709551616' },
    { warning: 'look' },
    { error: { code: 'source-failed', retryable: false } },
  ])
})
