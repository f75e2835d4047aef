import { type CustomTransport, custom } from 'viem'
import type { EvmNetwork } from '../evm/network.ts'
import type { RpcError } from '../evm/rpc-calls.ts'

/** What a node refused, as EIP-1193 wants it: viem reads the code and the data. */
class ProviderRpcError extends Error {
  readonly code: number
  readonly data: unknown

  constructor({ code, message, data }: RpcError) {
    super(message)
    this.name = 'ProviderRpcError'
    this.code = code
    this.data = data
  }
}

/** See `EvmNetwork.viemTransport`. Failures of nodes are dealt with here, so viem need not try again. */
export function viemTransport(network: EvmNetwork): CustomTransport {
  const provider = {
    request: async ({ method, params }: { method: string; params?: unknown }) => {
      const list: readonly unknown[] = Array.isArray(params) ? params : []
      // What the node signs itself must not be asked twice.
      const once = method === 'eth_sendTransaction'
      if (once) await network.ready()
      const [answer] = await (once
        ? network.batch([{ method, params: list }])
        : network.answers([{ method, params: list }]))
      if (answer?.error !== undefined) throw new ProviderRpcError(answer.error)
      return answer?.result
    },
  }
  return custom(provider, { retryCount: 0 })
}
