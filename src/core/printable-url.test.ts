import { expect, test } from 'vitest'
import { printableUrl, secretsInAddress } from './printable-url.ts'

test.each([
  ['https://roof.example.org/api/v2', 'https://roof.example.org/api/v2'],
  ['https://admin:hunter22@roof.example.org/api', 'https://roof.example.org/api'],
  ['https://roof.example.org/api?key=hunter22#hunter22', 'https://roof.example.org/api'],
  ['https://node.example.org/v3/0123456789abcdef0123', 'https://node.example.org/v3/0123…'],
  ['https://node.example.org/v3/key=hunter', 'https://node.example.org/v3/key=…'],
  // What is no address, as it was mistyped.
  ['admin:hunter22@roof.example.org', 'roof.example.org'],
  ['https:/admin:hunter22@roof.example.org', 'https:/roof.example.org'],
  ['https://admin:hunter22@roof.example.org:99999/', 'https://roof.example.org:99999/'],
  ['https://admin:1/hunter@22@roof.example.org', 'https://…'],
  ['https://roof.example.org?hunter@22', 'https://…'],
  ['./a/folder', './a/folder'],
])('%s is shown as %s', (address, shown) => {
  expect(printableUrl(address)).toBe(shown)
})

test('of an address that was read the path may hold an @', () => {
  expect(printableUrl(new URL('https://a:b@roof.example.org/@roof?c=d'))).toBe(
    'https://roof.example.org/@roof',
  )
})

test.each<[string, readonly string[]]>([
  ['https://roof.example.org/api/v2', []],
  ['https://admin:hunter22@roof.example.org', ['admin:hunter22', 'admin', 'hunter22']],
  ['https://projectkey@roof.example.org', ['projectkey']],
  ['https://roof.example.org/?key=hunt%20er&v=1', ['hunt%20er', 'hunt er']],
  ['https://roof.example.org/#access=hunter22', ['hunter22']],
  ['https://roof.example.org/v3/0123456789abcdef?x', ['0123456789abcdef']],
  ['https://roof.example.org/AbCdEfGhIjKlMnOp', ['AbCdEfGhIjKlMnOp']],
  ['https://roof.example.org/?key=100%25%', ['100%25%']],
  // An @ far behind hides no name of a host.
  ['https://roof.example.org:8443/x?mail=me@example.org', ['8443/x?mail=me', 'me@example.org']],
  ['sha256/0123456789abcdef0123456789', []],
  ['roof', []],
])('the secrets of %s are %j', (address, secrets) => {
  expect(secretsInAddress(address)).toEqual(secrets)
})
