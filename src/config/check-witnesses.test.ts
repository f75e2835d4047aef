import { expect, test } from 'vitest'
import { logKey, witnessKey } from '../../test/support/witnessed-log.ts'
import { formatVerifierKey } from '../proof/verifier-key.ts'
import { checkConfig } from './check-config.ts'
import { parseListenAddress } from './fields.ts'

const [ofLog, ofWitness] = [logKey, witnessKey].map(formatVerifierKey)

async function messagesOf(log: string, witness = ''): Promise<readonly string[]> {
  const text = `energyweb: 1
log: { key: log, origin: gateway.example.org/roof, ${log} }
${witness === '' ? '' : `witness: { ${witness} }`}
keys: { log: { env: LOG }, witness: { env: WITNESS }, other: { env: LOG } }
assets:
  - { name: roof, role: producer, channel: export, capacity: 10 kW, every: 15m, source: { kind: simulator, profile: solar, peak: 10 kW } }
`
  const { errors } = await checkConfig('gateway.yml', { text })
  return errors.map(({ path, message }) => `${path}: ${message}`)
}

const asked = (key = ofWitness, more = '') =>
  `witnesses: [{ url: https://witness.example.org, key: ${key}${more} }]`
const served = (key: string, log = ofLog) => `key: ${key}, name: witness.example.org/w1, logs: [${log}]`

test('witnesses that are asked, and one that is served', async () => {
  expect(await messagesOf(asked())).toEqual([])
  expect(await messagesOf(`${asked()}, quorum: 1`, served('witness'))).toEqual([])
  const more = `${served('witness')}, listen: '[::1]:8080', prefix: /a/b`
  expect(await messagesOf('checkpoint: 1m', more)).toEqual([])
})

test.each([
  [
    'the key of a log for a witness',
    asked(ofLog),
    '',
    /log\.witnesses\[0\]\.key: is not the key of a witness/,
  ],
  [
    'a key with another id',
    asked(ofWitness?.replace(/\+[0-9a-f]{8}\+/, '+00000000+')),
    '',
    /witnesses\[0\]\.key: .*id/,
  ],
  ['no key at all', asked('nonsense'), '', /witnesses\[0\]\.key: expected a key/],
  [
    'plain http that is not allowed',
    asked().replace('https:', 'http:'),
    '',
    /witnesses\[0\]\.url: plain HTTP: use https, or say why not/,
  ],
  ['plain http without a reason', asked(ofWitness, ', tls: { allow: lan-http }'), '', /witnesses\[0\]\.tls/],
  ['a quorum of more than there are', `${asked()}, quorum: 2`, '', /log\.quorum: is above/],
  [
    'a witness twice',
    `witnesses: [${[1, 2].map(i => `{ url: 'https://${i}.example', key: ${ofWitness} }`)}]`,
    '',
    /is there twice/,
  ],
  [
    'the key of a witness for a log',
    'checkpoint: 1m',
    served('witness', ofWitness),
    /witness\.logs\[0\]: is not the key of a log/,
  ],
  ["the log's key", 'checkpoint: 1m', served('log'), /witness\.key: "log" signs something else/],
  [
    "the log's key by another name",
    'checkpoint: 1m',
    served('other'),
    /witness\.key: "other" signs something else/,
  ],
  ['a key that is not there', 'checkpoint: 1m', served('nobody'), /witness\.key: there is no "nobody"/],
  ['a path that ends in /', 'checkpoint: 1m', `${served('witness')}, prefix: /a/`, /witness\.prefix/],
  [
    'an address without a port',
    'checkpoint: 1m',
    `${served('witness')}, listen: localhost`,
    /witness\.listen/,
  ],
])('%s is refused', async (_, log, witness, message) => {
  expect(await messagesOf(log, witness)).toEqual([expect.stringMatching(message)])
})

test('addresses to listen on', () => {
  expect(parseListenAddress('127.0.0.1:8080')).toEqual({ host: '127.0.0.1', port: 8080 })
  expect(parseListenAddress('[::1]:0')).toEqual({ host: '::1', port: 0 })
  for (const given of ['8080', ':8080', '::1:8080', 'a:99999', 'http://a:1', 8080, undefined]) {
    expect(() => parseListenAddress(given)).toThrow(/expected an address and a port/)
  }
})
