import { hashOf } from '../evm/answers.ts'
import { suggestFees } from '../evm/fees.ts'
import type { EvmNetwork } from '../evm/network.ts'
import { quantity } from '../evm/rpc-calls.ts'
import { refusalOf } from './evm-error.ts'
import { gasLimit, transactionOf } from './gas-limit.ts'
import { hashIn } from './hash-in.ts'
import type { Deed, SendOptions } from './sending.ts'

/**
 * Has the node sign and send, with a key that it holds. What it is paid and how much gas it may take is said, as nodes have
 * defaults of their own. It is asked once: without an answer nobody knows whether it was sent.
 * @returns the transaction's hash
 */
export async function sendHeld(
  network: EvmNetwork,
  deed: Deed,
  { from, signal, ...gas }: SendOptions,
): Promise<string> {
  const waiting = signal === undefined ? {} : { signal }
  const head = await network.ready(waiting)
  const fees = suggestFees(await network.feesAt(head, waiting), head.baseFee ?? 0n)
  const limit = await gasLimit(network, deed, { ...gas, ...waiting, from })
  const price =
    network.fees.type === 'legacy'
      ? { gasPrice: quantity(fees.maxFeePerGas) }
      : {
          maxFeePerGas: quantity(fees.maxFeePerGas),
          maxPriorityFeePerGas: quantity(fees.maxPriorityFeePerGas),
        }
  const transaction = { ...transactionOf(deed, from), ...price, gas: quantity(limit) }
  const [answer] = await network.batch([{ method: 'eth_sendTransaction', params: [transaction] }], waiting)
  if (answer?.error === undefined) return hashOf(answer?.result, 'transaction hash')
  // Hardhat and ganache answer with an error although they mined it, and tell its hash.
  const mined = hashIn(answer.error.data)
  if (mined !== undefined) return mined
  throw refusalOf(answer.error, deed)
}
