import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import type { Destination } from '../../src/logging/index.ts'
import type { SpooledLine } from '../../src/logging/remote/line.ts'
import { openSyslog } from '../../src/logging/remote/syslog.ts'
import { makeCertificates, missingRsyslog, Rsyslog } from './rsyslog.ts'
import { Opened, sender, until } from './support.ts'

const missing = missingRsyslog()
if (missing !== undefined) console.warn(`!!! Syslog over TLS meets no real receiver: ${missing}`)

const opened = new Opened()
afterEach(() => opened.close())

const signal = new AbortController().signal

async function rsyslog() {
  const folder = opened.folder()
  const certificates = makeCertificates(folder)
  const server = await Rsyslog.prepare(folder)
  await server.up()
  opened.add(() => server.down('SIGKILL'))
  const { ca, certificate, key } = certificates
  const destination = (
    tls: Destination['tls'] = { ca, certificate, key: readFileSync(key, 'utf8') },
  ): Extract<Destination, { kind: 'syslog' }> => ({
    name: 'syslog',
    kind: 'syslog',
    level: 'debug',
    labels: { site: 'roof' },
    host: '127.0.0.1',
    port: server.port,
    facility: 16,
    tls,
  })
  return { server, destination, certificates }
}

const line = (sequence: number, message: string, fields: object = {}): SpooledLine => ({
  sequence,
  id: `spool-${sequence}`,
  at: Date.UTC(2024, 4, 1, 8, 0, 0, 123),
  severity: 'warn',
  message,
  fields: JSON.stringify(fields),
})

describe.skipIf(missing !== undefined)('rsyslog, with certificates of both sides', () => {
  test('understands every part of a message', async () => {
    const { server, destination } = await rsyslog()
    const sink = openSyslog(destination(), { sender })
    opened.add(() => sink.close())
    const lines = [
      line(1, 'Grüße, "quoted" ✓', { asset: 'roof', error: { code: 'log-io', path: 'a]b"c\\d' } }),
      line(2, 'two\nlines\u0007', {}),
      line(3, 'x'.repeat(20_000), { more: 'y'.repeat(5_000) }),
      line(4, 'last'),
    ]
    expect(await sink.send(lines, { signal })).toMatchObject({ outcome: 'taken' })
    await until(() => server.records.length === 4, 'all four')
    const [first, second, third] = server.records
    expect(first).toMatchObject({
      msg: expect.stringMatching(/^\uFEFF?Grüße, "quoted" ✓$/),
      host: 'box',
      app: 'energyweb',
      pid: '42',
      facility: 'local0',
      severity: 'warning',
      at: '2024-05-01T08:00:00.123Z',
    })
    expect(first?.data).toBe(
      '[meta sequenceId="1"][energyweb@32473 id="spool-1" site="roof" asset="roof" error.code="log-io" error.path="a\\]b\\"c\\\\d"]',
    )
    expect(second?.msg).toMatch(/two\\nlines\\u0007$/)
    expect(third?.msg.length).toBeGreaterThan(7_000)
  })

  test('refuses a stranger, and whoever shows nothing: nothing counts as sent', async () => {
    const { server, destination, certificates } = await rsyslog()
    const { ca, stranger } = certificates
    const strange = { ca, certificate: stranger.certificate, key: readFileSync(stranger.key, 'utf8') }
    for (const tls of [{ ca }, strange]) {
      const sink = openSyslog(destination(tls), { sender })
      opened.add(() => sink.close())
      const delivery = await sink.send([line(1, 'secretly')], { signal })
      expect(['later', 'stands']).toContain(delivery.outcome)
    }
    expect(server.records).toEqual([])
  })

  test('a receiver of a stranger gets nothing', async () => {
    const { server, destination } = await rsyslog()
    const sink = openSyslog(destination('required'), { sender })
    opened.add(() => sink.close())
    expect(await sink.send([line(1, 'no')], { signal })).toMatchObject({
      outcome: 'stands',
      why: expect.stringMatching(/authority|certificate/),
    })
    expect(server.records).toEqual([])
  })

  test('stopped, killed and started again, it has everything, in order', async () => {
    const { server, destination } = await rsyslog()
    const { log } = opened.remoteLog(opened.folder(), [destination()])
    let written = 0
    const write = (count: number) => {
      for (let n = 0; n < count; n++) log.write('info', { message: `message ${written++}`, fields: {} })
    }
    const had = () => new Set(server.records.map(({ msg }) => msg.replace('\uFEFF', ''))).size
    write(300)
    await until(() => had() === 300, 'the first')
    for (const how of ['SIGTERM', 'SIGKILL'] as const) {
      await server.down(how)
      write(300)
      await until(() => log.status.destinations[0]?.trouble !== undefined, 'the trouble')
      await server.up()
      await until(() => had() === written, `all after ${how}`)
    }
    const order = server.records.map(({ msg }) => Number(msg.replace('\uFEFF', '').split(' ')[1]))
    const fresh = order.filter((n, at) => order.indexOf(n) === at)
    expect(fresh).toEqual(Array.from({ length: written }, (_, n) => n))
  }, 60_000)
})
