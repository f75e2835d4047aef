import { describe, expect, it } from 'vitest'
import { openHttpClient } from '../connections/http-client.ts'
import { silentLogger } from '../core/logger.ts'
import type { Instant } from '../core/time.ts'
import { runSourceCase, type SourceSubject, sourceCases } from '../testing/source-conformance.ts'
import { goldenFolder } from '../testing/source-conformance-golden.ts'
import { loadSource } from './catalogue.ts'
import { sourceContext } from './context.ts'

const password = 'correct-horse-battery'
const tls = { allow: 'lan-http', reason: 'test on the loopback interface' }
const limited = (total: number) => ({ connect: total, headers: total, body: total, total })

const context = (now: Instant, patience: number) =>
  sourceContext({
    clock: { now: () => now, monotonic: () => performance.now(), after: () => () => undefined },
    log: silentLogger,
    limits: limited(patience),
  })

/** The suite's server has no TLS, so log-ins may go to it without; that drivers refuse this is tested beside them. */
const plainContext = (now: Instant, patience: number) => ({
  ...context(now, patience),
  http: ({ tls }: Parameters<typeof openHttpClient>[0]) =>
    openHttpClient({ tls, plaintextCredentials: true, limits: limited(patience) }),
})

const eumel = (kind: string): SourceSubject => ({
  folder: goldenFolder(kind),
  secrets: [password],
  async open({ origin, options, now, patience }) {
    const { open } = await loadSource(kind)
    return open({ url: origin, tls, auth: { user: 'reader', password }, ...options }, context(now, patience))
  },
})

const energyApi = (folder: string, version: number, usual = {}): SourceSubject => ({
  folder: goldenFolder(folder),
  secrets: [],
  async open({ origin, options, now, patience }) {
    const { open } = await loadSource('energy-api')
    return open({ version, url: `${origin}/v${version}`, tls, ...usual, ...options }, context(now, patience))
  },
})

const subjects: Record<string, SourceSubject> = {
  'eumel-v1': eumel('eumel-v1'),
  'eumel-v2': eumel('eumel-v2'),
  'energy-api-v1': energyApi('energy-api-v1', 1),
  'energy-api-v2': energyApi('energy-api-v2', 2),
  'meter-reads': {
    folder: goldenFolder('meter-reads'),
    secrets: [],
    async open({ origin, options, now, patience }) {
      const { open } = await loadSource('meter-reads')
      return open({ url: `${origin}/api`, meter: 'roof-1', tls, ...options }, context(now, patience))
    },
  },
  'energy-api': energyApi('energy-api', 3, { asset: 12 }),
  loxone: {
    folder: goldenFolder('loxone'),
    secrets: [password, Buffer.from(`reader:${password}`).toString('base64')],
    async open({ origin, options, now, patience }) {
      const { open } = await loadSource('loxone')
      return open(
        { url: origin, tls, auth: { user: 'reader', password }, ...options },
        context(now, patience),
      )
    },
  },
  gridx: {
    folder: goldenFolder('gridx'),
    secrets: [password, 'refresh-token-of-the-test', 'signature-of-the-test', 'c2lnbmF0dXJl'],
    async open({ origin, options, now, patience }) {
      const { open } = await loadSource('gridx')
      const auth = { user: 'reader@example.org', password, clientId: 'app-of-the-test', realm: 'realm-1' }
      return open({ url: origin, login: origin, tls, auth, ...options }, plainContext(now, patience))
    },
  },
}

// What the golden cases guard, and the one-line changes that make them fail:
// (U11) reading `Number(text) * 100` for `point.text` in sunspec-meter.ts, parsing `t` without `assume: 'utc'`, or
// `totals.import` for `totals[channel]`. (U18) `measured_time` in energy-api/version-3.ts, or no `toSorted` in
// history/items.ts. (U9) `earlier` alone for `Math.max(earlier, time - interval)` in history/readings.ts, or no
// `time <= after`. (U22) `Number(value.text)` in history/items.ts.
it.each(Object.entries(subjects))('%s tells how its connection was proven', async (_, subject) => {
  const [usual] = sourceCases(subject.folder)
  const options = usual?.options ?? {}
  const source = await subject.open({ origin: 'https://meter.example', options, now: 0, patience: 500 })
  expect(source.provenBy?.()).toEqual([])
  await source.close()
})

for (const [kind, subject] of Object.entries(subjects)) {
  describe(`${kind} conforms`, () => {
    it.concurrent.each(sourceCases(subject.folder).map(one => [one.name, one] as const))(
      '%s',
      async (_, one) => {
        const { passed, detail } = await runSourceCase(one, subject)
        expect(detail).toBe('')
        expect(passed).toBe(true)
      },
    )
  })
}
