import { expect, test } from 'vitest'
import { emptyRegister, type HeldReading, type RegisterState } from '../core/register.ts'
import { settledReadings } from './settled-readings.ts'

function held(sequence: number, measuredAt: number, changes: Partial<HeldReading> = {}): HeldReading {
  return {
    sequence,
    reason: 'fall',
    energy: 1n,
    fraction: '',
    measuredAt,
    from: null,
    receivedAt: measuredAt,
    serial: null,
    amount: 0n,
    superseded: false,
    before: null,
    ...changes,
  }
}

function register(kind: 'counter' | 'interval', list: readonly HeldReading[]): RegisterState {
  const last = { energy: 0n, measuredAt: 100, sequence: 1 }
  return { ...emptyRegister, opened: { channel: 'export', kind }, last, held: list }
}

const statuses = (before: RegisterState, kind: string, dropped: bigint | null, after: RegisterState) =>
  settledReadings(before, { kind, document: { dropped } }, after).map(({ held, status }) => [
    held.sequence,
    status,
  ])

test('a reset counts the chain that it explains, but not what came out of order in it', () => {
  const before = register('counter', [held(5, 200), held(6, 150), held(7, 300), held(8, 400)])
  const after = register('counter', before.held.slice(3))
  expect(statuses(before, 'reset', 0n, after)).toEqual([
    [5, 'counted'],
    [6, 'late'],
    [7, 'counted'],
  ])
})

test('a device clock that was ahead counts at our time, so that the next reading is not late', () => {
  const before = register('counter', [held(5, 9_000, { receivedAt: 200 }), held(6, 300)])
  expect(statuses(before, 'release', 0n, register('counter', []))).toEqual([
    [5, 'counted'],
    [6, 'counted'],
  ])
})

test('what is written off has changed nothing; what follows it and fits is counted', () => {
  const before = register('counter', [held(5, 200), held(6, 90), held(7, 300)])
  expect(statuses(before, 'write-off', 1n, register('counter', []))).toEqual([
    [5, 'late'],
    [6, 'late'],
    [7, 'counted'],
  ])
})

test('intervals: a release counts, a write-off does not, a swap counts those that are not held any more', () => {
  const list = [held(5, 200), held(6, 300), held(7, 400)]
  const before = register('interval', list)
  expect(statuses(before, 'release', 0n, register('interval', list.slice(1)))).toEqual([[5, 'counted']])
  expect(statuses(before, 'write-off', 1n, register('interval', list.slice(1)))).toEqual([[5, 'late']])
  expect(statuses(before, 'swap', 0n, register('interval', [held(6, 300, { reason: 'overlap' })]))).toEqual([
    [5, 'counted'],
    [7, 'counted'],
  ])
})
