import { createDecipheriv, hkdfSync, scryptSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { openSealed } from '../../src/config/sealed/open-sealed.ts'

const golden = readFileSync(new URL('./golden/v1.sealed', import.meta.url), 'utf8')
const passphrase = 'seven lamps under green water'
const text = 'energyweb: 1\nsecrets: { meter: "pässword" }\n'

it('a file of version 1 opens for ever', async () => {
  const opened = await openSealed(golden, 'v1.sealed', { environment: { ENERGYWEB_PASSPHRASE: passphrase } })
  expect(opened.text).toBe(text)
})

it('is opened by who has only the description of the format', () => {
  const [first, second = '', ...rest] = golden.split('\n')
  const { openers, salt, commitment } = JSON.parse(second)
  const [{ n, r, p, salt: salting, key }] = openers
  const bytes = (given: string) => Buffer.from(given, 'base64')
  const open = (
    by: Uint8Array,
    nonce: Uint8Array,
    { sealed, vouched }: { sealed: Buffer; vouched: string },
  ) => {
    const decipher = createDecipheriv('aes-256-gcm', by, nonce)
    decipher.setAAD(Buffer.from(vouched)).setAuthTag(sealed.subarray(-16))
    return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
  }
  const derived = scryptSync(passphrase, bytes(salting), 32, { N: n, r, p })
  const wrapped = { sealed: bytes(key).subarray(12), vouched: 'energyweb-sealed v1 passphrase' }
  const dataKey = open(derived, bytes(key).subarray(0, 12), wrapped)
  const expand = (what: string, length: number) =>
    Buffer.from(hkdfSync('sha256', dataKey, bytes(salt), `energyweb-sealed v1 ${what}`, length))
  expect(expand('commitment', 32).toString('base64')).toBe(commitment)
  const body = expand('body', 44)
  const sealed = { sealed: bytes(rest.join('')), vouched: `${first}\n${second}\n` }
  expect(open(body.subarray(0, 32), body.subarray(32), sealed).toString()).toBe(text)
})
