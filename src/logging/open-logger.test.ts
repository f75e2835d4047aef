import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { EnergywebError } from '../core/errors.ts'
import { openLogger } from './open-logger.ts'
import { Redactor } from './redactor.ts'

function capture() {
  const output = new PassThrough()
  const text = () => String(output.read() ?? '')
  return { output, text }
}

test('off a terminal every message is one JSON object a line', async () => {
  const { output, text } = capture()
  const log = await openLogger({ output })
  log.info({ asset: 'roof', total: 12n }, 'read')
  log.warn({}, 'careful')
  const lines = text()
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(lines).toMatchObject([
    { level: 'info', asset: 'roof', total: '12', msg: 'read' },
    { level: 'warn', msg: 'careful' },
  ])
  expect(lines[0].time).toMatch(/^\d{4}-.*Z$/)
})

test('messages below the level are not written', async () => {
  const { output, text } = capture()
  const log = await openLogger({ output, level: 'error' })
  log.warn({}, 'careful')
  log.error({}, 'broken')
  expect(text()).not.toContain('careful')
})

test.each([true, false])(
  'no line holds a secret, neither in words nor in fields (pretty: %s)',
  async pretty => {
    const { output, text } = capture()
    const redactor = new Redactor()
    const log = await openLogger({ output, pretty, redactor })
    redactor.add('hunter22')
    const error = new EnergywebError('source-unauthorized', 'refused hunter22', {
      cause: new Error('hunter22'),
    })
    log.error({ error, url: 'http://host/?p=hunter22' }, 'the password hunter22 was refused')
    const written = await firstText(text)
    expect(written).toContain('[redacted]')
    expect(written).not.toContain('hunter22')
  },
)

test('a terminal shows the hint of an error, and where it came from only with debug', async () => {
  const error = new EnergywebError('source-unreachable', 'roof: nothing listens there', {
    hint: 'Is it running?',
    cause: new Error('connect ECONNREFUSED'),
  })
  const shown = async (level: 'info' | 'debug', thrown: Error) => {
    const { output, text } = capture()
    const log = await openLogger({ output, pretty: true, level })
    log.error({ task: 'poll roof', error: thrown }, 'it failed')
    return firstText(text)
  }
  expect((await shown('info', error)).split('\n').slice(0, -1)).toEqual([
    expect.stringMatching(/ERROR: it failed {"task":"poll roof"}$/),
    '    hint: "Is it running?"',
  ])
  expect(await shown('debug', error)).toContain('connect ECONNREFUSED')
  expect(await shown('info', new TypeError('x is undefined'))).toContain('open-logger.test.ts')
})

async function firstText(text: () => string): Promise<string> {
  for (;;) {
    const written = text()
    if (written !== '') return written
    await new Promise(resolve => setImmediate(resolve))
  }
}

test('on a terminal messages are words', async () => {
  const { output, text } = capture()
  const log = await openLogger({ output: Object.assign(output, { isTTY: true }) })
  log.info({ asset: 'roof' }, 'read')
  const written = await firstText(text)
  expect(written).toContain('read')
  expect(written).not.toMatch(/^\{/)
})
