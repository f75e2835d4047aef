import { expect, test } from 'vitest'
import { checkConfig } from './check-config.ts'

const rest = `energyweb: 1
assets: [{ name: roof, role: producer, capacity: 1 kW, every: 1m, channel: export, source: { kind: simulator, profile: solar, peak: 1 kW } }]
`

async function check(metrics: string) {
  const { errors, warnings } = await checkConfig('energyweb.yml', {
    text: `${rest}metrics: ${metrics}\n`,
    environment: { TOKEN: 'x' },
  })
  return {
    errors: errors.map(({ path, message }) => `${path}: ${message}`),
    warnings: warnings.map(({ path, message }) => `${path}: ${message}`),
  }
}

test.each(['{}', '{ listen: "[::1]:9464" }', '{ listen: "127.0.0.2:0", assets: numbers }'])(
  '%s is good',
  async metrics => {
    expect(await check(metrics)).toEqual({ errors: [], warnings: [] })
  },
)

test('beyond this machine a token is needed, and said to travel in plain text', async () => {
  expect((await check('{ listen: "0.0.0.0:9464" }')).errors).toEqual([
    expect.stringMatching(/^metrics.listen: is beyond this machine/),
  ])
  expect(await check('{ listen: "0.0.0.0:9464", token: { env: TOKEN } }')).toEqual({
    errors: [],
    warnings: [expect.stringMatching(/^metrics.listen: the token travels in plain text/)],
  })
})

test('metrics leave over TLS, or plainly to the own network, and then without headers', async () => {
  const otlp = (rest: string) => check(`{ otlp: { ${rest} } }`)
  expect(
    (await otlp('url: "https://otlp.example.org", headers: { authorization: { env: TOKEN } }')).errors,
  ).toEqual([])
  expect((await otlp('url: "http://10.0.0.2:4318"')).errors).toEqual([
    expect.stringMatching(/^metrics.otlp.url: plain HTTP/),
  ])
  expect((await otlp('url: "http://127.0.0.1:4318", headers: { a: { env: TOKEN } }')).errors).toEqual([])
  const lan = 'url: "http://10.0.0.2:4318", tls: { allow: lan-http, reason: same rack }'
  expect((await otlp(lan)).errors).toEqual([])
  expect((await otlp(`${lan}, headers: { authorization: { env: TOKEN } }`)).errors).toEqual([
    expect.stringMatching(/^metrics.otlp.headers: would travel in plain text/),
  ])
})

test('a secret stands as a reference, and one that is missing is told', async () => {
  expect((await check('{ listen: "0.0.0.0:1", token: plain }')).errors).toEqual([
    expect.stringMatching(/^metrics.token: .*never stands in a configuration/),
  ])
  const { warnings } = await check('{ otlp: { url: "https://x.example", headers: { a: { env: MISSING } } } }')
  expect(warnings).toEqual([expect.stringMatching(/^metrics.otlp.headers.a: .*MISSING is not set/)])
})
