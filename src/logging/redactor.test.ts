import { expect, test } from 'vitest'
import { EnergywebError } from '../core/errors.ts'
import { Redactor } from './redactor.ts'

function redactorOf(...secrets: string[]): Redactor {
  const redactor = new Redactor()
  for (const secret of secrets) redactor.add(secret)
  return redactor
}

test('a secret is taken out of text wherever it stands', () => {
  expect(redactorOf('hunter22').text('login hunter22! (hunter22x)')).toBe('login [redacted]! ([redacted]x)')
})

test.each([
  ['in JSON', 'a"b\\c/d', JSON.stringify({ password: 'a"b\\c/d' })],
  ['in an address', 'pa ss&wörd', `https://host/?p=${encodeURIComponent('pa ss&wörd')}`],
  ['in base64', 'sécret-word', `Basic ${Buffer.from('sécret-word').toString('base64')}`],
  ['in JSON, escaped twice', 'a"b\\c', JSON.stringify(JSON.stringify({ password: 'a"b\\c' }))],
  ['in JSON of ASCII alone', 'pässwörd', '{"password":"p\\u00e4ssw\\u00f6rd"}'],
  ['in JSON with escaped slashes', 'pass/word', '{"password":"pass\\/word"}'],
  ['in a form', 'pa ss&wörd!', `p=${new URLSearchParams({ p: 'pa ss&wörd!' }).toString().slice(2)}`],
  ['in HTML', `a&b<"word'>`, '<p>a&amp;b&lt;&quot;word&#39;&gt;</p>'],
  ['in hex', 'hunter22', Buffer.from('hunter22').toString('hex')],
  ['with the line end of the file it came from', 'from-a-file\n', 'password from-a-file refused'],
])('a secret is recognised %s', (_, secret, line) => {
  const text = redactorOf(secret).text(line)
  expect(text).toContain('[redacted]')
  expect(text).not.toContain(secret.trim())
})

test.each([
  ['at the end', 'HTTP 401: bad token tok_0123456789'],
  ['before marks of an omission', 'HTTP 401: {"said":"tok_0123456789ab…"}'],
  ['in base64', `refused: Basic ${Buffer.from('user:tok_0123456789abcdef').toString('base64').slice(0, -6)}`],
])('a secret of which others showed the beginning is taken out %s', (_, line) => {
  const text = redactorOf('tok_0123456789abcdef').text(line)
  expect(text).toContain('[redacted]')
  expect(text).not.toMatch(/tok_|dG9rXz|0123/)
})

test('a key is recognised line by line, and in hex however it is written', () => {
  const pem = `-----BEGIN PRIVATE KEY-----\n${'MIGHAgEAMBMGByqGSM49'.repeat(3)}\n-----END PRIVATE KEY-----\n`
  const key = 'a1b2c3d4'.repeat(8)
  const redactor = redactorOf(pem, `0x${key}`)
  expect(redactor.text(`line 2: ${'MIGHAgEAMBMGByqGSM49'.repeat(3)}`)).toBe('line 2: [redacted]')
  for (const form of [key, key.toUpperCase(), `0x${key}`])
    expect(redactor.text(`key ${form}.`)).toMatch(/^key (0x)?\[redacted\]\.$/)
})

test('no function in what is logged speaks for it', () => {
  const value = redactorOf('hunter22').value({ request: { toJSON: () => ({ password: 'hunter22' }) } })
  expect(JSON.stringify(value)).toBe('{"request":{}}')
})

test('a longer secret is taken out whole even if a shorter one begins it', () => {
  expect(redactorOf('abcd', 'abcdefgh').text('abcdefgh')).toBe('[redacted]')
})

test('a very short secret is taken out only where it stands alone', () => {
  expect(redactorOf('me').text('tell me the meter, me.')).toBe('tell [redacted] the meter, [redacted].')
})

test('secrets are taken out of fields, errors, causes and keys', () => {
  const cause = new Error('inner hunter22')
  const error = new EnergywebError('source-failed', 'outer hunter22', { hint: 'not hunter22', cause })
  const value = redactorOf('hunter22').value({ error, list: ['x hunter22'], hunter22: { deep: 'hunter22' } })
  expect(JSON.stringify(value)).not.toContain('hunter22')
  expect(value).toMatchObject({
    error: { code: 'source-failed', message: 'outer [redacted]', hint: 'not [redacted]' },
  })
})

test('big integers, bytes and circles can be logged', () => {
  const circle: { self?: unknown } = {}
  circle.self = circle
  const value = new Redactor().value({ energy: 2n ** 70n, raw: new Uint8Array(3), circle })
  expect(value).toMatchObject({ energy: '1180591620717411303424', raw: '3 bytes' })
  expect(() => JSON.stringify(value)).not.toThrow()
})

test.each(['a', 'me', 'you', 'ops', 'admin'])(
  'a password is recognised in Basic credentials of user %s',
  user => {
    const header = Buffer.from(`${user}:hunter22-long`).toString('base64')
    for (const form of [header, header.replaceAll('+', '-').replaceAll('/', '_')]) {
      const text = redactorOf('hunter22-long').text(`authorization: Basic ${form}`)
      expect(text).toContain('[redacted]')
      // What is left of it holds the user at most.
      const [left = ''] = text.slice('authorization: Basic '.length).split('[redacted]')
      expect(Buffer.from(left, 'base64').toString()).not.toMatch(/hun/)
    }
  },
)

test('ten thousand secrets are known at once and cost a line no more than one does', () => {
  const redactor = new Redactor()
  for (let n = 0; n < 10_000; n++) redactor.add(`secret-number-${n}!`)
  const lines = Array.from({ length: 10_000 }, (_, n) =>
    redactor.text(`asset ${n}: secret-number-${n}! refused`),
  )
  expect(lines.every((line, n) => line === `asset ${n}: [redacted] refused`)).toBe(true)
})
