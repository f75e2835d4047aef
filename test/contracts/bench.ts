import {
  type Abi,
  type Address,
  concatHex,
  decodeErrorResult,
  decodeEventLog,
  decodeFunctionResult,
  encodeDeployData,
  encodeFunctionData,
  type Hex,
} from 'viem'
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { consumingBytecode, producingBytecode } from '../../src/ledgers/origin-a/generated/energy-registry.ts'
import type { Anvil } from '../../src/testing/anvil.ts'
import certificateDouble from './generated/CertificateDouble.json' with { type: 'json' }
import consumingDouble from './generated/ConsumingDouble.json' with { type: 'json' }
import originDouble from './generated/OriginDouble.json' with { type: 'json' }
import producingDouble from './generated/ProducingDouble.json' with { type: 'json' }

const gasLimit = 400_000n

export interface Log {
  readonly address: Address
  readonly topics: [Hex, ...Hex[]]
  readonly data: Hex
}

/** What became of a transaction. */
export interface Outcome {
  /** 'accepted', or 'reverted' with the reason if there is one, or 'invalid opcode', or 'out of gas'. */
  readonly text: string
  readonly gasUsed: bigint
  readonly logs: readonly Log[]
}

/** Contracts on a chain which mines when told to: each transaction gets its block, and its reason if it fails. */
export class Bench {
  readonly anvil: Anvil
  readonly accounts: readonly PrivateKeyAccount[]
  readonly #nonces = new Map<Address, number>()

  constructor(anvil: Anvil) {
    this.anvil = anvil
    this.accounts = anvil.accounts.map(account => privateKeyToAccount(account.privateKey))
  }

  account(index: number): PrivateKeyAccount {
    const account = this.accounts[index]
    if (account === undefined) throw new Error(`no account ${index}`)
    return account
  }

  async deploy(contract: { abi: Abi; bytecode: Hex }, args: readonly unknown[] = []): Promise<Address> {
    const data = encodeDeployData({ abi: contract.abi, bytecode: contract.bytecode, args })
    const receipt = await this.#send(this.account(0), undefined, data, { gas: 8_000_000n })
    if (receipt.status !== '0x1') {
      const why = await this.failure(this.account(0).address, undefined, data)
      throw new Error(`nothing was deployed: ${why}`)
    }
    return receipt.contractAddress as Address
  }

  /** Sends a signed raw transaction, mines it, and finds out why it failed if it did. */
  async send(
    from: PrivateKeyAccount,
    to: Address,
    data: Hex,
    options: { value?: bigint; gas?: bigint } = {},
  ): Promise<Outcome> {
    const failure = await this.failure(from.address, to, data, options.value)
    const receipt = await this.#send(from, to, data, options)
    if ((receipt.status === '0x1') !== (failure === undefined))
      throw new Error(`call and transaction differ: ${failure}`)
    return { text: failure ?? 'accepted', gasUsed: BigInt(receipt.gasUsed), logs: receipt.logs }
  }

  async call(abi: Abi, to: Address, functionName: string, args: readonly unknown[] = []): Promise<unknown> {
    const data = encodeFunctionData({ abi, functionName, args })
    const result = await this.anvil.rpc('eth_call', [{ to, data }, 'latest'])
    return decodeFunctionResult({ abi, functionName, data: result as Hex })
  }

  /** How a call fails, as in {@link Outcome}; undefined when it does not. */
  async failure(from: Address, to: Address | undefined, data: Hex, value = 0n): Promise<string | undefined> {
    const gas = hexOf(to === undefined ? 8_000_000n : gasLimit)
    const call = { from, ...(to && { to }), data, value: hexOf(value), gas }
    const error = await this.anvil.rpc('eth_call', [call, 'latest']).then(
      () => undefined,
      thrown => (thrown as Error).cause as { code: number; message: string; data?: Hex },
    )
    if (error === undefined) return undefined
    if (error.message.includes('InvalidFEOpcode')) return 'invalid opcode'
    // Before Byzantium the opcode of a revert is an unknown one, which takes all of the gas.
    if (error.message.includes('NotActivated')) return 'reverted'
    if (error.message.includes('OutOfGas')) return 'out of gas'
    if (error.data === '0x') return 'reverted'
    if (error.data === undefined) throw new Error(JSON.stringify(error))
    return `reverted: ${decodeErrorResult({ abi: [], data: error.data }).args?.[0]}`
  }

  async #send(
    from: PrivateKeyAccount,
    to: Address | undefined,
    data: Hex,
    options: { value?: bigint; gas?: bigint },
  ) {
    const nonce = this.#nonces.get(from.address) ?? 0
    this.#nonces.set(from.address, nonce + 1)
    const raw = await from.signTransaction({
      chainId: 31337,
      type: 'legacy',
      nonce,
      gas: options.gas ?? gasLimit,
      gasPrice: 2_000_000_000n,
      value: options.value ?? 0n,
      data,
      ...(to === undefined ? {} : { to }),
    })
    const hash = await this.anvil.rpc('eth_sendRawTransaction', [raw])
    await this.anvil.mine()
    const receipt = await this.anvil.rpc('eth_getTransactionReceipt', [hash])
    return receipt as { status: Hex; gasUsed: Hex; contractAddress: Address | null; logs: Log[] }
  }
}

export type Kind = 'producing' | 'consuming'
export type Flavour = 'double' | 'strict'

/** The addresses of a whole release A double. */
export interface DoubleAddresses {
  readonly origin: Address
  readonly producing: Address
  readonly consuming: Address
  readonly certificates: Address
}

const masks = { assetAdmin: 4n, assetManager: 16n, matcher: 64n }

/** Who is who among the accounts of the chain. The administrator deploys everything. */
export const people = {
  administrator: 0,
  meter: 1,
  owner: 2,
  stranger: 3,
  newMeter: 4,
  matcher: 5,
  assetAdmin: 6,
}

/** Deploys the double, first public build unless `audited`, and gives out its roles. */
export async function deployDouble(bench: Bench, audited = false): Promise<DoubleAddresses> {
  const origin = await bench.deploy(artifact(originDouble), [audited])
  const producing = await bench.deploy(artifact(producingDouble), [origin])
  const consuming = await bench.deploy(artifact(consumingDouble), [origin])
  const certificates = await bench.deploy(artifact(certificateDouble), [origin])
  const abi = originDouble.abi as Abi
  const configure = async (functionName: string, args: readonly unknown[]) => {
    const data = encodeFunctionData({ abi, functionName, args })
    const { text } = await bench.send(bench.account(people.administrator), origin, data)
    if (text !== 'accepted') throw new Error(`${functionName}: ${text}`)
  }
  await configure('init', [producing, consuming, certificates])
  await configure('setRoles', [bench.account(people.owner).address, masks.assetManager])
  await configure('setRoles', [bench.account(people.matcher).address, masks.matcher])
  await configure('setRoles', [bench.account(people.assetAdmin).address, masks.assetAdmin])
  return { origin, producing, consuming, certificates }
}

export async function deployStrict(bench: Bench): Promise<Record<Kind, Address>> {
  return {
    producing: await bench.deploy({ abi: [], bytecode: producingBytecode }),
    consuming: await bench.deploy({ abi: [], bytecode: consumingBytecode }),
  }
}

/** The event of that name in the logs of one contract, or undefined. */
export function eventIn(outcome: Outcome, abi: Abi, eventName: string): Record<string, unknown> | undefined {
  for (const log of outcome.logs) {
    const decoded = decodeEventLog({ abi, topics: log.topics, data: log.data, strict: false })
    if (decoded.eventName === eventName) return decoded.args as unknown as Record<string, unknown>
  }
  return undefined
}

function artifact(json: { abi: unknown; bytecode: string }): { abi: Abi; bytecode: Hex } {
  return { abi: json.abi as Abi, bytecode: concatHex([json.bytecode as Hex]) }
}

export const hexOf = (value: bigint): Hex => `0x${value.toString(16)}`
