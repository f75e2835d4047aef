import type { Variant } from '../../core/submission.ts'
import { countOf } from '../evm/answers.ts'
import { classifyRefusal } from '../evm/errors.ts'
import { suggestFees } from '../evm/fees.ts'
import type { EvmNetwork } from '../evm/network.ts'
import type { RpcError } from '../evm/rpc-calls.ts'
import { accountOf, signTransaction } from '../evm/transaction.ts'
import { refusalOf } from './evm-error.ts'
import { gasLimit } from './gas-limit.ts'
import type { Deed, SendRawOptions } from './sending.ts'

/** A nonce that somebody else took meanwhile is given up so often. */
const attempts = 3

export interface SignedDeed {
  readonly account: string
  readonly variant: Variant
}

/**
 * Signs here and sends, in turn with all else that this network sends for the account. Nothing of it survives the process.
 * @throws EnergywebError see `EvmContract.sendRaw`
 */
export async function sendSigned(
  network: EvmNetwork,
  deed: Deed,
  { signer, signal, ...gas }: SendRawOptions,
): Promise<SignedDeed> {
  const account = accountOf(signer)
  const waiting = signal === undefined ? {} : { signal }
  const head = await network.ready(waiting)
  const fees = suggestFees(await network.feesAt(head, waiting), head.baseFee ?? 0n)
  const limit = await gasLimit(network, deed, { ...gas, ...waiting, from: account })
  return network.exclusive(account, async () => {
    for (let attempt = 1; ; attempt++) {
      const nonce = await nextNonce(network, account, waiting)
      const { to, data, value } = deed
      const { type } = network.fees
      const input = { type, chainId: network.chainId, nonce, to, data, value, gas: limit, fees }
      const variant = await signTransaction(input, { signer, ...waiting })
      const refused = await broadcast(network, variant, waiting)
      if (refused === undefined) {
        sentNonces.set(network, new Map(sentNonces.get(network)).set(account, variant))
        return { account, variant }
      }
      const taken = ['nonce-used', 'replacement-underpriced'].includes(classifyRefusal(refused))
      if (!taken || attempt === attempts) throw refusalOf(refused, deed)
    }
  })
}

/** What each network sent last for an account: the count of a node's pool may lag behind. */
const sentNonces = new WeakMap<EvmNetwork, ReadonlyMap<string, Variant>>()

async function nextNonce(
  network: EvmNetwork,
  account: string,
  waiting: { signal?: AbortSignal },
): Promise<number> {
  const last = sentNonces.get(network)?.get(account)
  const [count, known] = await network.answers(
    [
      { method: 'eth_getTransactionCount', params: [account, 'pending'] },
      ...(last === undefined ? [] : [{ method: 'eth_getTransactionByHash', params: [last.hash] }]),
    ],
    waiting,
  )
  const pending = countOf(count?.result, 'transaction count')
  // A node that has lost it counts on without it: a nonce behind it would wait for ever.
  const isThere = last !== undefined && known?.result != null
  return isThere ? Math.max(pending, last.nonce + 1) : pending
}

/** Sends the bytes, as often as one likes; what the node has against them, if it does not have them. */
export async function broadcast(
  network: EvmNetwork,
  { raw, hash }: Variant,
  waiting: { signal?: AbortSignal },
): Promise<RpcError | undefined> {
  const [answer] = await network.answers([{ method: 'eth_sendRawTransaction', params: [raw] }], waiting)
  const error = answer?.error
  if (error === undefined || classifyRefusal(error) === 'known') return undefined
  // No refusal proves that nothing was mined: Hardhat mines what reverts, and then says so by an error.
  const [found] = await network.answers([{ method: 'eth_getTransactionByHash', params: [hash] }], waiting)
  return found?.result == null ? error : undefined
}
