import type { Abi } from 'viem'
import { EnergywebError } from '../../core/errors.ts'
import { callOf, hexOf } from '../evm/answers.ts'
import { logsNear } from '../evm/find-logs.ts'
import type { EvmNetwork } from '../evm/network.ts'
import type { AskedAt } from '../evm/registry.ts'
import { quantity } from '../evm/rpc-calls.ts'
import { resultOf, viewOf } from '../evm/views.ts'
import type { AbiCodec } from './abi-codec.ts'
import type { ChainView, ContractCall, SeenEvent, ViewAnswer } from './define-ledger.ts'

/** A chain as it is in one block: a node that is behind can't answer with what is past. */
export function chainView(network: EvmNetwork, codec: AbiCodec, { at, signal }: AskedAt): ChainView {
  const waiting = signal === undefined ? {} : { signal }
  const ask = async (method: string, first: unknown) => {
    const [answer] = await network.batch([{ method, params: [first, quantity(at)] }], waiting)
    return answer
  }
  return {
    chainId: network.chainId,
    block: at,
    async read<abi extends Abi, name extends string>(
      { address, abi }: { address: string; abi: abi },
      call: ContractCall & { readonly functionName: name },
    ) {
      const data = codec.encodeCall(abi, call)
      const answer = viewOf(await ask('eth_call', { to: address, data }))
      if (answer === undefined) {
        const message = `the contract at ${address} refuses ${call.functionName}(${call.args.map(String).join(', ')})`
        throw new EnergywebError('ledger-not-ready', message, { retryable: true })
      }
      // Read by the ABI that its type comes from.
      return codec.decodeResult(abi, call, answer) as ViewAnswer<abi, name>
    },
    async hasCode(address) {
      return hexOf(resultOf(await ask('eth_getCode', address)), 'code') !== '0x'
    },
    async transaction(hash) {
      const [answer] = await network.batch([{ method: 'eth_getTransactionByHash', params: [hash] }], waiting)
      return callOf(resultOf(answer), hash)
    },
    async *events<abi extends Abi, name extends string>(
      { address, abi }: { address: string; abi: abi },
      query: { eventName: name; args?: Readonly<Record<string, unknown>>; from: bigint },
    ) {
      const { eventName, args, from } = query
      const topics = codec.topics(abi, { eventName, ...(args && { args }) })
      for (let next = from; next <= at; ) {
        const { logs, searched } = await logsNear(
          network,
          { address, topics },
          { at: next, limit: at, ...waiting },
        )
        for (const log of logs) {
          const event = codec.decodeEvent(abi, eventName, log)
          if (event !== undefined) yield event as SeenEvent<abi, name>
        }
        next = searched + 1n
      }
    },
  }
}
