import { describe, expect, it } from 'vitest'
import { minute, Stream, start, wattHour } from '../../test/support/register-stream.ts'
import { isEnergywebError } from './errors.ts'
import { emptyRegister, heldEnergy } from './register.ts'
import { applyEntry } from './register-apply.ts'
import type { Draft } from './register-transition.ts'

function codeOf(action: () => unknown) {
  try {
    action()
  } catch (error) {
    return isEnergywebError(error) ? error.code : error
  }
  return undefined
}

describe('the opening', () => {
  it('counts from zero by default, whatever the counter shows', () => {
    const stream = new Stream()
    expect(stream.read({ wh: 98_765, minute: 0 })).toBe('counted')
    expect(stream.kinds).toEqual(['opening', 'reading'])
    expect(stream.wh).toBe(0)
    stream.read({ wh: 98_865, minute: 15 })
    expect(stream.wh).toBe(100)
  })

  it("starts from the counter's value or a given amount when told so", () => {
    const meter = new Stream({ opening: 'meter' })
    meter.read({ wh: 500, minute: 0 })
    expect(meter.wh).toBe(500)
    const given = new Stream({ opening: 7n * wattHour })
    given.read({ wh: 500, minute: 0 })
    given.read({ wh: 501, minute: 1 })
    expect(given.wh).toBe(8)
  })

  it("refuses to open with the value of an interval as the meter's", () => {
    const stream = new Stream({ opening: 'meter' })
    expect(codeOf(() => stream.read({ wh: 5, fromMinute: 0, minute: 15 }))).toBe('register-law')
  })

  it('does not open by a reading from the future; the next good one does', () => {
    const stream = new Stream()
    expect(stream.read({ wh: 10, minute: 60, receivedAt: start })).toBe('held')
    expect(stream.kinds).toEqual(['reading', 'hold'])
    expect(stream.read({ wh: 12, minute: 1 })).toBe('counted')
    expect(stream.kinds).toEqual(['reading', 'hold', 'opening', 'reading'])
    expect(stream.resolve({ kind: 'write-off' })[0]?.kind).toBe('write-off')
    expect(stream.state.held).toEqual([])
  })
})

describe('a counter', () => {
  it('adds its steps', () => {
    const stream = new Stream()
    for (const [at, wh] of [100, 130, 130, 190].entries()) stream.read({ wh, minute: at * 15 })
    expect(stream.wh).toBe(90)
    expect(stream.replayed()).toEqual(stream.state)
  })

  it('counts one reading once, however often it comes', () => {
    const stream = new Stream()
    stream.read({ wh: 100, minute: 0 })
    stream.read({ wh: 130, minute: 15 })
    expect(stream.read({ wh: 130, minute: 15 })).toBe('duplicate')
    expect(stream.drafts).toHaveLength(3)
  })

  it('keeps a late value and lets it change nothing', () => {
    const stream = new Stream()
    stream.read({ wh: 100, minute: 0 })
    stream.read({ wh: 130, minute: 30 })
    expect(stream.read({ wh: 120, minute: 15 })).toBe('late')
    expect(stream.wh).toBe(30)
    expect(stream.replayed()).toEqual(stream.state)
  })

  it('is held when it falls, and so is what can be told from neither side', () => {
    const stream = new Stream()
    stream.read({ wh: 1000, minute: 0 })
    expect(stream.read({ wh: 5, minute: 15 })).toBe('held')
    expect(stream.read({ wh: 9, minute: 30 })).toBe('held')
    expect(stream.read({ wh: 1001, minute: 45 })).toBe('held')
    expect(stream.wh).toBe(0)
    expect(stream.kinds.filter(kind => kind === 'hold')).toHaveLength(1)
  })

  it('goes on after a blink when the capacity rules out every other explanation', () => {
    const stream = new Stream({ capacity: 10_000n })
    stream.read({ wh: 1000, minute: 0 })
    expect(stream.read({ wh: 0, minute: 15 })).toBe('held')
    expect(stream.read({ wh: 1002, minute: 30 })).toBe('counted')
    expect(stream.wh).toBe(2)
    expect(stream.state.held[0]?.superseded).toBe(true)
    expect(codeOf(() => stream.resolve({ kind: 'reset', initial: 0n }))).toBe('resolution-refused')
    stream.resolve({ kind: 'write-off' })
    expect(stream.state.held).toEqual([])
    expect(stream.replayed()).toEqual(stream.state)
  })

  it('is held above capacity x time x 1.2 and one step, and not at it', () => {
    const limits = { capacity: 10_000_000n, resolution: wattHour }
    const atLimit = new Stream(limits)
    atLimit.read({ wh: 0, minute: 0 })
    expect(atLimit.read({ wh: 3001, minute: 15 })).toBe('counted')
    const above = new Stream(limits)
    above.read({ wh: 0, minute: 0 })
    expect(above.read({ wh: 3002, minute: 15 })).toBe('held')
    expect(heldEnergy(above.state)).toBe(3002n * wattHour)
  })

  it('is held when the serial number changes or the clock is over five minutes ahead', () => {
    const stream = new Stream()
    stream.read({ wh: 1, minute: 0, serial: 'A' })
    expect(stream.read({ wh: 2, minute: 15, serial: 'B' })).toBe('held')
    const other = new Stream()
    other.read({ wh: 1, minute: 0 })
    expect(other.read({ wh: 2, minute: 5, receivedAt: start })).toBe('counted')
    expect(other.read({ wh: 3, minute: 11, receivedAt: start + 5 * minute })).toBe('held')
    expect(other.read({ wh: 4, minute: 6, receivedAt: start + 6 * minute })).toBe('counted')
    expect(other.wh).toBe(3)
  })

  it('gives its first serial number when it says one, not when it says an empty one', () => {
    const stream = new Stream()
    stream.read({ wh: 1, minute: 0, serial: '' })
    stream.read({ wh: 2, minute: 15, serial: 'A' })
    expect(stream.read({ wh: 3, minute: 30, serial: 'B' })).toBe('held')
  })

  it('is refused at a time between two milliseconds', () => {
    const stream = new Stream()
    expect(codeOf(() => stream.read({ wh: 1, minute: 0, measuredAt: start + 0.5 }))).toBe('reading-invalid')
  })

  it('goes on after a gateway had woken up in the past: the next value counts what was held for its time', () => {
    const stream = new Stream({ capacity: 10_000_000n })
    stream.read({ wh: 100, minute: 0 })
    for (const at of [15, 30, 45]) {
      expect(stream.read({ wh: 100 + at, minute: at, receivedAt: start - 1_000 * minute })).toBe('held')
    }
    expect(stream.read({ wh: 160, minute: 60 })).toBe('counted')
    expect(stream.wh).toBe(60)
    stream.resolve({ kind: 'write-off', readings: 3 })
    expect(stream.state.held).toEqual([])
    expect(stream.replayed()).toEqual(stream.state)
  })

  it('is never taken below zero', () => {
    const stream = new Stream()
    stream.read({ wh: 1, minute: 0 })
    expect(stream.read({ wh: -1, minute: 15 })).toBe('held')
    expect(codeOf(() => stream.resolve({ kind: 'reset', initial: -2n * wattHour }))).toBe(
      'resolution-refused',
    )
  })
})

describe('resolutions of a counter', () => {
  function fallen() {
    const stream = new Stream()
    stream.read({ wh: 1000, minute: 0 })
    stream.read({ wh: 1010, minute: 15 })
    stream.read({ wh: 5, minute: 30 })
    stream.read({ wh: 9, minute: 45 })
    return stream
  }

  it('reset counts from where the counter started again, and what was held behind it', () => {
    const stream = fallen()
    stream.resolve({ kind: 'reset', initial: 0n })
    expect(stream.wh).toBe(10 + 5 + 4)
    expect(stream.state.held).toEqual([])
    expect(stream.drafts.at(-1)?.document).toMatchObject({
      declared: 5n * wattHour,
      released: 4n * wattHour,
      readings: 2n,
    })
    stream.read({ wh: 10, minute: 60 })
    expect(stream.wh).toBe(20)
    expect(stream.replayed()).toEqual(stream.state)
  })

  it('rollover counts through the modulus', () => {
    const stream = fallen()
    stream.resolve({ kind: 'rollover', modulus: 1020n * wattHour })
    expect(stream.wh).toBe(10 + 15 + 4)
    expect(codeOf(() => fallen().resolve({ kind: 'rollover', modulus: 1010n * wattHour }))).toBe(
      'resolution-refused',
    )
  })

  it('swap counts the last step of the old meter and the first of the new', () => {
    const stream = new Stream()
    stream.read({ wh: 1000, minute: 0, serial: 'A' })
    stream.read({ wh: 50, minute: 15, serial: 'B' })
    stream.read({ wh: 51, minute: 30, serial: 'B' })
    stream.resolve({ kind: 'swap', final: 1002n * wattHour, initial: 40n * wattHour })
    expect(stream.wh).toBe(2 + 10 + 1)
    expect(stream.state.serial).toBe('B')
    expect(stream.read({ wh: 52, minute: 45, serial: 'B' })).toBe('counted')
    expect(stream.replayed()).toEqual(stream.state)
  })

  it('release takes a rise at face value and refuses a fall', () => {
    const stream = new Stream({ capacity: 1_000_000n })
    stream.read({ wh: 0, minute: 0 })
    stream.read({ wh: 9_000, minute: 15 })
    stream.resolve({ kind: 'release' })
    expect(stream.wh).toBe(9_000)
    expect(codeOf(() => fallen().resolve({ kind: 'release' }))).toBe('resolution-refused')
  })

  it('write-off drops a reading and judges those behind it anew', () => {
    const stream = new Stream()
    stream.read({ wh: 1000, minute: 0 })
    stream.read({ wh: 5, minute: 15 })
    stream.read({ wh: 1001, minute: 30 })
    stream.read({ wh: 1003, minute: 45 })
    stream.resolve({ kind: 'write-off' })
    expect(stream.wh).toBe(3)
    expect(stream.drafts.at(-1)?.document).toMatchObject({
      released: 3n * wattHour,
      writtenOff: 995n * wattHour,
      held: 0n,
    })
    expect(stream.replayed()).toEqual(stream.state)
  })

  it('holds anew what is still unexplained behind the resolved reading', () => {
    const stream = fallen()
    stream.read({ wh: 2, minute: 60 })
    stream.resolve({ kind: 'reset', initial: 0n })
    expect(stream.kinds.slice(-2)).toEqual(['reset', 'hold'])
    expect(stream.state.held.map(held => held.reason)).toEqual(['follows'])
    expect(stream.drafts.at(-1)?.document).toMatchObject({ reason: 'fall' })
    stream.resolve({ kind: 'reset', initial: 0n })
    expect(stream.wh).toBe(10 + 5 + 4 + 2)
  })

  it('rollover is refused for a counter that did not fall, and for another meter', () => {
    const ahead = new Stream()
    ahead.read({ wh: 1000, minute: 0 })
    ahead.read({ wh: 1005, minute: 15, receivedAt: start })
    expect(codeOf(() => ahead.resolve({ kind: 'rollover', modulus: 1_000_000n * wattHour }))).toBe(
      'resolution-refused',
    )
    const swapped = new Stream()
    swapped.read({ wh: 1000, minute: 0, serial: 'A' })
    swapped.read({ wh: 5, minute: 15, serial: 'B' })
    expect(codeOf(() => swapped.resolve({ kind: 'rollover', modulus: 1001n * wattHour }))).toBe(
      'resolution-refused',
    )
  })

  it('write-off drops as many readings as it says, and no more than there are', () => {
    for (const readings of [0, 3, 1.5]) {
      expect(codeOf(() => fallen().resolve({ kind: 'write-off', readings }))).toBe('resolution-refused')
    }
    const intervals = new Stream({ capacity: 1_000_000n })
    for (const at of [0, 15, 30]) intervals.read({ wh: 5_000, fromMinute: at, minute: at + 15 })
    intervals.read({ wh: 5, fromMinute: 45, minute: 60 })
    intervals.resolve({ kind: 'write-off', readings: 2 })
    expect(intervals.state.held).toHaveLength(1)
    expect(intervals.drafts.at(-1)?.document).toMatchObject({ dropped: 2n, writtenOff: 10_000n * wattHour })
    expect(codeOf(() => intervals.resolve({ kind: 'write-off', readings: 2 }))).toBe('resolution-refused')
    expect(intervals.replayed()).toEqual(intervals.state)
  })

  it('go as far as the serial numbers of the held chain agree, and hold the rest', () => {
    const stream = fallen()
    stream.read({ wh: 10, minute: 60, serial: 'A' })
    stream.read({ wh: 11, minute: 75, serial: 'B' })
    stream.resolve({ kind: 'reset', initial: 0n })
    expect(stream.wh).toBe(10 + 5 + 4 + 1)
    expect(stream.drafts.at(-1)?.document).toMatchObject({ reason: 'serial' })
    expect(stream.replayed()).toEqual(stream.state)
  })

  it('refuses when nothing is held, or another reading is older', () => {
    expect(codeOf(() => new Stream().resolve({ kind: 'release' }))).toBe('resolution-refused')
    const stream = fallen()
    expect(codeOf(() => stream.resolve({ kind: 'reset', initial: 0n, reading: 4 }))).toBe(
      'resolution-refused',
    )
  })
})

describe('intervals', () => {
  it('add up, carry digits below a millijoule, and fill holes late', () => {
    const stream = new Stream()
    stream.read({ energy: 1n, fraction: '6', fromMinute: 0, minute: 15 })
    stream.read({ energy: 1n, fraction: '6', fromMinute: 30, minute: 45 })
    expect(stream.state.total).toBe(3n)
    expect(stream.read({ energy: 5n, fromMinute: 15, minute: 30 })).toBe('counted')
    expect(stream.state.total).toBe(8n)
    expect(stream.state.covered).toHaveLength(1)
    expect(stream.replayed()).toEqual(stream.state)
  })

  it('are held when they overlap, and can then only be written off', () => {
    const stream = new Stream()
    stream.read({ wh: 4, fromMinute: 0, minute: 15 })
    expect(stream.read({ wh: 4, fromMinute: 10, minute: 25 })).toBe('held')
    expect(codeOf(() => stream.resolve({ kind: 'release' }))).toBe('resolution-refused')
    stream.resolve({ kind: 'write-off' })
    expect(stream.wh).toBe(4)
  })

  it('are held above capacity one by one; the others go on', () => {
    const stream = new Stream({ capacity: 1_000_000n })
    expect(stream.read({ wh: 301, fromMinute: 0, minute: 15 })).toBe('held')
    expect(stream.read({ wh: 300, fromMinute: 15, minute: 30 })).toBe('counted')
    stream.resolve({ kind: 'release' })
    expect(stream.wh).toBe(601)
    expect(stream.replayed()).toEqual(stream.state)
  })

  it('of a swapped meter are counted by the swap', () => {
    const stream = new Stream()
    stream.read({ wh: 1, fromMinute: 0, minute: 15, serial: 'A' })
    stream.read({ wh: 2, fromMinute: 15, minute: 30, serial: 'B' })
    stream.read({ wh: 4, fromMinute: 30, minute: 45, serial: 'B' })
    stream.resolve({ kind: 'swap', final: 0n, initial: 0n })
    expect(stream.wh).toBe(7)
    expect(stream.read({ wh: 8, fromMinute: 45, minute: 60, serial: 'B' })).toBe('counted')
  })

  it('held for another reason than their serial number are not resolved by a swap', () => {
    const stream = new Stream({ capacity: 1_000_000n })
    stream.read({ wh: 1, fromMinute: 0, minute: 15 })
    stream.read({ wh: 5_000, fromMinute: 15, minute: 30 })
    expect(codeOf(() => stream.resolve({ kind: 'swap', final: 0n, initial: 0n }))).toBe('resolution-refused')
  })

  it('held before the opening keep their own amounts when one of them is revised or written off', () => {
    const stream = new Stream()
    const early = { receivedAt: start - 600 * minute }
    for (const at of [0, 15, 30]) stream.read({ wh: at + 5, fromMinute: at, minute: at + 15, ...early })
    stream.read({ wh: 7, fromMinute: 0, minute: 15, ...early })
    expect(stream.state.held.map(held => held.amount / wattHour)).toEqual([7n, 20n, 35n])
    stream.resolve({ kind: 'write-off' })
    expect(stream.drafts.at(-1)?.document).toMatchObject({ writtenOff: 7n * wattHour, held: 55n * wattHour })
    expect(stream.replayed()).toEqual(stream.state)
  })

  it('with a fraction that is no digits, or written in two ways, are refused', () => {
    for (const fraction of ['x', '50', '-5']) {
      const stream = new Stream()
      expect(codeOf(() => stream.read({ wh: 1, fraction, fromMinute: 0, minute: 15 }))).toBe(
        'reading-invalid',
      )
    }
  })

  it('without length are refused', () => {
    const stream = new Stream()
    expect(codeOf(() => stream.read({ wh: 1, fromMinute: 15, minute: 15 }))).toBe('reading-invalid')
  })
})

describe('revisions', () => {
  it('that raise an interval add the difference', () => {
    const stream = new Stream()
    stream.read({ wh: 4, fromMinute: 0, minute: 15 })
    stream.read({ wh: 6, fromMinute: 0, minute: 15 })
    expect(stream.wh).toBe(6)
    expect(stream.kinds).toEqual(['opening', 'reading', 'revision'])
  })

  it('that lower an interval open a debit, which later energy pays off', () => {
    const stream = new Stream()
    stream.read({ wh: 10, fromMinute: 0, minute: 15 })
    stream.read({ wh: 4, fromMinute: 0, minute: 15 })
    expect([stream.wh, stream.state.debit]).toEqual([10, 6n * wattHour])
    stream.read({ wh: 5, fromMinute: 15, minute: 30 })
    expect([stream.wh, stream.state.debit]).toEqual([10, wattHour])
    stream.read({ wh: 5, fromMinute: 30, minute: 45 })
    expect([stream.wh, stream.state.debit]).toEqual([14, 0n])
    expect(stream.replayed()).toEqual(stream.state)
  })

  it('of the newest counter move the register; of an older one they change nothing', () => {
    const stream = new Stream()
    stream.read({ wh: 100, minute: 0 })
    stream.read({ wh: 110, minute: 15 })
    stream.read({ wh: 120, minute: 30 })
    stream.read({ wh: 118, minute: 30 })
    expect([stream.wh, stream.state.debit]).toEqual([20, 2n * wattHour])
    expect(stream.read({ wh: 105, minute: 15 })).toBe('late')
    stream.read({ wh: 125, minute: 45 })
    expect([stream.wh, stream.state.debit]).toEqual([25, 0n])
    expect(stream.replayed()).toEqual(stream.state)
  })

  it('that can not be are held (interval) or settled by the next value (counter)', () => {
    const interval = new Stream({ capacity: 1_000_000n })
    interval.read({ wh: 100, fromMinute: 0, minute: 15 })
    expect(interval.read({ wh: 900, fromMinute: 0, minute: 15 })).toBe('held')
    expect(heldEnergy(interval.state)).toBe(800n * wattHour)
    interval.resolve({ kind: 'release' })
    expect(interval.wh).toBe(900)
    const counter = new Stream()
    counter.read({ wh: 100, minute: 0 })
    counter.read({ wh: 110, minute: 15 })
    expect(counter.read({ wh: 99, minute: 15 })).toBe('late')
    expect(counter.wh).toBe(10)
  })

  it('of the first counter never make the next one count what the meter showed before', () => {
    const blink = new Stream()
    blink.read({ wh: 98_765, minute: 0 })
    expect(blink.read({ wh: 0, minute: 0 })).toBe('late')
    blink.read({ wh: 98_766, minute: 15 })
    expect(blink.wh).toBe(1)
    const raised = new Stream()
    raised.read({ wh: 100, minute: 0 })
    expect(raised.read({ wh: 110, minute: 0 })).toBe('counted')
    raised.read({ wh: 111, minute: 15 })
    expect(raised.wh).toBe(1)
  })

  it("of the first counter leave a register that opened with the meter's value at the meter's value", () => {
    for (const revised of [900, 1_100]) {
      const stream = new Stream({ opening: 'meter' })
      stream.read({ wh: 1_000, minute: 0 })
      stream.read({ wh: revised, minute: 0 })
      stream.read({ wh: 1_110, minute: 15 })
      expect(stream.wh).toBe(1_110)
    }
  })

  it('that come with another serial number are held (interval) or settled by the next value (counter)', () => {
    const counter = new Stream()
    counter.read({ wh: 4, minute: 0, serial: 'A' })
    counter.read({ wh: 5, minute: 15, serial: 'A' })
    expect(counter.read({ wh: 99, minute: 15, serial: 'B' })).toBe('late')
    expect(counter.wh).toBe(1)
    const interval = new Stream()
    interval.read({ wh: 4, fromMinute: 0, minute: 15, serial: 'A' })
    expect(interval.read({ wh: 6, fromMinute: 0, minute: 15, serial: 'B' })).toBe('held')
    interval.read({ wh: 1, fromMinute: 15, minute: 30, serial: 'B' })
    interval.resolve({ kind: 'swap', final: 0n, initial: 0n })
    expect(interval.wh).toBe(7)
    expect(interval.state.held).toEqual([])
    expect(interval.replayed()).toEqual(interval.state)
  })

  it('of a held reading change what is held', () => {
    const stream = new Stream({ capacity: 1_000_000n })
    stream.read({ wh: 0, minute: 0 })
    stream.read({ wh: 9_000, minute: 15 })
    expect(stream.read({ wh: 200, minute: 15 })).toBe('held')
    stream.resolve({ kind: 'release' })
    expect(stream.wh).toBe(200)
    expect(stream.replayed()).toEqual(stream.state)
  })
})

describe('replaying', () => {
  it('refuses a document whose figures differ from the law', () => {
    const stream = new Stream()
    stream.read({ wh: 100, minute: 0 })
    stream.read({ wh: 130, minute: 15 })
    const forged = stream.drafts.map((draft, at) =>
      at === 2 ? ({ ...draft, document: { ...draft.document, total: 31n * wattHour } } as Draft) : draft,
    )
    expect(codeOf(() => forged.reduce((s, d, i) => applyEntry(s, d, i), emptyRegister))).toBe('register-law')
  })

  it('refuses a falling counter that claims to be counted', () => {
    const stream = new Stream()
    stream.read({ wh: 100, minute: 0 })
    stream.read({ wh: 90, minute: 15 })
    const forged = stream.drafts.map(draft =>
      draft.kind === 'reading'
        ? ({ ...draft, document: { ...draft.document, status: 'counted' } } as Draft)
        : draft,
    )
    expect(codeOf(() => forged.reduce((s, d, i) => applyEntry(s, d, i), emptyRegister))).toBe('register-law')
  })
})
