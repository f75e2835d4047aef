import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CarbonDocumentOf } from './carbon-document.ts'
import { decodeCarbon, encodeCarbon } from './carbon-json.ts'
import { carbonOf } from './carbon-pricing.ts'
import {
  applyCarbon,
  type CarbonEvent,
  type CarbonState,
  carbonTotal,
  chargeCarbon,
  emptyCarbon,
  type OpenCarbonStep,
  openStepOf,
} from './carbon-register.ts'
import { isEnergywebError } from './errors.ts'
import { formatInstant } from './time.ts'

const opening: CarbonDocumentOf<'opening'> = {
  asset: 'A',
  basis: 'marginal',
  energy: 0n,
  entry: null,
  reading: -1n,
  source: 'test',
  total: 7n,
}

function reading(sequence: number, energy: bigint, factor: bigint | undefined): CarbonDocumentOf<'reading'> {
  const there = factor !== undefined
  return {
    basis: there ? 'marginal' : null,
    carbon: null,
    cid: there ? 'cid' : null,
    energy,
    entry: `leaf ${sequence}`,
    estimated: there ? false : null,
    factor: factor ?? null,
    from: formatInstant(sequence * 1_000),
    provenance: 'test',
    raw: there ? 'raw' : null,
    reading: BigInt(sequence),
    reason: there ? null : 'source-empty',
    scope: null,
    status: there ? 'counted' : 'missing',
    stream: 'A',
    to: formatInstant(sequence * 1_000 + 1_000),
    total: null,
  }
}

/** A carbon register's stream in memory. */
class CarbonStream {
  state: CarbonState = emptyCarbon
  readonly events: CarbonEvent[] = []
  readonly open = new Map<number, OpenCarbonStep>()

  push(event: CarbonEvent): number {
    const { state, figures } = chargeCarbon(this.state, event, sequence => this.open.get(sequence))
    this.state = state
    this.events.push({ ...event, document: { ...event.document, ...figures } } as CarbonEvent)
    const at = this.events.length - 1
    if (event.kind === 'reading' && event.document.status === 'missing')
      this.open.set(at, openStepOf(event.document))
    if (event.kind === 'revision') this.open.delete(Number(event.document.revises))
    return at
  }

  replayed(): CarbonState {
    const open = new Map<number, OpenCarbonStep>()
    let state = emptyCarbon
    for (const [at, event] of this.events.entries()) {
      state = applyCarbon(state, event, sequence => open.get(sequence))
      if (event.kind === 'reading' && event.document.status === 'missing')
        open.set(at, openStepOf(event.document))
      if (event.kind === 'revision') open.delete(Number(event.document.revises))
    }
    return state
  }
}

const gap: CarbonEvent = {
  kind: 'gap',
  document: { detail: null, from: null, reason: 'source-empty', to: null },
}
const energies = fc.bigInt({ min: 1n, max: 10n ** 15n })
const factors = fc.bigInt({ min: 0n, max: 2_000n * 10n ** 18n })
const command = fc.oneof(
  fc.record({ do: fc.constant('price' as const), energy: energies, factor: factors }),
  fc.record({ do: fc.constant('miss' as const), energy: energies }),
  fc.record({ do: fc.constant('fill' as const), which: fc.nat(20), factor: factors }),
  fc.record({ do: fc.constant('again' as const), which: fc.nat(20), factor: factors }),
)

test('whatever comes: the total is the sum of what was priced, never falls, and each entry is priced at most once', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 40 }), commands => {
      const stream = new CarbonStream()
      stream.push({ kind: 'opening', document: opening })
      const priced = new Map<number, bigint>()
      let next = 0
      for (const each of commands) {
        const before = carbonTotal(stream.state)
        if (each.do === 'price') {
          stream.push({ kind: 'reading', document: reading(next, each.energy, each.factor) })
          priced.set(next++, carbonOf(each.energy, each.factor))
        } else if (each.do === 'miss') {
          if (stream.state.outage === null) stream.push(gap)
          stream.push({ kind: 'reading', document: reading(next++, each.energy, undefined) })
        } else if (each.do === 'fill') {
          const [at, step] = [...stream.open][each.which % (stream.open.size || 1)] ?? []
          if (at === undefined || step === undefined) continue
          const document = {
            ...reading(step.reading, step.energy, each.factor),
            before: null,
            revises: BigInt(at),
          }
          stream.push({ kind: 'revision', document })
          priced.set(step.reading, carbonOf(step.energy, each.factor))
          expect(() => stream.push({ kind: 'revision', document })).toThrow(/not missing/)
        } else if (next > 0) {
          const again = reading(each.which % next, 1n, each.factor)
          expect(() => stream.push({ kind: 'reading', document: again })).toThrow(/second time/)
        }
        expect(carbonTotal(stream.state) >= before).toBe(true)
        expect(carbonTotal(stream.state)).toBe([...priced.values()].reduce((sum, carbon) => sum + carbon, 7n))
      }
      expect(stream.replayed()).toEqual(stream.state)
      expect(decodeCarbon(encodeCarbon(stream.state))).toEqual(stream.state)
    }),
  )
})

/** U10: the predecessor priced all energy ever counted with the factor of the moment, at each read. */
test('an interval keeps the factor of its time (U10)', () => {
  const stream = new CarbonStream()
  stream.push({ kind: 'opening', document: { ...opening, total: 0n } })
  const kilowattHour = 3_600_000_000n
  stream.push({ kind: 'reading', document: reading(0, kilowattHour, 400n * 10n ** 18n) })
  stream.push({ kind: 'reading', document: reading(1, kilowattHour, 100n * 10n ** 18n) })
  // The lifetime priced anew would be 200 g, less than was there before.
  expect(carbonTotal(stream.state)).toBe(500n * 10n ** 9n)
})

describe('the law refuses', () => {
  const counted = reading(0, 5n, 9n)
  const missing = reading(0, 5n, undefined)
  const refusals: [string, CarbonEvent[]][] = [
    ['a reading before the opening', [{ kind: 'reading', document: counted }]],
    [
      'a missing factor without its gap',
      [
        { kind: 'opening', document: opening },
        { kind: 'reading', document: missing },
      ],
    ],
    [
      'a missing factor with another reason than its gap',
      [
        { kind: 'opening', document: opening },
        gap,
        { kind: 'reading', document: { ...missing, reason: 'other' } },
      ],
    ],
    [
      'a missing factor that is there',
      [
        { kind: 'opening', document: opening },
        gap,
        { kind: 'reading', document: { ...missing, factor: 1n } },
      ],
    ],
    [
      'an average factor among marginal ones',
      [
        { kind: 'opening', document: opening },
        { kind: 'reading', document: { ...counted, basis: 'average' } },
      ],
    ],
    [
      'a factor below zero',
      [
        { kind: 'opening', document: opening },
        { kind: 'reading', document: { ...counted, factor: -1n } },
      ],
    ],
    [
      'no energy',
      [
        { kind: 'opening', document: opening },
        { kind: 'reading', document: { ...counted, energy: 0n } },
      ],
    ],
    [
      'a time without length',
      [
        { kind: 'opening', document: opening },
        { kind: 'reading', document: { ...counted, to: counted.from } },
      ],
    ],
    [
      "another asset's entry",
      [
        { kind: 'opening', document: opening },
        { kind: 'reading', document: { ...counted, stream: 'B' } },
      ],
    ],
    [
      'a second opening once something is priced',
      [
        { kind: 'opening', document: opening },
        { kind: 'reading', document: counted },
        { kind: 'opening', document: opening },
      ],
    ],
    [
      'another opening at another place',
      [
        { kind: 'opening', document: opening },
        { kind: 'opening', document: { ...opening, reading: 4n } },
      ],
    ],
    ['an opening below zero', [{ kind: 'opening', document: { ...opening, total: -1n } }]],
    [
      'a revision with another energy',
      [
        { kind: 'opening', document: opening },
        gap,
        { kind: 'reading', document: missing },
        { kind: 'revision', document: { ...counted, energy: 6n, before: null, revises: 2n } },
      ],
    ],
  ]
  test.each(refusals)('%s', (_, events) => {
    const stream = new CarbonStream()
    for (const event of events.slice(0, -1)) stream.push(event)
    const last = events.at(-1)
    try {
      if (last !== undefined) stream.push(last)
    } catch (error) {
      expect(isEnergywebError(error, 'carbon-law')).toBe(true)
      return
    }
    expect.unreachable()
  })

  test('a document whose figures differ', () => {
    const stream = new CarbonStream()
    stream.push({ kind: 'opening', document: opening })
    stream.push({ kind: 'reading', document: reading(0, 10n ** 12n, 10n ** 18n) })
    const last = stream.events.pop()
    if (last?.kind !== 'reading') return expect.unreachable()
    stream.events.push({ ...last, document: { ...last.document, total: 1n } })
    expect(() => stream.replayed()).toThrow(/the document says total 1/)
  })
})
