import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { EnergywebError } from '../core/errors.ts'
import { type ChainAccount, codeAt, sendTransaction } from './chain-transaction.ts'

export interface Deployment {
  /** 0x and 40 hex digits, with the checksum of EIP-55. */
  readonly address: string
  readonly transaction: string
  readonly block: bigint
}

/**
 * Deploys a contract: `data` is its bytecode, with what its constructor takes behind it.
 * @throws EnergywebError as `sendTransaction`; `ledger-not-ready` when the code is not there afterwards.
 */
export async function deployContract(
  account: ChainAccount,
  { what, data }: { what: string; data: `0x${string}` },
): Promise<Deployment> {
  const { getContractAddress, getAddress } = await import('viem/utils')
  const { nonce, transaction, block } = await sendTransaction(account, { what, data })
  const address = getContractAddress({ from: getAddress(account.address), nonce: BigInt(nonce) })
  if ((await codeAt(account.network, address)) === '0x') {
    throw new EnergywebError(
      'ledger-not-ready',
      `there is no code at ${address} after transaction ${transaction}`,
    )
  }
  return { address, transaction, block }
}

const artifactSchema = z.object({ bytecode: z.templateLiteral(['0x', z.string()]) })

/** The bytecode of a contract of ours, by its name. */
export function bytecodeOf(contract: 'FieldProofVerifier' | 'EvidenceKeyVerifier'): `0x${string}` {
  // Two folders up from src/cli and from dist/cli alike.
  const artifact = new URL(`../../contracts/generated/${contract}.json`, import.meta.url)
  return artifactSchema.parse(JSON.parse(readFileSync(artifact, 'utf8'))).bytecode
}

/** Deploys our CheckpointAnchor; it belongs to nobody. @throws EnergywebError as `deployContract` */
export async function deployAnchor(account: ChainAccount): Promise<Deployment> {
  const { anchorBytecode } = await import('../ledgers/anchor/generated/checkpoint-anchor.ts')
  return deployContract(account, { what: 'deploy the anchor', data: anchorBytecode })
}
