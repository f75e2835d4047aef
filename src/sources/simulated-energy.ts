import type { Energy } from '../core/energy.ts'
import type { Power } from '../core/power.ts'
import type { Instant } from '../core/time.ts'

export interface SimulatedPlant {
  /** `solar` delivers by day, highest at 12:00 UTC; `load` consumes all day, highest in the evening. */
  readonly profile: 'solar' | 'load'
  /** Power that is never exceeded, mW. */
  readonly peak: Power
  /** The same seed gives the same energy, always. */
  readonly seed: number
  /** When the counter began at zero. Default 2024-01-01T00:00:00Z. */
  readonly start?: Instant
}

const dayLength = 86_400_000
const slotLength = 900_000
const slots = dayLength / slotLength
const defaultStart = Date.UTC(2024, 0, 1)

/** Sunrise at 6, sunset at 18: a parabola over 48 quarter hours. */
const solarWeights = Array.from({ length: slots }, (_, slot) =>
  Math.max(0, (slot - 24 + 0.5) * (72 - slot - 0.5)),
)

/** A household's share of the day, hour by hour. */
const loadHours = [
  30, 26, 24, 24, 26, 34, 52, 66, 62, 54, 50, 56, 64, 58, 50, 48, 54, 70, 92, 100, 94, 80, 58, 40,
]
const loadWeights = Array.from({ length: slots }, (_, slot) => loadHours[Math.floor(slot / 4)] ?? 0)

const shapes = { solar: shape(solarWeights), load: shape(loadWeights) }

interface Shape {
  readonly weights: readonly bigint[]
  /** Sum of the weights before a slot; one more than there are slots. */
  readonly before: readonly bigint[]
  readonly total: bigint
  readonly highest: bigint
}

function shape(numbers: readonly number[]): Shape {
  const weights = numbers.map(weight => BigInt(Math.round(weight * 4)))
  const before = [0n]
  for (const weight of weights) before.push((before.at(-1) ?? 0n) + weight)
  return { weights, before, total: before.at(-1) ?? 0n, highest: weights.reduce((a, b) => (a > b ? a : b)) }
}

/**
 * The running total of a simulated plant as an exact function of time: asking twice, in any order, from any process,
 * gives the same answer. Weather telescopes: a day's energy is the mean plus the difference of two numbers drawn by
 * day, so that the total needs no sum over the past; quarter hours likewise. It never falls and never exceeds `peak`.
 */
export function simulatedEnergy(plant: SimulatedPlant): (instant: Instant) => Energy {
  const { seed, peak } = plant
  const start = Math.ceil((plant.start ?? defaultStart) / dayLength) * dayLength
  const { weights, before, total, highest } = shapes[plant.profile]
  // A day has at most 1.5 times the mean, a slot at most 1.4 times its share: 2.1 = 21 / 10.
  const mean = (peak * BigInt(slotLength) * total * 10n) / (highest * 21n * 1000n)

  const dayTotal = (day: number): bigint => BigInt(day) * mean + (mean * draw(seed, day, -1)) / (2n * drawn)
  const slotTotal = (day: number, slot: number): bigint => {
    const first = dayTotal(day)
    const energy = dayTotal(day + 1) - first
    const share = smaller(weights[slot - 1] ?? 0n, weights[slot] ?? 0n)
    const cloud = (energy * share * 2n * draw(seed, day, slot)) / (total * 5n * drawn)
    return first + (energy * (before[slot] ?? total)) / total + cloud
  }
  return instant => {
    if (instant <= start) return 0n
    const day = Math.floor((instant - start) / dayLength)
    const inDay = instant - start - day * dayLength
    const slot = Math.floor(inDay / slotLength)
    const lower = slotTotal(day, slot)
    const step = slot + 1 < slots ? slotTotal(day, slot + 1) : dayTotal(day + 1)
    return lower + ((step - lower) * BigInt(inDay - slot * slotLength)) / BigInt(slotLength) - dayTotal(0)
  }
}

const drawn = 1n << 16n

/** A number from 0 to 65,535 that seems random; the same for the same three (mixing steps of MurmurHash3's finaliser). */
function draw(seed: number, day: number, slot: number): bigint {
  return BigInt(mixed(seed, day, slot) >>> 16)
}

function mixed(seed: number, a: number, b: number): number {
  let value = Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul(a + 1, 0x85ebca6b) ^ Math.imul(b + 2, 0xc2b2ae35)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}

/** True in this share of all times, by seed. */
export function happens(share: number, seed: number, instant: Instant): boolean {
  return mixed(seed, Math.floor(instant / 1000) | 0, -3) < share * 2 ** 32
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
