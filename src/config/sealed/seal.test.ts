import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { processorTime } from '../../../test/support/processor-time.ts'
import { openSealed } from './open-sealed.ts'
import { wrapByPassphrase } from './passphrase-opener.ts'
import { sealAgain, sealText } from './seal-text.ts'
import { formatSealed, parseSealed, preambleOf } from './sealed-format.ts'

const cost = { n: 2 ** 14, r: 8, p: 1 }
const passphrase = 'seven lamps under green water'
const environment = { ENERGYWEB_PASSPHRASE: passphrase }
const text = 'energyweb: 1\nsecrets: { meter: "pässword" }\n'

let folder: string
let sealed: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealed-'))
  sealed = await sealText(text, [key => wrapByPassphrase(key, passphrase, { cost })], { format: 'yaml' })
})
afterAll(() => rm(folder, { recursive: true }))

const open = (given: string, context: Parameters<typeof openSealed>[2] = { environment }) =>
  openSealed(given, join(folder, 'a.sealed'), context)

it('opens to what was sealed, and shows nothing of it', async () => {
  expect((await open(sealed)).text).toBe(text)
  for (const form of ['pässword', 'meter', 'energyweb: 1'])
    for (const encoding of ['utf8', 'base64', 'hex'] as const)
      expect(sealed).not.toContain(Buffer.from(form).toString(encoding).replace(/=+$/, ''))
})

it('two sealings of one text have nothing in common but their form', async () => {
  const again = await sealText(text, [key => wrapByPassphrase(key, passphrase, { cost })], { format: 'yaml' })
  const bodies = [sealed, again].map(one => one.split('\n').slice(2).join(''))
  expect(bodies[0]).not.toBe(bodies[1])
  const { file, dataKey } = await open(sealed)
  const edited = sealAgain(text, { dataKey, openers: file.header.openers, format: 'yaml' })
  expect(edited.split('\n')[2]).not.toBe(bodies[0])
  expect((await open(edited)).text).toBe(text)
})

describe('a passphrase', () => {
  it('that is another opens nothing, and is not repeated', async () => {
    const refused = open(sealed, { environment: { ENERGYWEB_PASSPHRASE: 'another one' } })
    await expect(refused).rejects.toMatchObject({
      code: 'config-sealed',
      message: expect.stringMatching(
        /a\.sealed can't be opened by its passphrase: the passphrase does not open it$/,
      ),
    })
    await expect(refused).rejects.not.toThrow('another one')
  })

  it('comes from a file that the header names, beside the sealed one', async () => {
    await writeFile(join(folder, 'pass'), `${passphrase}\n`, { mode: 0o600 })
    const wrap = (key: Uint8Array) => wrapByPassphrase(key, passphrase, { cost, from: { file: './pass' } })
    const named = await sealText(text, [wrap], { format: 'yaml' })
    expect((await open(named, { environment: {} })).text).toBe(text)
  })

  it('comes from a credential of systemd', async () => {
    await writeFile(join(folder, 'energyweb-passphrase'), passphrase, { mode: 0o600 })
    expect((await open(sealed, { environment: { CREDENTIALS_DIRECTORY: folder } })).text).toBe(text)
    await rm(join(folder, 'energyweb-passphrase'))
  })

  it('is asked for where somebody is there, and named where nobody is', async () => {
    expect((await open(sealed, { environment: {}, ask: async () => passphrase })).text).toBe(text)
    await expect(open(sealed, { environment: {} })).rejects.toMatchObject({
      code: 'config-sealed',
      hint: expect.stringContaining('ENERGYWEB_PASSPHRASE'),
    })
  })
})

it('one opener is enough, whatever became of the others', async () => {
  const wraps = ['first of them all', passphrase].map(
    given => (key: Uint8Array) => wrapByPassphrase(key, given, { cost }),
  )
  const both = await sealText(text, wraps, { format: 'yaml' })
  expect((await open(both)).text).toBe(text)
  await expect(open(both, { environment: { ENERGYWEB_PASSPHRASE: 'neither' } })).rejects.toThrow(
    /can't be opened\npassphrase: .*\npassphrase: /,
  )
})

describe('whoever changes the file', () => {
  it('is found out, whichever character it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length - 1), fc.integer({ min: 32, max: 126 }), async (at, code) => {
        const put = String.fromCharCode(code)
        fc.pre(sealed[at] !== put)
        const changed = sealed.slice(0, at) + put + sealed.slice(at + 1)
        await expect(open(changed)).rejects.toMatchObject({
          code: expect.stringMatching(/^config-(invalid|sealed)$/),
        })
      }),
      { numRuns: 60 },
    )
  })

  it('is found out, wherever it was cut off', () => {
    for (let length = 0; length < sealed.length; length++)
      expect(length, String(length)).toSatisfy(at => {
        try {
          const { ciphertext } = parseSealed(sealed.slice(0, at), 'a.sealed')
          return ciphertext.length < parseSealed(sealed, 'a.sealed').ciphertext.length
        } catch {
          return true
        }
      })
  })

  it('can not put the header of another sealing in front', async () => {
    const { dataKey, file } = await open(sealed)
    const other = sealAgain('energyweb: 1\n', { dataKey, openers: file.header.openers, format: 'yaml' })
    const { preamble } = parseSealed(other, 'b')
    const { ciphertext } = parseSealed(sealed, 'a')
    await expect(open(formatSealed({ preamble, ciphertext }))).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('was changed'),
    })
  })

  it('can not cut the end off and write the form anew', async () => {
    const { preamble, ciphertext } = parseSealed(sealed, 'a')
    for (const length of [0, 5, 16, ciphertext.length - 1])
      await expect(
        open(formatSealed({ preamble, ciphertext: ciphertext.subarray(0, length) })),
      ).rejects.toThrow('was changed')
  })
})

describe('hostile files', () => {
  const withOpener = (opener: object) => {
    const [first = '', second = '', ...rest] = sealed.split('\n')
    const header = JSON.parse(second)
    return [
      first,
      JSON.stringify({ ...header, openers: [{ ...header.openers[0], ...opener }] }),
      ...rest,
    ].join('\n')
  }

  it.each([
    ['memory without end', { n: 2 ** 24 }],
    ['time without end', { n: 2 ** 18, p: 64 }],
    ['no work at all', { n: 2 }],
    ['no power of two', { n: 2 ** 14 + 1 }],
    ['an unknown opener', { kind: 'oracle' }],
    ['something more', { extra: 1 }],
    ['a short key', { key: 'AAAA' }],
  ])('that ask for %s are refused before anything is spent', async (_what, opener) => {
    await expect(open(withOpener(opener))).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('its header is not understood'),
    })
  })

  it('are refused by name when they are of a newer version', async () => {
    await expect(open(sealed.replace('v1', 'v2'))).rejects.toMatchObject({
      message: expect.stringContaining('version v2'),
      hint: 'A newer energyweb made it.',
    })
  })

  it('never do anything but say no', () => {
    const anything = fc.oneof(
      fc.string({ maxLength: 2_000 }),
      fc
        .tuple(fc.json(), fc.base64String({ maxLength: 500 }))
        .map(([a, b]) => `energyweb-sealed v1\n${a}\n${b}\n`),
      fc
        .record({ at: fc.nat(sealed.length), put: fc.string({ maxLength: 20 }) })
        .map(({ at, put }) => sealed.slice(0, at) + put + sealed.slice(at)),
    )
    fc.assert(
      fc.property(anything, given => {
        try {
          parseSealed(given, 'a.sealed')
          return given === sealed || given.startsWith('energyweb-sealed v1\n')
        } catch (error) {
          return (error as { code?: string }).code === 'config-invalid'
        }
      }),
      { numRuns: 500 },
    )
  })

  it.each<[string, string | (() => string)]>([
    ['deep', `energyweb-sealed v1\n${'['.repeat(60_000)}\n\n`],
    ['long', `energyweb-sealed v1\n${'x'.repeat(1_400_000)}\n\n`],
    ['endless', 'x'.repeat(5_000_000)],
    ['many lines', () => `${preambleOf(parseSealed(sealed, 'a').header)}${'\n'.repeat(1_000_000)}`],
  ])('that are %s are refused at once', async (_what, made) => {
    const given = typeof made === 'string' ? made : made()
    const taken = await processorTime(() => {
      expect(() => parseSealed(given, 'a.sealed')).toThrow('is no sealed configuration')
    })
    // Usually 50 ms.
    expect(taken).toBeLessThan(500)
  })
})
