import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import type { SpooledLine } from '../../src/logging/remote/line.ts'
import { openSyslog } from '../../src/logging/remote/syslog.ts'
import { makeCertificates } from './rsyslog.ts'
import { Opened, sender, until } from './support.ts'
import { missingSyslogNg, SyslogNg } from './syslog-ng.ts'

const missing = missingSyslogNg()
if (missing !== undefined) console.warn(`!!! Syslog over TLS meets one real receiver less: ${missing}`)

const opened = new Opened()
afterEach(() => opened.close())

const signal = new AbortController().signal

async function syslogNg() {
  const folder = opened.folder()
  const certificates = makeCertificates(folder)
  const server = await SyslogNg.start(folder)
  opened.add(() => server.down('SIGKILL'))
  const { ca, certificate, key, stranger } = certificates
  const own = { ca, certificate, key: readFileSync(key, 'utf8') }
  const strange = { ca, certificate: stranger.certificate, key: readFileSync(stranger.key, 'utf8') }
  const { port } = server
  const destination = { name: 'd', kind: 'syslog', level: 'debug', host: '127.0.0.1', port } as const
  const open = (tls: typeof own | { ca: string }) => {
    const sink = openSyslog({ ...destination, labels: { site: 'roof' }, facility: 16, tls }, { sender })
    opened.add(() => sink.close())
    return sink
  }
  return { server, open, own, strange, ca }
}

const line = (sequence: number, message: string, fields: object = {}): SpooledLine => ({
  sequence,
  id: `spool-${sequence}`,
  at: Date.UTC(2024, 4, 1, 8, 0, 0, 123),
  severity: 'warn',
  message,
  fields: JSON.stringify(fields),
})

describe.skipIf(missing !== undefined)('syslog-ng, with certificates of both sides', () => {
  test('understands every part of a message', async () => {
    const { server, open, own } = await syslogNg()
    const lines = [
      line(1, 'Grüße, "quoted" ✓', { asset: 'roof', error: { code: 'log-io', path: 'a]b"c\\d' } }),
      line(2, 'two\nlines\u0007', {}),
      line(3, 'x'.repeat(20_000), { more: 'y'.repeat(5_000) }),
      line(4, 'last'),
    ]
    expect(await open(own).send(lines, { signal })).toMatchObject({ outcome: 'taken' })
    await until(() => server.records.length === 4, 'all four')
    const [first, second, third, last] = server.records
    expect(first).toMatchObject({
      msg: expect.stringMatching(/^\uFEFF?Grüße, "quoted" ✓$/),
      host: 'box',
      app: 'energyweb',
      pid: '42',
      facility: 'local0',
      severity: 'warning',
    })
    expect(Date.parse(first?.at ?? '')).toBe(Date.UTC(2024, 4, 1, 8, 0, 0, 123))
    // It keeps names with a dot as a tree, and writes each branch as an element of its own.
    expect(first?.data).toBe(
      '[meta sequenceId="1"][energyweb@32473 id="spool-1" site="roof" asset="roof"][energyweb@32473.error code="log-io" path="a\\]b\\"c\\\\d"]',
    )
    expect(second?.msg).toMatch(/two\\nlines\\u0007$/)
    expect(third?.msg.length).toBeGreaterThan(7_000)
    expect(last?.msg).toMatch(/last$/)
  })

  test('refuses a stranger, and whoever shows nothing: nothing counts as sent', async () => {
    const { server, open, strange, ca } = await syslogNg()
    for (const tls of [{ ca }, strange]) {
      const delivery = await open(tls).send([line(1, 'secretly')], { signal })
      expect(['later', 'stands']).toContain(delivery.outcome)
    }
    expect(server.records).toEqual([])
  })
})
