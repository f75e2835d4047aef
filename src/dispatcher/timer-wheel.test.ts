import { expect, test } from 'vitest'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { CallbackTimer, TimerWheel } from './timer-wheel.ts'

function wheelOf(clock: VirtualClock) {
  const errors: unknown[] = []
  return { errors, wheel: new TimerWheel(clock, error => errors.push(error)) }
}

test('fires 100,000 timers in order, with one armed timer of the clock', async () => {
  const clock = new VirtualClock()
  const { wheel } = wheelOf(clock)
  const seen: number[] = []
  for (let index = 0; index < 100_000; index++) {
    const due = (index * 7_919) % 1_000
    wheel.schedule(new CallbackTimer(() => seen.push(due)), due)
  }
  expect(clock.pending).toBe(1)
  await clock.advance(1_000)
  expect(seen.length).toBe(100_000)
  expect(seen.every((due, index) => index === 0 || due >= (seen[index - 1] ?? 0))).toBe(true)
  expect(clock.pending).toBe(0)
})

test('never fires before its time, whatever else is moved or cancelled', async () => {
  const clock = new VirtualClock()
  const { wheel } = wheelOf(clock)
  const seen: [string, number][] = []
  const timer = (name: string) => new CallbackTimer(() => seen.push([name, clock.monotonic()]))
  const [first, second, third] = [timer('first'), timer('second'), timer('third')]
  wheel.schedule(first, 10)
  wheel.schedule(second, 20.4)
  wheel.schedule(third, 20.4)
  wheel.schedule(first, 30)
  wheel.cancel(third)
  wheel.cancel(third)
  await clock.advance(100)
  expect(seen).toEqual([
    ['second', 21],
    ['first', 30],
  ])
})

test('a timer may cancel its neighbours of the same millisecond', async () => {
  const clock = new VirtualClock()
  const { wheel } = wheelOf(clock)
  const seen: string[] = []
  const last = new CallbackTimer(() => seen.push('last'))
  const middle = new CallbackTimer(() => seen.push('middle'))
  const canceller = new CallbackTimer(() => {
    seen.push('canceller')
    wheel.cancel(middle)
    wheel.cancel(canceller)
  })
  for (const timer of [canceller, middle, last]) wheel.schedule(timer, 5)
  await clock.advance(10)
  expect(seen).toEqual(['canceller', 'last'])
})

test('a timer that throws stops no other, and its error is told', async () => {
  const clock = new VirtualClock()
  const { wheel, errors } = wheelOf(clock)
  let fired = 0
  wheel.schedule(
    new CallbackTimer(() => {
      throw new TypeError('broken')
    }),
    5,
  )
  wheel.schedule(new CallbackTimer(() => fired++), 5)
  await clock.advance(10)
  expect(fired).toBe(1)
  expect(errors).toEqual([new TypeError('broken')])
})

test('a timer that sets itself to now again and again lets the event loop turn', async () => {
  const clock = new VirtualClock()
  const { wheel } = wheelOf(clock)
  let fired = 0
  const timer = new CallbackTimer(() => {
    fired++
    wheel.schedule(timer, clock.monotonic())
  })
  wheel.schedule(timer, 0)
  await clock.advance(100)
  expect(fired).toBeLessThanOrEqual(101)
  wheel.stop()
  expect(clock.pending).toBe(0)
})

test('a clock that wakes too early is asked again', async () => {
  const clock = new VirtualClock()
  const hasty = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after: (milliseconds: number, callback: () => void) => clock.after(milliseconds * 0.6, callback),
  }
  const wheel = new TimerWheel(hasty, () => {})
  const seen: number[] = []
  wheel.schedule(new CallbackTimer(() => seen.push(clock.monotonic())), 100)
  await clock.advance(200)
  expect(seen.length).toBe(1)
  expect(seen[0]).toBeGreaterThanOrEqual(100)
})
