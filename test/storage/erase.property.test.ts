import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isEnergywebError } from '../../src/core/errors.ts'
import { checkLog, openLog } from '../../src/storage/index.ts'
import { limits, reading, start, temporaryFolder } from './support.ts'

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('read' as const),
      at: fc.integer({ min: 1, max: 60 }),
      energy: fc.integer({ min: 0, max: 90 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('resolve' as const),
      kind: fc.constantFrom('release' as const, 'write-off' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('before' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('range' as const), first: fc.nat(30), length: fc.nat(12) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('restart' as const) }) },
)

/** What the law or the erasure refuses changes nothing; everything else is a defect. */
async function allowRefusal(deed: () => Promise<unknown>): Promise<void> {
  try {
    await deed()
  } catch (error) {
    const isRefusal = ['erasure-refused', 'resolution-refused', 'argument-invalid'].some(
      code => isEnergywebError(error) && error.code === code,
    )
    if (!isRefusal) throw error
  }
}

// Intervals and counters; readings that come twice, revised, late, falling; decisions; erasures of all sorts between them.
test.each(['counter', 'interval'] as const)(
  'whatever is erased, the check agrees with every row, and the total never falls (%s)',
  { timeout: 120_000 },
  async kind => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async steps => {
        const folder = temporaryFolder()
        let now = start
        const clock = { now: () => now, monotonic: () => now, after: () => () => undefined }
        let log = await openLog({ folder, clock })
        try {
          await log.openStream({ name: 'roof', commitment: 'document' })
          const decision = { by: 'op', reason: 'test' }
          let total = 0n
          for (const one of steps) {
            now += 1_000
            if (one.type === 'read') {
              const energy = BigInt(one.energy) * 3_600_000n
              const times = kind === 'interval' ? { kind, from: start + (one.at - 1) * 60_000 } : {}
              await log.record(
                'roof',
                [reading(one.at, { energy, receivedAt: start + 7_200_000, ...times })],
                {
                  ...limits,
                  capacity: 3_600_000_000n,
                },
              )
            } else if (one.type === 'resolve') {
              await allowRefusal(() => log.resolve('roof', { kind: one.kind, ...decision }, limits))
            } else if (one.type === 'before') {
              const range = { before: now }
              await allowRefusal(() => log.erase({ streams: ['roof'], range, ...decision }))
            } else if (one.type === 'range') {
              const range = { first: one.first, last: one.first + one.length }
              await allowRefusal(() => log.erase({ streams: ['roof'], range, ...decision }))
            } else {
              await log.close()
              log = await openLog({ folder, clock })
            }
            const register = await log.register('roof')
            expect(register.total).toBeGreaterThanOrEqual(total)
            total = register.total
          }
          expect((await checkLog({ folder })).firstBad).toBeUndefined()
        } finally {
          await log.close()
        }
      }),
      { numRuns: 12 },
    )
  },
)
