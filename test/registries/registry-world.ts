import { EnergywebError } from '../../src/core/errors.ts'
import { receiptOf } from '../../src/ledgers/evm/answers.ts'
import { EvmNetwork } from '../../src/ledgers/evm/network.ts'
import { networkPresets } from '../../src/ledgers/evm/presets.ts'
import type { RegistrySender, RegistryTransaction } from '../../src/ledgers/registries/index.ts'
import type { Anvil } from '../../src/testing/anvil.ts'

/** A chain as the clients see it, and its accounts as administrators. */
export interface RegistryWorld {
  readonly network: EvmNetwork
  /** Lower-case addresses of the node's accounts. */
  readonly accounts: readonly string[]
  /** What was sent so far, in words. */
  readonly sent: string[]
  /** An account of the node that administers. */
  sender(index: number): RegistrySender
}

export async function registryWorld(anvil: Anvil): Promise<RegistryWorld> {
  const network = await EvmNetwork.open({ ...networkPresets.local, name: 'test', rpc: [anvil.url] })
  const accounts = anvil.accounts.map(({ address }) => address.toLowerCase())
  const sent: string[] = []
  const sender = (index: number): RegistrySender => {
    const address = accounts[index] ?? ''
    return {
      address,
      async send({ what, to, data }: RegistryTransaction) {
        const hash = await anvil.rpc('eth_sendTransaction', [{ from: address, to, data }])
        await anvil.mine()
        const receipt = receiptOf(await anvil.rpc('eth_getTransactionReceipt', [hash]), String(hash))
        if (receipt?.succeeded !== true) throw new EnergywebError('transaction-reverted', what)
        sent.push(what)
        return receipt
      },
    }
  }
  return { network, accounts, sent, sender }
}
