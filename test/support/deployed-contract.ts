import {
  type Abi,
  decodeEventLog,
  decodeFunctionResult,
  encodeDeployData,
  encodeFunctionData,
  type Hex,
} from 'viem'
import type { Anvil } from '../../src/testing/anvil.ts'
import type { CompiledContract } from './real-contracts.ts'

/** What a test needs of a node: `startAnvil` answers it. */
export type TestNode = Pick<Anvil, 'rpc' | 'accounts'>

/** What a transaction did. */
export interface Done {
  readonly transaction: Hex
  readonly block: bigint
  readonly gasUsed: bigint
  readonly contractAddress: Hex | null
  readonly logs: readonly { address: Hex; topics: [Hex, ...Hex[]]; data: Hex; logIndex: Hex }[]
}

/** Who sends, one of the node's accounts, with how much gas, and how many wei. */
export interface Sending {
  readonly from?: string
  readonly gas?: bigint
  readonly value?: bigint
}

/**
 * A contract on a test chain. Each transaction gets a block of its own at once, however the node mines; the node's first
 * account sends where nobody else is named.
 */
export class DeployedContract {
  readonly address: Hex
  readonly abi: Abi
  readonly #node: TestNode

  constructor(node: TestNode, { address, abi }: { address: Hex; abi: Abi }) {
    this.#node = node
    this.address = address
    this.abi = abi
  }

  static async deploy(
    node: TestNode,
    { abi, bytecode }: CompiledContract,
    args: readonly unknown[] = [],
  ): Promise<DeployedContract> {
    const data = encodeDeployData({ abi, bytecode, args })
    const { contractAddress } = await transact(node, { data })
    if (contractAddress === null) throw new Error('nothing was deployed')
    return new DeployedContract(node, { address: contractAddress, abi })
  }

  /** What a view answers, as viem decodes it. */
  async read(functionName: string, ...args: readonly unknown[]): Promise<unknown> {
    const data = encodeFunctionData({ abi: this.abi, functionName, args })
    const answer = await this.#node.rpc('eth_call', [{ to: this.address, data }, 'latest'])
    return decodeFunctionResult({ abi: this.abi, functionName, data: answer as Hex })
  }

  /** @throws Error with the node's words when it reverts */
  send(functionName: string, args: readonly unknown[] = [], sending: Sending = {}): Promise<Done> {
    const data = encodeFunctionData({ abi: this.abi, functionName, args })
    return transact(this.#node, { to: this.address, data, ...sending })
  }

  /** Events of this contract, by name, among what a transaction logged. */
  events(eventName: string, { logs }: Pick<Done, 'logs'>): Record<string, unknown>[] {
    const own = logs.filter(log => log.address.toLowerCase() === this.address.toLowerCase())
    const decoded = own.map(({ topics, data }) =>
      decodeEventLog({ abi: this.abi, topics, data, strict: false }),
    )
    return decoded.filter(event => event.eventName === eventName).map(event => ({ ...event.args }))
  }
}

// Within the smallest block that Energy Web Chain ever had, and enough for the largest deployment.
const defaultGas = 6_000_000n

// Named, so that the node does not choose the fees of London on a fork before it: 20 gwei.
const gasPrice = '0x4a817c800'

async function transact(
  node: TestNode,
  { gas = defaultGas, value = 0n, ...transaction }: { to?: Hex; data: Hex } & Sending,
): Promise<Done> {
  const amounts = { gas: `0x${gas.toString(16)}`, value: `0x${value.toString(16)}` }
  const call = { from: node.accounts[0]?.address, gasPrice, ...transaction, ...amounts }
  const hash = await node.rpc('eth_sendTransaction', [call])
  await node.rpc('evm_mine')
  for (;;) {
    const receipt = await node.rpc('eth_getTransactionReceipt', [hash])
    if (receipt !== null) return doneOf(node, call, receipt as Receipt)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

type Receipt = Omit<Done, 'transaction' | 'block' | 'gasUsed'> & {
  readonly status: Hex
  readonly transactionHash: Hex
  readonly blockNumber: Hex
  readonly gasUsed: Hex
}

async function doneOf(node: TestNode, call: object, receipt: Receipt): Promise<Done> {
  const { status, transactionHash: transaction, blockNumber, gasUsed, logs, contractAddress } = receipt
  if (status !== '0x1') {
    // Asked again without a transaction, the node says why.
    await node.rpc('eth_call', [call, 'latest'])
    throw new Error(`transaction ${transaction} reverted`)
  }
  return { transaction, block: BigInt(blockNumber), gasUsed: BigInt(gasUsed), contractAddress, logs }
}
