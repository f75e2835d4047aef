import { describe, expect, it } from 'vitest'
import { silentLogger } from '../core/logger.ts'
import type { Instant } from '../core/time.ts'
import { runSourceCase, type SourceSubject, sourceCases } from '../testing/source-conformance.ts'
import { goldenFolder } from '../testing/source-conformance-golden.ts'
import { loadSource } from './catalogue.ts'
import { sourceContext } from './context.ts'

const password = 'correct-horse-battery'
const tls = { allow: 'lan-http', reason: 'test on the loopback interface' }
const limits = { connect: 300, headers: 300, body: 300, total: 500 }

const context = (now: Instant) =>
  sourceContext({
    clock: { now: () => now, monotonic: () => performance.now(), after: () => () => undefined },
    log: silentLogger,
    limits,
  })

const eumel = (kind: string): SourceSubject => ({
  folder: goldenFolder(kind),
  secrets: [password],
  async open({ origin, options, now }) {
    const { open } = await loadSource(kind)
    return open({ url: origin, tls, auth: { user: 'reader', password }, ...options }, context(now))
  },
})

const subjects: Record<string, SourceSubject> = {
  'eumel-v1': eumel('eumel-v1'),
  'eumel-v2': eumel('eumel-v2'),
  'energy-api': {
    folder: goldenFolder('energy-api'),
    secrets: [],
    async open({ origin, options, now }) {
      const { open } = await loadSource('energy-api')
      return open({ version: 3, url: `${origin}/v3`, asset: 12, tls, ...options }, context(now))
    },
  },
}

// What the golden cases guard, and the one-line changes that make them fail:
// (U11) reading `Number(text) * 100` for `point.text` in sunspec-meter.ts, parsing `t` without `assume: 'utc'`, or
// `totals.import` for `totals[channel]`. (U18) `measured_time` or version 2's envelope in energy-api/energies.ts.
// (U9) `earlier` alone for `Math.max(earlier, time - interval)` in energy-api/readings.ts, or no `time <= since`.
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
