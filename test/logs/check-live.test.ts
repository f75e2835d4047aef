import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { tryRemoteLogs } from '../../src/cli/live/remote-log-trial.ts'
import { checkConfig } from '../../src/config/check-config.ts'
import { systemClock } from '../../src/core/clock.ts'
import { fakeElasticsearch, fakeLoki } from './fake-sinks.ts'
import { authority } from './http-sink.ts'
import { Opened } from './support.ts'

const opened = new Opened()
afterEach(() => opened.close())

async function trialsOf(remote: string) {
  const environment = { TOKEN: 'tok-123456' }
  const text = `energyweb: 1
logging: { remote: [${remote}] }
assets:
  - { name: roof, role: consumer, channel: import, capacity: 10 kW, every: 1m, source: { kind: simulator, profile: load, peak: 1 kW } }
`
  const { config, errors } = await checkConfig(join(opened.folder(), 'energyweb.yml'), { text, environment })
  if (config === undefined) throw new Error(errors.map(({ message }) => message).join('\n'))
  return tryRemoteLogs(config, { env: environment, hide: () => undefined, clock: systemClock })
}

describe('check --live sends one test message', () => {
  test('and says what came back, place by place', async () => {
    const [loki, elasticsearch] = [fakeLoki(), fakeElasticsearch()]
    for (const { http } of [loki, elasticsearch]) {
      await http.up()
      opened.add(() => http.down())
    }
    elasticsearch.http.failNext({ status: 401, body: '{"error":"who are you"}' })
    const tls = `tls: { ca: ${authority} }`
    const trials = await trialsOf(
      [
        `{ kind: loki, name: good, url: '${loki.http.url}', ${tls}, auth: { token: { env: TOKEN } } }`,
        `{ kind: elasticsearch, name: closed, url: '${elasticsearch.http.url}', ${tls}, index: logs }`,
        `{ kind: loki, name: strange, url: '${loki.http.url}' }`,
        `{ kind: loki, name: penniless, url: '${loki.http.url}', ${tls}, auth: { token: { env: NOT_SET } } }`,
      ].join(', '),
    )
    expect(
      trials.map(({ subject, said, trouble }) => [subject, said || `${trouble?.code}: ${trouble?.message}`]),
    ).toEqual([
      ['good', 'took a test message (HTTP 204)'],
      ['closed', expect.stringMatching(/^source-failed: took no test message: HTTP 401: .*who are you/)],
      ['strange', expect.stringMatching(/^source-failed: took no test message: .*authority/)],
      ['penniless', expect.stringMatching(/^secret-unavailable: .*NOT_SET is not set/)],
    ])
    expect(loki.arrived.map(({ message }) => message)).toEqual(['a test message of energyweb check --live'])
    expect(loki.http.received[0]?.toString()).toMatch(/authorization\nBearer tok-123456/i)
  })
})
