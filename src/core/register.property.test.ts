import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { minute, Stream, start, wattHour } from '../../test/support/register-stream.ts'
import { isEnergywebError } from './errors.ts'
import { heldEnergy, type RegisterState } from './register.ts'

/*
 * The laws, for any sequence of readings with faults and any commands of an operator. The model keeps its own books,
 * from the outcomes alone.
 */

const serials = fc.constantFrom(undefined, 'A', 'A', 'A', 'B')

const counterStep = fc.record({
  kind: fc.constant('counter' as const),
  minutes: fc.constantFrom(-30, -15, 0, 15, 15, 15, 15, 60, 90),
  energy: fc.oneof(
    fc.record({ add: fc.constantFrom(0, 1, 3, 10, 40) }),
    fc.record({ set: fc.constantFrom(-1, 0, 5, 1_000_000, 2 ** 40) }),
  ),
  serial: serials,
  ahead: fc.constantFrom(0, 0, 0, 0, 4, 6, 600),
})

const intervalStep = fc.record({
  kind: fc.constant('interval' as const),
  from: fc.nat({ max: 40 }),
  length: fc.constantFrom(1, 1, 1, 2, 3),
  energy: fc.bigInt({ min: -5n, max: 400n * wattHour }),
  fraction: fc.constantFrom('', '', '5', '25', '999'),
  serial: serials,
  ahead: fc.constantFrom(0, 0, 0, 0, 600),
})

const command = fc.oneof(
  fc.record({ kind: fc.constant('release' as const) }),
  fc.record({ kind: fc.constant('write-off' as const), readings: fc.constantFrom(1, 1, 2) }),
  fc.record({ kind: fc.constant('reset' as const), initial: fc.constantFrom(0n, 3n * wattHour) }),
  fc.record({
    kind: fc.constant('rollover' as const),
    modulus: fc.constantFrom(1_000n * wattHour, 10n ** 20n),
  }),
  fc.record({
    kind: fc.constant('swap' as const),
    final: fc.constantFrom(0n, 500n * wattHour, 10n ** 19n),
    initial: fc.constantFrom(0n, 3n * wattHour),
  }),
)

const limits = fc.record({
  capacity: fc.constantFrom(undefined, 200_000n, 200_000_000n),
  opening: fc.constantFrom('zero' as const, 7n * wattHour),
})

const counterLimits = fc.record({
  capacity: fc.constantFrom(undefined, 200_000n, 200_000_000n),
  opening: fc.constantFrom('zero' as const, 'meter' as const, 7n * wattHour),
})

function newStream({
  capacity,
  opening,
}: {
  capacity: bigint | undefined
  opening: 'zero' | 'meter' | bigint
}) {
  return new Stream({ opening, ...(capacity === undefined ? {} : { capacity }) })
}

/** Runs a step, checks what must hold around it, and tells whether it was refused by the law. */
function watched(stream: Stream, step: () => void): void {
  const before: RegisterState = stream.state
  const entries = stream.drafts.length
  try {
    step()
  } catch (error) {
    if (!isEnergywebError(error, 'resolution-refused')) throw error
    expect(stream.state).toBe(before)
    return
  }
  expect(stream.state.total).toBeGreaterThanOrEqual(before.total)
  expect(stream.state.debit).toBeGreaterThanOrEqual(0n)
  for (const held of stream.state.held) expect(held.amount).toBeGreaterThanOrEqual(0n)
  keepsIntervalsApart(before, stream)
  conserves(before, stream, entries)
}

/** Held energy leaves only by an entry that says so: what was held = what is held + released + written off. */
function conserves(before: RegisterState, stream: Stream, entries: number): void {
  for (const { kind, document } of stream.drafts.slice(entries)) {
    if (!['release', 'write-off', 'reset', 'rollover', 'swap'].includes(kind)) continue
    const { released, writtenOff } = document as unknown as { released: bigint; writtenOff: bigint }
    expect(released).toBeGreaterThanOrEqual(0n)
    expect(writtenOff).toBeGreaterThanOrEqual(0n)
    expect(heldEnergy(before)).toBe(heldEnergy(stream.state) + released + writtenOff)
  }
}

/** What an interval holds depends on no other: whatever happens around it, its amount stays until it goes itself. */
function keepsIntervalsApart(before: RegisterState, stream: Stream): void {
  for (const { sequence, from, amount } of stream.state.held) {
    const earlier = before.held.find(held => held.sequence === sequence)
    if (from !== null && earlier !== undefined) expect(amount).toBe(earlier.amount)
  }
}

describe('for any sequence of counter readings with faults', () => {
  it('the register never falls, counts each step once, conserves what is held, and replays to the same state', () => {
    fc.assert(
      fc.property(
        counterLimits,
        fc.array(fc.oneof({ weight: 5, arbitrary: counterStep }, { weight: 1, arbitrary: command }), {
          maxLength: 40,
        }),
        (limit, steps) => {
          const stream = newStream(limit)
          let at = 0
          let counter = 1_000
          for (const step of steps) {
            if (step.kind !== 'counter') {
              watched(stream, () => stream.resolve(step))
              continue
            }
            at += step.minutes
            counter = 'add' in step.energy ? counter + step.energy.add : step.energy.set
            const receivedAt = start + at * minute - step.ahead * minute
            watched(stream, () => {
              stream.read({
                wh: counter,
                minute: at,
                receivedAt,
                ...(step.serial && { serial: step.serial }),
              })
            })
            if ('set' in step.energy && step.energy.set > 1_000_000) counter = 1_000
          }
          telescopes(stream)
          expect(stream.replayed()).toEqual(stream.state)
        },
      ),
      { numRuns: 1_500 },
    )
  })
})

/**
 * Between two resolutions the total moves exactly as far as the counted counter does: total - debit is the opening plus
 * the counter's way from its first value, plus what the operator declared instead of the counter's own steps.
 */
function telescopes(stream: Stream): void {
  let opening = 0n
  let declaredInstead = 0n
  let base: bigint | undefined
  let last = 0n
  let state: RegisterState | undefined
  stream.drafts.reduce((_, draft, at) => {
    const after = stream.replayed(at + 1)
    if (draft.kind === 'opening') opening = draft.document.total ?? 0n
    const counted = after.last
    if (counted !== undefined) {
      if (base === undefined) base = counted.energy
      else if (draft.kind === 'revision' && state?.before === undefined) base += counted.energy - last
      else if (['reset', 'rollover', 'swap'].includes(draft.kind)) {
        const head = state?.held.find(held => !held.superseded)
        const { declared } = draft.document as unknown as { declared: bigint }
        declaredInstead += declared - ((head?.energy ?? 0n) - last)
      }
      last = counted.energy
    }
    state = after
    return 0
  }, 0)
  if (base === undefined) return
  expect(stream.state.total - stream.state.debit).toBe(opening + last - base + declaredInstead)
}

describe('for any sequence of intervals with faults', () => {
  it('the register never falls, counts no moment twice, conserves what is held, and replays to the same state', () => {
    fc.assert(
      fc.property(
        limits,
        fc.array(fc.oneof({ weight: 5, arbitrary: intervalStep }, { weight: 1, arbitrary: command }), {
          maxLength: 40,
        }),
        (limit, steps) => {
          const stream = newStream(limit)
          for (const step of steps) {
            if (step.kind !== 'interval') {
              watched(stream, () => stream.resolve(step))
              continue
            }
            const { energy, fraction, serial } = step
            const until = (step.from + step.length) * 15
            watched(stream, () => {
              stream.read({
                energy,
                fraction,
                fromMinute: step.from * 15,
                minute: until,
                receivedAt: start + (until - step.ahead) * minute,
                ...(serial && { serial }),
              })
            })
          }
          sumsUp(stream)
          expect(stream.replayed()).toEqual(stream.state)
        },
      ),
      { numRuns: 1_500 },
    )
  })
})

/** total - debit + fraction is the opening plus the newest counted value of every counted key; counted keys are disjoint. */
function sumsUp(stream: Stream): void {
  const opening = stream.drafts.find(draft => draft.kind === 'opening')
  if (opening?.kind !== 'opening') return
  const scale = 10n ** 6n
  const exact = (energy: bigint, fraction: string) => energy * scale + BigInt(fraction.padEnd(6, '0'))
  let sum = (opening.document.total ?? 0n) * scale
  let minutes = 0
  for (const [key, counted] of stream.counted) {
    const [to, from] = key.split('/').map(Number)
    minutes += (to! - from!) / minute
    sum += exact(counted.energy, counted.fraction)
  }
  const covered = stream.state.covered.reduce((length, range) => length + (range.to - range.from) / minute, 0)
  expect(covered).toBe(minutes)
  expect(exact(stream.state.total - stream.state.debit, stream.state.fraction)).toBe(sum)
}
