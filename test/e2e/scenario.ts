import type { Instant } from '../../src/core/time.ts'

/** What is done to the gateway or to its chain. */
export type Deed =
  /** The gateway is killed with SIGKILL, and comes back after `minutes`. */
  | { readonly kind: 'kill'; readonly minutes: number }
  /** The node can't be reached for `minutes`. */
  | { readonly kind: 'outage'; readonly minutes: number }
  /** The node is away, and the gateway is killed and comes back meanwhile. */
  | { readonly kind: 'outage and kill'; readonly minutes: number }
  /** The node forgets what it has accepted and not mined. */
  | { readonly kind: 'forgets' }
  /** The newest `depth` blocks are replaced by empty ones: what they held is lost, and not in the pool again. */
  | { readonly kind: 'reorg'; readonly depth: number }

export type ScheduledDeed = Deed & {
  /** By the scaled clock. */
  readonly at: Instant
}

export interface Scenario {
  readonly seed: number
  /** How many times faster than the calendar gateway and meters live. The chain lives in real time. */
  readonly factor: number
  /** Readings begin and end here. */
  readonly from: Instant
  readonly to: Instant
  readonly deeds: readonly ScheduledDeed[]
}

/** Blocks until a registration is final, its own included. */
export const confirmations = 4

const hour = 3_600_000
const midnight = Date.UTC(2024, 5, 20)

/** A whole day in June: night, sun, evening. */
export function wholeDay(seed: number, factor = 480): Scenario {
  const random = randomOf(seed)
  const depth = (least: number, most: number) => least + Math.floor(random() * (most - least + 1))
  const minutes = () => 15 * depth(2, 5)
  return scenarioOf(seed, {
    factor,
    hours: [0, 24],
    random,
    deeds: [
      { kind: 'kill', minutes: minutes() },
      { kind: 'outage', minutes: minutes() },
      { kind: 'reorg', depth: depth(1, confirmations - 1) },
      { kind: 'forgets' },
      { kind: 'reorg', depth: depth(confirmations + 2, 12) },
      { kind: 'outage and kill', minutes: minutes() },
      { kind: 'reorg', depth: depth(13, 20) },
      { kind: 'kill', minutes: minutes() },
    ],
  })
}

/** Some hours around noon, with one deed of each kind. */
export function fewHours(seed: number, factor = 240): Scenario {
  const random = randomOf(seed)
  return scenarioOf(seed, {
    factor,
    hours: [11, 14],
    random,
    deeds: [
      { kind: 'kill', minutes: 15 },
      { kind: 'reorg', depth: 2 },
      { kind: 'outage', minutes: 30 },
      { kind: 'reorg', depth: confirmations + 4 },
      { kind: 'forgets' },
    ],
  })
}

/** The deeds come one after the other, each at some time of its own part of the time there is. */
function scenarioOf(
  seed: number,
  {
    factor,
    hours: [first, last],
    random,
    deeds,
  }: {
    factor: number
    hours: readonly [number, number]
    random: () => number
    deeds: readonly Deed[]
  },
): Scenario {
  const [from, to] = [midnight + first * hour, midnight + last * hour]
  // From a tenth to nine tenths: before the first deed there is something to lose, behind the last one time to notice.
  const part = (0.8 * (to - from)) / deeds.length
  const placed = deeds.map((deed, index): ScheduledDeed => {
    const at = from + 0.1 * (to - from) + part * (index + 0.5 * random())
    return { ...deed, at: Math.floor(at) }
  })
  return { seed, factor, from, to, deeds: placed }
}

/** Numbers from 0 to 1 that seem random; the same for the same seed (the mixing of SplitMix32). */
export function randomOf(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
}

/** A deed in words. */
export function wordsOf(deed: Deed): string {
  switch (deed.kind) {
    case 'kill':
      return `the gateway is killed, and away for ${deed.minutes} minutes`
    case 'outage':
      return `the node is away for ${deed.minutes} minutes`
    case 'outage and kill':
      return `the node is away for ${deed.minutes} minutes, and the gateway is killed meanwhile`
    case 'forgets':
      return 'the node forgets what it has not mined'
    case 'reorg': {
      const than = deed.depth >= confirmations ? 'deeper than finality' : 'not as deep as finality'
      return `${deed.depth} blocks are replaced by empty ones, ${than}`
    }
  }
}
