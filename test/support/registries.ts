import { type Abi, decodeFunctionResult, encodeFunctionData, type Hex } from 'viem'
import {
  consumingAbi,
  consumingBytecode,
  producingAbi,
  producingBytecode,
} from '../../src/ledgers/origin-a/generated/energy-registry.ts'
import type { Anvil } from '../../src/testing/anvil.ts'

export type Role = 'producer' | 'consumer'

/** Our registries on a chain that mines by itself, administered by the node's first account. */
export class Registries {
  readonly #anvil: Anvil
  readonly #addresses: Readonly<Record<Role, Hex>>

  private constructor(anvil: Anvil, addresses: Record<Role, Hex>) {
    this.#anvil = anvil
    this.#addresses = addresses
  }

  /** On a new chain the addresses are always the same: they follow from the account and its first two nonces. */
  static async deploy(anvil: Anvil): Promise<Registries> {
    const producer = await deployed(anvil, producingBytecode)
    return new Registries(anvil, { producer, consumer: await deployed(anvil, consumingBytecode) })
  }

  address(role: Role): string {
    return this.#addresses[role]
  }

  /** Registers the next asset of the role; ids count from 0. */
  async register(role: Role, meter: string): Promise<void> {
    const id = BigInt(await this.#count(role))
    const owner = this.#anvil.accounts[0]?.address ?? '0x'
    const since = BigInt(Math.floor(Date.now() / 1000))
    const consumerOnly = role === 'consumer' ? [1_000_000n, true] : []
    await this.#send(role, 'createAsset', [])
    await this.#send(role, 'initGeneral', [id, meter, owner, since, ...consumerOnly, true])
  }

  /** What the chain says that an asset has produced or consumed, Wh. */
  async total(role: Role, id: number): Promise<bigint> {
    const general = await this.#call(role, 'getAssetGeneral', [BigInt(id)])
    const index = role === 'producer' ? 3 : 5
    return BigInt(String(Array.isArray(general) ? general[index] : -1))
  }

  /** The CO2 that the chain says belongs to all that a producer has registered: grams. */
  async carbon(id: number): Promise<bigint> {
    const total = await this.total('producer', id)
    return BigInt(String(await this.#call('producer', 'getCoSaved', [BigInt(id), total])))
  }

  async #count(role: Role): Promise<number> {
    return Number(await this.#call(role, 'getAssetListLength', []))
  }

  async #call(role: Role, functionName: string, args: readonly unknown[]): Promise<unknown> {
    const abi: Abi = role === 'producer' ? producingAbi : consumingAbi
    const data = encodeFunctionData({ abi, functionName, args })
    const result = await this.#anvil.rpc('eth_call', [{ to: this.#addresses[role], data }, 'latest'])
    return decodeFunctionResult({ abi, functionName, data: result as Hex })
  }

  #send(role: Role, functionName: string, args: readonly unknown[]) {
    const abi: Abi = role === 'producer' ? producingAbi : consumingAbi
    const data = encodeFunctionData({ abi, functionName, args })
    return send(this.#anvil, { to: this.#addresses[role], data })
  }
}

async function deployed(anvil: Anvil, bytecode: Hex): Promise<Hex> {
  return (await send(anvil, { data: bytecode })).contractAddress
}

async function send(anvil: Anvil, transaction: { to?: Hex; data: Hex }): Promise<{ contractAddress: Hex }> {
  const from = anvil.accounts[0]?.address
  const hash = await anvil.rpc('eth_sendTransaction', [{ from, ...transaction }])
  for (;;) {
    const receipt = await anvil.rpc('eth_getTransactionReceipt', [hash])
    if (receipt !== null) {
      const { status, contractAddress } = receipt as { status: string; contractAddress: Hex }
      if (status !== '0x1') throw new Error(`refused: ${JSON.stringify(transaction).slice(0, 200)}`)
      return { contractAddress }
    }
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}
