import { expect, test } from 'vitest'
import { checkConfig } from './check-config.ts'

const rest = `
energyweb: 1
assets:
  - { name: roof, role: consumer, channel: import, capacity: 10 kW, every: 1m, source: { kind: simulator, profile: load, peak: 1 kW } }
`

async function errorsOf(logging: string): Promise<string[]> {
  const text = `logging: ${logging}${rest}`
  const { errors } = await checkConfig('/etc/energyweb/roof.yml', { text, environment: { T: 'x' } })
  return errors.map(({ path, message }) => `${path}: ${message}`)
}

const otlp = 'kind: otlp, url: https://otel.example.org:4318'

test('messages may leave without a file, and to several places', async () => {
  expect(
    await errorsOf(
      `{ remote: [{ ${otlp}, headers: { authorization: { env: T } } }, { kind: syslog, address: '[::1]' }, { kind: loki, url: https://l }, { kind: elasticsearch, url: https://e, index: logs, auth: { apiKey: { env: T } } }] }`,
    ),
  ).toEqual([])
})

test.each([
  ['neither file nor places', '{}', ['logging: needs a `file`, or `remote` places, or both']],
  [
    'what is for a file alone',
    `{ keep: 3, remote: [{ ${otlp} }] }`,
    ['logging.keep: is for the file, and there is none'],
  ],
  [
    'a spool for nothing',
    '{ file: ./logs/a.log, spool: { cap: 5 MB } }',
    ['logging.spool: is for `remote`, and there is none'],
  ],
  [
    'two of one name',
    `{ remote: [{ ${otlp} }, { ${otlp}, level: error }] }`,
    ['logging.remote[1]: there is another "otlp otel.example.org:4318": give each a `name` of its own'],
  ],
  [
    'plain HTTP',
    '{ remote: [{ kind: loki, url: http://192.168.1.7:3100 }] }',
    ['logging.remote[0].url: plain HTTP: use https, or `tls: { allow: lan-http, reason }` at home'],
  ],
  [
    'credentials over plain HTTP',
    '{ remote: [{ kind: loki, url: http://192.168.1.7:3100, tls: { allow: lan-http, reason: no TLS }, auth: { token: { env: T } } }] }',
    ['logging.remote[0].url: credentials would travel in plain text: use https'],
  ],
  [
    'syslog without TLS',
    '{ remote: [{ kind: syslog, address: 10.0.0.7, tls: { allow: lan-http, reason: no TLS } }] }',
    ['logging.remote[0].tls: syslog is sent over TLS alone'],
  ],
])('%s', async (_, logging, expected) => {
  expect(await errorsOf(logging)).toEqual(expected)
})

test.each([
  '{ remote: [{ kind: loki, url: http://127.0.0.1:3100, auth: { token: { env: T } } }] }',
  '{ remote: [{ kind: loki, url: http://192.168.1.7:3100, tls: { allow: lan-http, reason: no TLS } }] }',
])('what stays on the machine or in the house may: %s', async logging => {
  expect(await errorsOf(logging)).toEqual([])
})

test('an unknown kind, a secret in plain text and a label too many are named by their places', async () => {
  expect(await errorsOf('{ remote: [{ kind: splunk, url: https://s }] }')).toEqual([
    expect.stringMatching(/^logging\.remote\[0\]\.kind: /),
  ])
  const plain = await errorsOf(`{ remote: [{ ${otlp}, headers: { authorization: hunter2 } }] }`)
  expect(plain).toEqual([
    expect.stringMatching(/^logging\.remote\[0\]\.headers\.authorization: a secret never stands/),
  ])
  const labels = Array.from({ length: 9 }, (_, n) => `l${n}: x`).join(', ')
  expect(await errorsOf(`{ remote: [{ ${otlp}, labels: { ${labels} } }] }`)).toEqual([
    'logging.remote[0].labels: at most 8 labels',
  ])
})
