import { setTimeout as pause } from 'node:timers/promises'
import type { Anvil } from '../../src/testing/anvil.ts'
import type { NodeProxy } from '../ledgers/node-proxy.ts'
import type { GatewayProcess } from './gateway-process.ts'
import type { Deed } from './scenario.ts'

/** What deeds are done to. */
export interface Victims {
  readonly anvil: Anvil
  /** The gateway's and the desk's way to the node. */
  readonly proxy: NodeProxy
  readonly gateway: GatewayProcess
  /** Real milliseconds of so many scaled minutes. */
  readonly lasting: (minutes: number) => number
}

/** Does it; resolves when all is there again. Answers what it came to. */
export async function perform(deed: Deed, { anvil, proxy, gateway, lasting }: Victims): Promise<string> {
  switch (deed.kind) {
    case 'kill':
      await gateway.kill()
      await pause(lasting(deed.minutes))
      gateway.start()
      return 'it is started again'
    case 'outage':
      await proxy.stop()
      await pause(lasting(deed.minutes))
      await proxy.listen()
      return 'it is there again'
    case 'outage and kill':
      await proxy.stop()
      await pause(lasting(deed.minutes) / 3)
      await gateway.kill()
      await pause(lasting(deed.minutes) / 3)
      gateway.start()
      await pause(lasting(deed.minutes) / 3)
      await proxy.listen()
      return 'both are there again'
    case 'forgets':
      return `${await forget(anvil)} transactions are forgotten`
    case 'reorg':
      return `${await reorganise(anvil, deed.depth)} transactions are lost`
  }
}

const longestWait = 8_000

/** Lets nothing be mined until something waits to be, and throws that away. */
async function forget(anvil: Anvil): Promise<number> {
  await anvil.rpc('evm_setIntervalMining', [0])
  const end = performance.now() + longestWait
  let waiting = 0
  while (waiting === 0 && performance.now() < end) {
    await pause(100)
    const { pending } = (await anvil.rpc('txpool_status')) as { pending: string }
    waiting = Number(pending)
  }
  await anvil.rpc('anvil_dropAllTransactions')
  await anvil.rpc('evm_setIntervalMining', [1])
  return waiting
}

/** Replaces the newest blocks, once they hold something. */
async function reorganise(anvil: Anvil, depth: number): Promise<number> {
  const end = performance.now() + longestWait
  let lost = 0
  for (;;) {
    lost = await transactionsIn(anvil, depth)
    if (lost > 0 || performance.now() > end) break
    await pause(200)
  }
  await anvil.rpc('anvil_reorg', [depth, []])
  return lost
}

async function transactionsIn(anvil: Anvil, depth: number): Promise<number> {
  const head = Number(await anvil.rpc('eth_blockNumber'))
  let count = 0
  for (let number = head - depth + 1; number <= head; number++) {
    const answer = await anvil.rpc('eth_getBlockByNumber', [`0x${number.toString(16)}`, false])
    count += (answer as { transactions: unknown[] }).transactions.length
  }
  return count
}
