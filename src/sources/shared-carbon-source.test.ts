import { describe, expect, it } from 'vitest'
import type { CarbonIntensity, CarbonRequest, CarbonResult, CarbonSource } from '../core/carbon.ts'
import { EnergywebError } from '../core/errors.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { sharedCarbonSource } from './shared-carbon-source.ts'

const minute = 60_000
const start = Date.UTC(2024, 4, 1, 8)
const raw = { bytes: new Uint8Array(), mediaType: 'application/json' }
const at = (minutes: number) => start + minutes * minute
const range = (from: number, to: number) => ({ from: at(from), to: at(to) })

/** A grid whose values hold for five minutes; the newest is published when it is over. Each read takes a second. */
function grid(clock: VirtualClock, options: { period?: number; estimated?: boolean } = {}) {
  const { period = 5, estimated = false } = options
  const asked: { from: number; to: number; signal: AbortSignal }[] = []
  const state: { failing?: EnergywebError; closed: number; asked: typeof asked } = { closed: 0, asked }
  const read = ({ from, to, signal }: CarbonRequest) =>
    new Promise<CarbonResult>((resolve, reject) => {
      asked.push({ from: (from - start) / minute, to: (to - start) / minute, signal })
      signal.addEventListener('abort', () => reject(new EnergywebError('aborted', 'taken back')))
      clock.after(1_000, () => {
        if (state.failing !== undefined) return reject(state.failing)
        const intensities: CarbonIntensity[] = []
        const step = period * minute
        for (let one = Math.floor(from / step) * step; one < to && one + step <= clock.now(); one += step)
          intensities.push({
            from: one,
            to: one + step,
            factor: BigInt(one),
            basis: 'average',
            estimated,
            raw,
          })
        return resolve({ intensities, warnings: ['odd'] })
      })
    })
  const source: CarbonSource = {
    kind: 'grid',
    basis: 'average',
    exceptions: ['lan-http: test'],
    read,
    close: async () => {
      state.closed++
    },
  }
  return { source, state }
}

function scene(options: Parameters<typeof grid>[1] & { failedFor?: number; most?: number } = {}) {
  const clock = new VirtualClock({ start: at(60) })
  const { source, state } = grid(clock, options)
  const shared = sharedCarbonSource(source, { clock, ...options })
  const ask = async (from: number, to: number, signal = new AbortController().signal) => {
    const reading = shared.read({ ...range(from, to), signal })
    reading.catch(() => undefined)
    await clock.advance(3_000)
    return reading
  }
  const times = ({ intensities }: CarbonResult) =>
    intensities.map(one => [(one.from - start) / minute, (one.to - start) / minute])
  return { clock, state, shared, ask, times }
}

describe('a shared carbon source', () => {
  it('is the source to those who look at it', () => {
    const { shared } = scene()
    expect(shared).toMatchObject({ kind: 'grid', basis: 'average', exceptions: ['lan-http: test'] })
  })
  it('asks once for a thousand assets that ask at once, each for a time of its own', async () => {
    const { clock, state, shared, times } = scene()
    const signal = new AbortController().signal
    const reads = Array.from({ length: 1_000 }, (_, index) =>
      shared.read({ from: at(30) + index, to: at(45) + index, signal }),
    )
    await clock.advance(5_000)
    const results = await Promise.all(reads)
    // The first read does not reach to the end of the others: one more brings the last period for all of them.
    expect(state.asked).toHaveLength(2)
    for (const [index, result] of results.entries()) {
      expect(times(result)[0]).toEqual([30, 35])
      expect(times(result).at(-1)).toEqual(index === 0 ? [40, 45] : [45, 50])
    }
  })
  it('asks once a period, however the assets are spread over it', async () => {
    const { clock, state, ask, times } = scene()
    for (let step = 0; step < 60; step++) {
      const now = (clock.now() - start) / minute
      expect(times(await ask(now - 20, now - 5)).length).toBeGreaterThanOrEqual(3)
      await clock.advance(minute / 6 - 3_000)
    }
    // Ten minutes, two periods: one read at the beginning, one for each new period.
    expect(state.asked.length).toBeLessThanOrEqual(4)
  })
  it('never asks again for what is settled, within a day', async () => {
    const { clock, state, ask } = scene()
    const first = await ask(0, 15)
    await clock.advance(23 * 60 * minute)
    expect(await ask(0, 15)).toEqual({ ...first, warnings: [] })
    expect(state.asked).toHaveLength(1)
    await clock.advance(2 * 60 * minute)
    await ask(0, 15)
    expect(state.asked).toHaveLength(2)
  })
  it('asks again for what was estimated, after five minutes', async () => {
    const { clock, state, ask } = scene({ estimated: true })
    await ask(0, 15)
    await clock.advance(4 * minute)
    await ask(0, 15)
    expect(state.asked).toHaveLength(1)
    await clock.advance(minute)
    await ask(0, 15)
    expect(state.asked).toHaveLength(2)
  })
  it('leaves out what is not there yet, and asks for that alone, after a minute', async () => {
    const { clock, state, ask, times } = scene()
    expect(times(await ask(50, 63))).toEqual([
      [50, 55],
      [55, 60],
    ])
    expect(times(await ask(50, 63))).toHaveLength(2)
    expect(state.asked).toHaveLength(1)
    await clock.advance(5 * minute)
    expect(times(await ask(50, 63))).toEqual([
      [50, 55],
      [55, 60],
      [60, 65],
    ])
    expect(state.asked.map(({ from, to }) => [from, to])).toEqual([
      [50, 63],
      [60, 63],
    ])
  })
  it('passes a failure to all who wait, for ten seconds to those who come after, and then tries again', async () => {
    const { clock, state, shared, ask } = scene()
    state.failing = new EnergywebError('source-timeout', 'no answer', { retryable: true, hint: 'wait' })
    const signal = new AbortController().signal
    const reads = [1, 2, 3].map(() => shared.read({ ...range(0, 15), signal }).catch((e: unknown) => e))
    await clock.advance(1_000)
    expect(await Promise.all(reads)).toEqual([state.failing, state.failing, state.failing])
    await expect(ask(0, 15)).rejects.toBe(state.failing)
    expect(state.asked).toHaveLength(1)
    delete state.failing
    await clock.advance(10_000)
    expect((await ask(0, 15)).intensities).toHaveLength(3)
  })
  it('keeps the failure of one time from those who ask for another', async () => {
    const { clock, state, shared, ask } = scene()
    state.failing = new EnergywebError('source-unauthorized', 'no', { hint: 'pay' })
    const old = shared
      .read({ ...range(0, 15), signal: new AbortController().signal })
      .catch((e: unknown) => e)
    const other = shared.read({ ...range(30, 45), signal: new AbortController().signal })
    await clock.advance(999)
    clock.after(1, () => delete state.failing)
    await clock.advance(3_000)
    expect(await old).toBeInstanceOf(EnergywebError)
    expect((await other).intensities).toHaveLength(3)
    expect((await ask(30, 45)).intensities).toHaveLength(3)
  })
  it('goes on for those who still wait when one leaves, and is taken back when nobody does', async () => {
    const { clock, state, shared } = scene()
    const [one, two] = [new AbortController(), new AbortController()]
    const reads = [one, two].map(({ signal }) => shared.read({ ...range(0, 15), signal }))
    const outcomes = Promise.allSettled(reads)
    await clock.advance(100)
    one.abort()
    await clock.advance(100)
    expect(state.asked[0]?.signal.aborted).toBe(false)
    two.abort()
    await clock.advance(100)
    expect(state.asked[0]?.signal.aborted).toBe(true)
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'aborted' } })
    // One that was taken back is no failure of the service.
    const again = shared.read({ ...range(0, 15), signal: new AbortController().signal })
    await clock.advance(1_000)
    expect((await again).intensities).toHaveLength(3)
  })
  it('gives the warnings to those who waited, and to nobody later', async () => {
    const { ask } = scene()
    expect((await ask(0, 15)).warnings).toEqual(['odd'])
    expect((await ask(0, 15)).warnings).toEqual([])
  })
  it('forgets what is over the bound, yet gives a long answer whole', async () => {
    const { state, ask } = scene({ period: 1, most: 10 })
    expect((await ask(0, 50)).intensities).toHaveLength(50)
    await ask(55, 56)
    const before = state.asked.length
    await ask(0, 5)
    expect(state.asked.length).toBe(before + 1)
  })
  it('does not ask for ever when what is said contradicts itself', async () => {
    const clock = new VirtualClock({ start })
    let asked = 0
    const source: CarbonSource = {
      ...grid(clock).source,
      // Each answer reaches over its time, and so takes away a part of what the one before said.
      read: async ({ from, to }) => {
        asked++
        const bounds = { from: from - 3 * minute, to: to + 3 * minute }
        const one = { ...bounds, factor: 1n, basis: 'average', estimated: true, raw } as const
        return { intensities: [one], warnings: [] }
      },
    }
    const shared = sharedCarbonSource(source, { clock })
    const signal = new AbortController().signal
    await shared.read({ ...range(0, 5), signal })
    await shared.read({ ...range(0, 15), signal })
    expect(asked).toBe(1 + 3)
  })
  it('gives an answer whole, although it forgets at once', async () => {
    const { state, ask, times } = scene({ most: 0 })
    await ask(0, 5)
    expect(times(await ask(0, 10))).toEqual([
      [0, 5],
      [5, 10],
    ])
    expect(state.asked.map(({ from, to }) => [from, to])).toEqual([
      [0, 5],
      [5, 10],
    ])
  })
  it('closes the source once, and takes back what is under way', async () => {
    const { clock, state, shared } = scene()
    const reading = shared.read({ ...range(0, 15), signal: new AbortController().signal })
    const outcome = expect(reading).rejects.toMatchObject({ code: 'aborted' })
    await clock.advance(10)
    await Promise.all([shared.close(), shared.close()])
    await outcome
    expect(state.closed).toBe(1)
    await expect(
      shared.read({ ...range(0, 15), signal: new AbortController().signal }),
    ).rejects.toMatchObject({ code: 'aborted' })
  })
})
