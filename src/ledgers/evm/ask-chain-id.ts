import { systemClock } from '../../core/clock.ts'
import { EnergywebError } from '../../core/errors.ts'
import { quantityOf } from './answers.ts'
import type { NodeSettings } from './node-address.ts'
import { RpcNode } from './rpc-node.ts'

/**
 * The id of the chain that a node says it is on. Who relies on it believes that node: with a configured id it would be checked.
 * @throws EnergywebError `network-unreachable`, `network-refused`; both retryable
 */
export async function askChainId(
  network: string,
  settings: NodeSettings,
  { signal, timeout = 15_000 }: { signal?: AbortSignal; timeout?: number } = {},
): Promise<bigint> {
  const node = new RpcNode({
    network,
    settings,
    clock: systemClock,
    random: Math.random,
    timeout,
    batchSize: 1,
  })
  const call = { method: 'eth_chainId', params: [] }
  const [answer] = await node.batch([call], signal === undefined ? {} : { signal })
  const id = answer?.error === undefined ? quantityOf(answer?.result, 'chain id') : 0n
  if (id > 0n) return id
  throw new EnergywebError('network-refused', `network ${network}: its node names no chain`, {
    retryable: true,
  })
}
