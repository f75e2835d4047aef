import { describe, expect, test } from 'vitest'
import type { EventCursorStore } from '../../core/event-cursor.ts'
import { nextChange, notOver, runningAt, type UsnBookings, type UsnRental, withRental } from './rental.ts'
import { RentalMemory } from './rental-memory.ts'

const device = '0xde'
const rental = (from: number, until: number, controller = '0xa'): UsnRental => ({ controller, from, until })
const booked = (...rentals: UsnRental[]): UsnBookings => new Map(rentals.map(one => [one.from, one]))

function store(): EventCursorStore & { kept: Map<string, string> } {
  const kept = new Map<string, string>()
  return {
    kept,
    eventCursor: async name => kept.get(name),
    keepEventCursor: async (name, cursor) => void kept.set(name, cursor),
  }
}

/** All that is told up to an instant, each handled at once. */
async function told(memory: RentalMemory, now: number, bookings: UsnBookings): Promise<string[]> {
  const list: string[] = []
  for (;;) {
    const change = memory.changeAt(now, { bookings, device })
    if (change === undefined) return list
    await memory.tell(change)
    await memory.settle(change)
    list.push(`${change.kind} ${change.rental.controller}${change.why === undefined ? '' : ` ${change.why}`}`)
  }
}

describe('bookings', () => {
  test('start with their first moment and end with their last', () => {
    const bookings = booked(rental(10, 20), rental(20, 30, '0xb'))
    const at = (now: number) => runningAt(bookings, now)?.controller
    expect([9, 10, 19, 20, 29, 30].map(at)).toEqual([undefined, '0xa', '0xa', '0xb', '0xb', undefined])
    expect([0, 10, 15, 29, 30].map(now => nextChange(bookings, now))).toEqual([10, 20, 20, 30, undefined])
    expect([...notOver(bookings, 20).values()]).toEqual([rental(20, 30, '0xb')])
  })

  test('are known by their start: an extension and a return move the end', () => {
    const bookings = withRental(booked(rental(10, 20)), rental(10, 40))
    expect([...bookings.values()]).toEqual([rental(10, 40)])
  })
})

describe('what is told of rentals', () => {
  test('is each start and each end, once, and one after the other where they touch', async () => {
    const memory = await RentalMemory.open('x', store())
    const bookings = booked(rental(10, 20), rental(20, 30, '0xb'))
    expect(await told(memory, 5, bookings)).toEqual([])
    expect(await told(memory, 10, bookings)).toEqual(['started 0xa'])
    expect(await told(memory, 15, bookings)).toEqual([])
    expect(await told(memory, 20, bookings)).toEqual(['ended 0xa over', 'started 0xb'])
    expect(await told(memory, 99, bookings)).toEqual(['ended 0xb over'])
    expect(await told(memory, 99, bookings)).toEqual([])
  })

  test('has keys that are the same whenever it is told', async () => {
    const one = (await RentalMemory.open('x', undefined)).changeAt(12, {
      bookings: booked(rental(10, 20)),
      device,
    })
    const again = (await RentalMemory.open('x', undefined)).changeAt(19, {
      bookings: booked(rental(10, 25)),
      device,
    })
    expect([one?.key, again?.key]).toEqual(['0xde/10/0xa/started', '0xde/10/0xa/started'])
  })

  test('comes again until it was handled', async () => {
    const memory = await RentalMemory.open('x', store())
    const bookings = booked(rental(10, 20))
    expect(memory.changeAt(10, { bookings, device })?.kind).toBe('started')
    expect(memory.changeAt(11, { bookings, device })?.kind).toBe('started')
    expect(await told(memory, 12, bookings)).toEqual(['started 0xa'])
  })

  test('is a return when the end has moved, and gone when the chain does not have it any more', async () => {
    const memory = await RentalMemory.open('x', store())
    await told(memory, 10, booked(rental(10, 50)))
    expect(await told(memory, 20, booked(rental(10, 15)))).toEqual(['ended 0xa returned'])
    await told(memory, 60, booked(rental(60, 90)))
    expect(await told(memory, 70, booked())).toEqual(['ended 0xa gone'])
    await told(memory, 100, booked(rental(100, 120)))
    // Another's booking stands in its place.
    expect(await told(memory, 101, booked(rental(100, 120, '0xb')))).toEqual([
      'ended 0xa gone',
      'started 0xb',
    ])
  })

  test('goes on after a restart: past bookings are not replayed, what was told ends, what runs starts', async () => {
    const kept = store()
    const bookings = booked(rental(10, 20), rental(30, 40, '0xb'), rental(50, 60, '0xc'))
    await told(await RentalMemory.open('x', kept), 10, bookings)
    expect(await told(await RentalMemory.open('x', kept), 15, bookings)).toEqual([])
    expect(await told(await RentalMemory.open('x', kept), 55, bookings)).toEqual([
      'ended 0xa over',
      'started 0xc',
    ])
    expect(await told(await RentalMemory.open('x', kept), 99, bookings)).toEqual(['ended 0xc over'])
    expect(await told(await RentalMemory.open('x', kept), 99, bookings)).toEqual([])
    expect(await told(await RentalMemory.open('y', kept), 99, bookings)).toEqual([])
  })

  test('has an end for each start that anybody may have heard of, whenever it crashed', async () => {
    const kept = store()
    const bookings = booked(rental(10, 20))
    const memory = await RentalMemory.open('x', kept)
    const change = memory.changeAt(10, { bookings, device })
    if (change !== undefined) await memory.tell(change)
    // The run may have switched something on, and nobody said so any more.
    expect((await RentalMemory.open('x', kept)).changeAt(15, { bookings, device })?.key).toBe(change?.key)
    expect(await told(await RentalMemory.open('x', kept), 25, bookings)).toEqual(['ended 0xa over'])
    expect(await told(await RentalMemory.open('x', kept), 25, bookings)).toEqual([])
  })

  test('an extension is no news, and moves the end', async () => {
    const memory = await RentalMemory.open('x', store())
    await told(memory, 10, booked(rental(10, 20)))
    const extended = booked(rental(10, 40))
    expect(await told(memory, 19, extended)).toEqual([])
    expect(await told(memory, 30, extended)).toEqual([])
    expect(await told(memory, 40, extended)).toEqual(['ended 0xa over'])
  })

  test('one that starts again after its end was told has another key, also after a restart', async () => {
    const kept = store()
    const keys: (string | undefined)[] = []
    const tellAt = async (now: number, bookings: UsnBookings) => {
      const memory = await RentalMemory.open('x', kept)
      const change = memory.changeAt(now, { bookings, device })
      keys.push(change?.key)
      if (change === undefined) return
      await memory.tell(change)
      await memory.settle(change)
    }
    await tellAt(10, booked(rental(10, 20)))
    await tellAt(20, booked(rental(10, 20)))
    // Extended in the last moment, which was seen too late.
    await tellAt(22, booked(rental(10, 40)))
    await tellAt(23, booked())
    // It comes back in another block.
    await tellAt(24, booked(rental(10, 40)))
    await tellAt(25, booked(rental(10, 40)))
    const key = (kind: string) => `0xde/10/0xa/${kind}`
    expect(keys).toEqual([
      key('started'),
      key('ended'),
      key('started/2'),
      key('ended/2'),
      key('started/3'),
      undefined,
    ])
  })

  test('a clock that is set back before the start ends nothing', async () => {
    const memory = await RentalMemory.open('x', store())
    const bookings = booked(rental(10, 20))
    expect(await told(memory, 11, bookings)).toEqual(['started 0xa'])
    expect(await told(memory, 8, bookings)).toEqual([])
    expect(await told(memory, 12, bookings)).toEqual([])
    expect(await told(memory, 8, booked())).toEqual(['ended 0xa gone'])
  })

  test('what another program kept is refused', async () => {
    const kept = store()
    kept.kept.set('x', '{"v":2}')
    await expect(RentalMemory.open('x', kept)).rejects.toMatchObject({ code: 'log-corrupt' })
  })
})
