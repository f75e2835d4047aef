import type { Head } from './answers.ts'
import type { FeeSettings } from './fees.ts'
import { quantity, type RpcAnswer, type RpcCall } from './rpc-calls.ts'

/** Blocks that are looked at, and how long what they said holds. */
const blocks = 20n
const holdsFor = 60_000
/** A node without fee history is asked again after so long. */
const askAgain = 600_000

const larger = (a: bigint, b: bigint) => (a > b ? a : b)
const smaller = (a: bigint, b: bigint) => (a < b ? a : b)

/** What others pay on top of the base fee, where the settings ask for it (`tipPercentile`). */
export class FeeMarket {
  readonly #settings: FeeSettings
  #tip: bigint | undefined
  #validUntil = Number.NEGATIVE_INFINITY

  constructor(settings: FeeSettings) {
    this.#settings = settings
  }

  /**
   * The settings with the tip of the moment: never below the configured one, and never so high that the cap could not
   * pay it. A node that has no history of fees leaves the configured one.
   * @throws EnergywebError what `batch` throws
   */
  async settings(
    head: Head,
    { now, batch }: { now: number; batch: (calls: readonly RpcCall[]) => Promise<readonly RpcAnswer[]> },
  ): Promise<FeeSettings> {
    const { tipPercentile, tip, cap } = this.#settings
    if (tipPercentile === undefined) return this.#settings
    if (now >= this.#validUntil) {
      const params = [quantity(blocks), 'latest', [tipPercentile]]
      const [answer] = await batch([{ method: 'eth_feeHistory', params }])
      this.#tip = medianTip(answer?.result)
      this.#validUntil = now + (this.#tip === undefined ? askAgain : holdsFor)
    }
    const room = larger(tip, cap - (head.baseFee ?? 0n))
    return { ...this.#settings, tip: larger(tip, smaller(this.#tip ?? tip, room)) }
  }
}

/** The middle of what the blocks with transactions say; undefined without any, or for an answer that is none. */
function medianTip(history: unknown): bigint | undefined {
  if (typeof history !== 'object' || history === null || !('reward' in history)) return undefined
  const { reward } = history
  const ratios = 'gasUsedRatio' in history && Array.isArray(history.gasUsedRatio) ? history.gasUsedRatio : []
  if (!Array.isArray(reward)) return undefined
  const tips = reward.flatMap((row: unknown, i) => {
    const first: unknown = Array.isArray(row) ? row[0] : undefined
    // An empty block says 0.
    if (ratios[i] === 0 || typeof first !== 'string' || !/^0x[0-9a-fA-F]{1,32}$/.test(first)) return []
    return [BigInt(first)]
  })
  return tips.sort((a, b) => (a < b ? -1 : 1))[Math.floor(tips.length / 2)]
}
