import { expect, test } from 'vitest'
import { isEnergywebError } from '../../src/core/errors.ts'
import type { Reading } from '../../src/core/reading.ts'
import { encodeEvidence, verifyEvidence } from '../../src/proof/evidence/index.ts'
import { type LogStore, openHashes } from '../../src/storage/index.ts'
import { counter, interval, key, kWh, limits, may, prove, quarter, roofLog, sign } from './support.ts'

/** The same numbers for a seed every time. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state / 2 ** 31
  }
}

const day = 96
const capacity = { ...limits, capacity: 8_000_000n }

/** An operator's word on what is held; what the law refuses he leaves alone. */
async function resolve(log: LogStore, name: string, next: () => number): Promise<void> {
  const who = { by: 'anna', reason: 'looked at it' }
  const all = [
    { kind: 'release', ...who },
    { kind: 'write-off', ...who, readings: 1 + Math.floor(next() * 2) },
    { kind: 'reset', ...who, initial: 0n },
    { kind: 'swap', ...who, final: 100_000n * kWh, initial: 0n },
  ] as const
  const resolution = all[Math.floor(next() * all.length)] ?? all[0]
  await log.resolve(name, resolution, capacity).catch((error: unknown) => {
    if (!isEnergywebError(error) || error.code !== 'resolution-refused') throw error
  })
}

/** Counters that fall, jump, lag, are set by a wrong clock and are changed for others, and what operators say of it. */
async function writeCounter(log: LogStore, name: string, next: () => number): Promise<void> {
  let energy = 1_000n * kWh
  let serial = 'S-1'
  for (let at = 1; at <= day; at++) {
    const dice = next()
    energy += kWh / 4n
    if (dice < 0.04) energy = kWh
    else if (dice < 0.08) energy += 500n * kWh
    else if (dice < 0.1) serial += 'x'
    if (next() < 0.1) continue
    const device = { serial }
    const isAhead = next() < 0.03
    const changes: Partial<Reading> = {
      energy,
      device,
      ...(isAhead && { receivedAt: may + (at - 40) * quarter }),
    }
    await log.record(name, [counter(at, changes)], capacity)
    if (next() < 0.1)
      await log.record(name, [counter(at, { ...changes, energy: energy + kWh / 8n })], capacity)
    if (next() < 0.3) await resolve(log, name, next)
    if (next() < 0.2) await log.append(name, 'note', { by: 'test', text: 'x' })
  }
}

/** Intervals that lag, overlap, are revised and come from other meters. */
async function writeIntervals(log: LogStore, name: string, next: () => number): Promise<void> {
  const order = Array.from({ length: day }, (_, at) => at + 1)
  for (let at = 1; at < order.length; at++) {
    if (next() < 0.2) {
      const other = Math.min(order.length - 1, at + 1 + Math.floor(next() * 20))
      order.splice(other, 0, ...order.splice(at, 1))
    }
  }
  for (const at of order) {
    const [isLarge, hasFraction, isOther, isLong] = [next() < 0.1, next() < 0.5, next() < 0.1, next() < 0.1]
    const changes: Partial<Reading> = {
      energy: isLarge ? 900n * kWh : kWh / 4n,
      fraction: hasFraction ? '25' : '',
      device: { serial: isOther ? 'S-2' : 'S-1' },
      ...(isLong && { from: may + (at - 2) * quarter }),
    }
    await log.record(name, [interval(at, changes)], capacity)
    if (next() < 0.1) await log.record(name, [interval(at, { ...changes, energy: kWh / 8n })], capacity)
    if (next() < 0.3) await resolve(log, name, next)
  }
}

test('adjacent periods are proven to have together what the whole of them is proven to have', async () => {
  const log = await roofLog()
  const names = Array.from({ length: 16 }, (_, i) => `asset-${i}`)
  for (const [i, name] of names.entries()) {
    await log.openStream({ name, commitment: 'fields' })
    const write = i % 2 === 0 ? writeCounter : writeIntervals
    await write(log, name, randomOf(i + 1))
  }
  await sign(log)
  const hashes = await openHashes()
  /** Undefined where nothing is claimed. */
  const energyOf = async (asset: string, from: number, to: number): Promise<bigint | undefined> => {
    const period = { from: may + from * quarter, to: may + to * quarter }
    const evidence = await prove(log.folder, { asset, period, hashes }).catch((error: unknown) => {
      if (isEnergywebError(error, 'evidence-unavailable')) return undefined
      throw error
    })
    if (evidence === undefined) return undefined
    const { steps } = verifyEvidence(encodeEvidence(evidence), { keys: [key], hashes })
    const wrong = steps.filter(({ state }) => state === 'false').map(({ text }) => text)
    expect({ asset, from, to, wrong }).toEqual({ asset, from, to, wrong: [] })
    const { energy } = evidence.claim
    return energy === null ? undefined : BigInt(energy)
  }
  const compared = new Map<string, number>()
  for (const asset of names) {
    const next = randomOf(Number(asset.slice(6)) * 77 + 5)
    for (let round = 0; round < 10; round++) {
      const first = 1 + Math.floor(next() * (day - 40))
      const second = first + 1 + Math.floor(next() * 12)
      const third = second + 1 + Math.floor(next() * 12)
      const left = await energyOf(asset, first, second)
      const right = await energyOf(asset, second, third)
      const whole = await energyOf(asset, first, third)
      if (left === undefined || right === undefined || whole === undefined) continue
      expect({ asset, first, second, third, sum: left + right }).toMatchObject({ sum: whole })
      compared.set(asset, (compared.get(asset) ?? 0) + 1)
    }
  }
  expect(compared.size).toBeGreaterThan(10)
}, 120_000)
