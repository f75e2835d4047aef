import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reading, start } from '../../test/storage/support.ts'
import type { CarbonPoint, CarbonSummary, CarbonVerdict, WaitingCarbonStep } from '../core/carbon-log.ts'
import { carbonOf } from '../core/carbon-pricing.ts'
import type { Reading } from '../core/reading.ts'
import type { RegisterLimits, Resolution } from '../core/register.ts'
import { checkLog } from './check-log.ts'
import type { Operation } from './operations.ts'
import type { Answer } from './protocol.ts'
import { StoreThread } from './store-thread.ts'

/** 10 kW: a step of more than 200 Wh a minute is held. */
const limits: RegisterLimits = { capacity: 10_000_000n, resolution: 0n, opening: 'meter' }
const wattHour = 3_600_000n

type Step =
  | {
      readonly do: 'read'
      readonly minute: number
      readonly value: number
      readonly fault: string
      readonly burst: number
    }
  | { readonly do: 'resolve'; readonly kind: Resolution['kind']; readonly amount: number }
  | { readonly do: 'restart' }
  | { readonly do: 'carbon'; readonly count: number; readonly factors: readonly (bigint | undefined)[] }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('read' as const),
      minute: fc.integer({ min: 0, max: 12 }),
      value: fc.integer({ min: 0, max: 900 }),
      fault: fc.constantFrom('none', 'none', 'none', 'serial', 'clock', 'fraction', 'same', 'fall', 'rise'),
      burst: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('resolve' as const),
      kind: fc.constantFrom('release', 'write-off', 'reset', 'rollover', 'swap'),
      amount: fc.integer({ min: 0, max: 2_000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('carbon' as const),
      count: fc.integer({ min: 1, max: 4 }),
      factors: fc.array(fc.option(fc.bigInt({ min: 0n, max: 10n ** 21n }), { nil: undefined }), {
        minLength: 4,
        maxLength: 4,
      }),
    }),
  },
)

function readingsOf(
  step: Extract<Step, { do: 'read' }>,
  kind: 'counter' | 'interval',
  now: number,
): Reading[] {
  return Array.from({ length: step.burst }, (_, i) => {
    const minute = Math.max(0, now - 6 + step.minute + i)
    const steady = BigInt(minute * 100)
    const change =
      step.fault === 'fall' ? -BigInt(step.value) : step.fault === 'rise' ? BigInt(step.value * 50) : 0n
    const energy = kind === 'counter' ? (steady + change) * wattHour : BigInt(step.value % 150) * wattHour
    const measuredAt = start + minute * 60_000 + (step.fault === 'clock' ? 3_600_000 : 0)
    return reading(minute, {
      kind,
      energy: step.fault === 'rise' && kind === 'interval' ? energy * 50n : energy,
      fraction: step.fault === 'fraction' ? '25' : '',
      measuredAt,
      receivedAt: start + minute * 60_000 + 100,
      device: { serial: step.fault === 'serial' ? `S-${step.value % 3}` : 'S-1' },
      ...(kind === 'interval' && { from: measuredAt - (step.value % 3 === 0 ? 90_000 : 60_000) }),
    })
  })
}

function resolutionOf({ kind, amount }: Extract<Step, { do: 'resolve' }>): Resolution {
  const who = { by: 'operator', reason: 'test' }
  const energy = BigInt(amount) * wattHour
  switch (kind) {
    case 'reset':
      return { ...who, kind, initial: energy / 10n }
    case 'rollover':
      return { ...who, kind, modulus: energy * 10n }
    case 'swap':
      return { ...who, kind, final: energy, initial: energy / 10n }
    case 'write-off':
      return { ...who, kind, readings: (amount % 3) + 1 }
    default:
      return { ...who, kind }
  }
}

function verdictsOf(
  steps: readonly WaitingCarbonStep[],
  { count, factors }: Extract<Step, { do: 'carbon' }>,
): CarbonVerdict[] {
  return steps.slice(0, count).map(({ sequence }, i) => {
    const factor = factors[i]
    if (factor === undefined) return { sequence, missing: { reason: `none ${i % 2}`, detail: 'test' } }
    const raw = { bytes: new TextEncoder().encode(`${factor}`), mediaType: 'text/plain' }
    const quote = { factor, scope: undefined, estimated: i === 0, raw, provenance: 'test' }
    return { sequence, quote: { ...quote, basis: 'average' } }
  })
}

/** A store in this thread, with what it answers. */
async function openStore(folder: string) {
  let answers: readonly Answer[] = []
  const thread = await StoreThread.open(folder, message => {
    expect(message.type).toBe('answers')
    if (message.type === 'answers') answers = message.answers
  })
  return {
    close: () => thread.close(),
    ask: (operation: Operation): Answer => {
      thread.take([{ id: 0, operation, random: undefined }])
      return answers[0]!
    },
  }
}

function answered<Value>(answer: Answer): Value {
  if ('error' in answer) throw new Error(answer.error.message)
  // What the operation answers; the tests say which.
  return answer.value as Value
}

const entryOf = (answer: Answer) => ('value' in answer ? answer.value : answer.error)

test('whatever meters and operators do, a new start remembers the same, and the check agrees with every row', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('counter' as const, 'interval' as const),
      fc.array(step, { minLength: 5, maxLength: 60 }),
      async (kind, steps) => {
        const folder = mkdtempSync(join(tmpdir(), 'energyweb-property-'))
        let store = await openStore(folder)
        try {
          store.ask({ name: 'openStream', input: { name: 'roof', commitment: 'document' } })
          const carbon = { asset: 'roof', basis: 'average', source: 'test' } as const
          answered(store.ask({ name: 'openCarbon', input: { ...carbon, at: start } }))
          let now = 0
          for (const next of steps) {
            now += 1
            const before = entryOf(store.ask({ name: 'register', input: { stream: 'roof' } }))
            if (next.do === 'restart') {
              store.close()
              store = await openStore(folder)
              expect(entryOf(store.ask({ name: 'register', input: { stream: 'roof' } }))).toEqual(before)
            } else if (next.do === 'carbon') {
              for (const state of ['missing', 'waiting'] as const) {
                const query = { asset: 'roof', query: { state, limit: 10 } }
                const steps = answered<readonly WaitingCarbonStep[]>(
                  store.ask({ name: 'carbonSteps', input: query }),
                )
                const carbon = answered<CarbonSummary>(
                  store.ask({ name: 'carbon', input: { asset: 'roof' } }),
                )
                const verdicts = verdictsOf(steps, next)
                const input = { asset: 'roof', verdicts, at: start + now }
                const priced = answered<CarbonSummary>(store.ask({ name: 'priceCarbon', input }))
                const added = verdicts.reduce(
                  (sum, { quote }, i) => sum + carbonOf(steps[i]?.energy ?? 0n, quote?.factor ?? 0n),
                  0n,
                )
                expect(priced.total).toBe(carbon.total + added)
                // Said again, everything is settled already, and a missing factor is still missing.
                expect(answered(store.ask({ name: 'priceCarbon', input }))).toEqual(priced)
                const sequences = [priced.cursor]
                const at = store.ask({ name: 'carbonAt', input: { asset: 'roof', sequences } })
                expect(answered<CarbonPoint[]>(at)[0]).toMatchObject({ total: priced.total, settled: true })
              }
            } else if (next.do === 'read') {
              const input = { stream: 'roof', readings: readingsOf(next, kind, now), limits, at: start + now }
              const first = store.ask({ name: 'record', input })
              const again = store.ask({ name: 'record', input })
              // Said again, it is known, unless the law refused it; two values for one key in one call revise each other.
              if (
                'value' in first &&
                'value' in again &&
                new Set(input.readings.map(r => r.measuredAt)).size === input.readings.length
              ) {
                expect(again.value).toMatchObject({ appended: [] })
              }
            } else {
              const answer = store.ask({
                name: 'resolve',
                input: { stream: 'roof', resolution: resolutionOf(next), limits, at: start + now },
              })
              if ('error' in answer) {
                expect(answer.error.code).toBe('resolution-refused')
                expect(entryOf(store.ask({ name: 'register', input: { stream: 'roof' } }))).toEqual(before)
              }
            }
          }
          store.close()
          expect((await checkLog({ folder })).firstBad).toBeUndefined()
          store = await openStore(folder)
        } finally {
          store.close()
          rmSync(folder, { recursive: true, force: true })
        }
      },
    ),
    { numRuns: 60 },
  )
})
