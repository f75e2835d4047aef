import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { energyweb } from '../../test/cli/memory-io.ts'
import { keyText } from '../../test/publishing/support.ts'
import { temporaryFolder } from '../../test/storage/support.ts'

const pin = `sha256/${'A'.repeat(43)}=`

function follow(...words: string[]) {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'client.key'), 'a key')
  writeFileSync(join(cwd, 'key-alone.pem'), '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n')
  return energyweb(['log', 'follow', 'https://127.0.0.1:1', '--once', ...words], { cwd })
}

test.each([
  [
    'a certificate without its key',
    ['--client-certificate', 'client.pem'],
    /--client-certificate and --client-key belong/,
  ],
  [
    'a key without its certificate',
    ['--client-key', 'client.key'],
    /--client-certificate and --client-key belong/,
  ],
  ['a pin that is none', ['--pin', 'sha1/abc'], /--pin is no SHA-256/],
  ['a list beside a pin alone', ['--pin', pin, '--crl', 'crl.pem'], /--crl is a list of an authority/],
  ['plain HTTP with a proof', ['--lan-http', '--pin', pin], /--lan-http stands alone/],
])('%s is refused', async (_, words, said) => {
  expect(await follow(...words)).toMatchObject({ code: 2, stderr: expect.stringMatching(said) })
})

test('a key that is not there is told', async () => {
  const { code, stderr } = await follow('--client-certificate', 'client.pem', '--client-key', 'none.key')
  expect({ code, stderr }).toMatchObject({ stderr: expect.stringMatching(/--client-key can't be read/) })
  expect(code).not.toBe(0)
})

test('a file of an authority without a certificate is told, not taken for an authority that stands behind nobody', async () => {
  const { stderr } = await follow('--ca', 'key-alone.pem', '--key', keyText())
  expect(stderr).toMatch(/there is no certificate in the file of the authority \(authority-unreadable\)/)
})

test('an authority that is not there is told by its reason', async () => {
  const { stderr } = await follow('--ca', 'none.pem', '--key', keyText())
  expect(stderr).toMatch(/the authority's certificate can't be read: .*\(authority-unreadable\)/)
})
