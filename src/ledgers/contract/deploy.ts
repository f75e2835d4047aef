import type { Abi, ContractConstructorArgs, Hex } from 'viem'
import { fromHex } from '../../core/bytes.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { Signer } from '../../core/signer.ts'
import { hexOf } from '../evm/answers.ts'
import type { EvmNetwork } from '../evm/network.ts'
import { encodeRlp, rlpInteger } from '../evm/rlp.ts'
import { keccakHex } from '../evm/transaction.ts'
import { encodeDeployment, readAbi } from './abi.ts'
import { EvmContract } from './contract.ts'
import type { AbiOf, AbiSource } from './contract-types.ts'
import { sendSigned } from './send-signed.ts'
import type { DeedOptions } from './sending.ts'
import { sentTransaction } from './sent-transaction.ts'
import type { MinedTransaction, WaitOptions } from './wait-for.ts'

export interface DeploymentOptions extends DeedOptions, WaitOptions {
  /** Creation code, hex with 0x. */
  readonly bytecode: string
  readonly signer: Signer
}

export type DeployOptions<source extends AbiSource> = DeploymentOptions & {
  readonly abi: source
} & ConstructorArgs<AbiOf<source>>

type ConstructorArgs<abi extends Abi> =
  readonly [] extends ContractConstructorArgs<abi>
    ? { readonly args?: ContractConstructorArgs<abi> }
    : { readonly args: ContractConstructorArgs<abi> }

export interface DeployedContract<abi extends Abi> {
  readonly contract: EvmContract<abi>
  readonly transaction: MinedTransaction<abi>
}

/** See `EvmNetwork.deploy`, which knows the type of the arguments. */
export async function deployContract<const source extends AbiSource>(
  network: EvmNetwork,
  { abi, args, ...options }: DeploymentOptions & { readonly abi: source; readonly args?: unknown },
): Promise<DeployedContract<AbiOf<source>>> {
  const list: readonly unknown[] = Array.isArray(args) ? args : []
  return create(network, { abi: readAbi(abi), args: list }, options)
}

async function create<abi extends Abi>(
  network: EvmNetwork,
  { abi, args }: { abi: abi; args: readonly unknown[] },
  { bytecode, value = 0n, ...options }: DeploymentOptions,
): Promise<DeployedContract<abi>> {
  const code: Hex = `0x${bytecode.replace(/^0x/, '')}`
  const data = encodeDeployment(abi, code, args)
  const deed = { to: undefined, data, value, what: 'the creation of the contract', abi }
  const signed = await sendSigned(network, deed, options)
  const { hash, nonce } = signed.variant
  const address = addressOf(signed.account, nonce)
  const sent = sentTransaction(network, { deed: { ...deed, to: address }, abi, hash, signed })
  const transaction = await sent.wait(options)
  const there = hexOf(await network.request('eth_getCode', [address, 'latest'], options), 'code')
  if (there === '0x') {
    throw new EnergywebError('transaction-refused', `${hash} succeeded and left no code at ${address}`, {
      hint: 'Is it creation code, and not that of a contract which runs?',
    })
  }
  return { contract: EvmContract.of(network, address, abi), transaction }
}

/** Where an account's transaction of this nonce creates a contract (Ethereum Yellow Paper, section 7). */
function addressOf(account: string, nonce: number): string {
  return `0x${keccakHex(encodeRlp([fromHex(account), rlpInteger(BigInt(nonce))])).slice(-40)}`
}
