import type { Abi } from 'viem'
import type { EvmNetwork } from '../evm/network.ts'
import { broadcast, type SignedDeed } from './send-signed.ts'
import type { Deed } from './sending.ts'
import { awaitReceipt, type MinedTransaction, minedOf, type WaitOptions } from './wait-for.ts'

/** A transaction that a node has taken. */
export interface SentTransaction<abi extends Abi = Abi> {
  readonly hash: string
  /**
   * Waits until it is in a block.
   * @throws EnergywebError `transaction-reverted` with the contract's reason; `network-unreachable`, retryable, when the time
   * is over: it may still be mined
   */
  wait(options?: WaitOptions): Promise<MinedTransaction<abi>>
}

/** So often it is sent again while it is waited for, in milliseconds: a node may have lost it. */
const againEvery = 20_000

/** A transaction by its hash; with its bytes it is sent again while it is waited for. */
export function sentTransaction<abi extends Abi>(
  network: EvmNetwork,
  { deed, abi, hash, signed }: { deed: Deed; abi: abi; hash: string; signed?: SignedDeed },
): SentTransaction<abi> {
  return {
    hash,
    wait: async (options = {}) => {
      let sentAt = network.clock.monotonic()
      const onMissing = async () => {
        if (signed === undefined || network.clock.monotonic() - sentAt < againEvery) return
        sentAt = network.clock.monotonic()
        await broadcast(
          network,
          signed.variant,
          options.signal === undefined ? {} : { signal: options.signal },
        )
      }
      const receipt = await awaitReceipt(network, hash, { ...options, what: deed.what, abi, onMissing })
      return minedOf(receipt, { address: deed.to, abi })
    },
  }
}
