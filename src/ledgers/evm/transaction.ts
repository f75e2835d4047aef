import { fromHex, toHex } from '../../core/bytes.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { Signer } from '../../core/signer.ts'
import type { Variant } from '../../core/submission.ts'
import type { FeeSettings, Fees } from './fees.ts'
import type { Viem } from './viem.ts'

export type Hex = `0x${string}`

/** A contract call, ready to be signed. */
export interface TransactionInput {
  readonly type: FeeSettings['type']
  readonly chainId: bigint
  readonly nonce: number
  /** Hex with 0x. */
  readonly to: string
  readonly data: string
  readonly gas: bigint
  readonly fees: Fees
}

const asHex = (text: string): Hex => `0x${text.replace(/^0x/, '')}`

/** The account of a secp256k1 key: the last 20 bytes of Keccak-256 of X and Y; lower case. */
export function accountOf(signer: Signer, viem: Viem): string {
  const publicKey = signer.publicKey('secp256k1')
  return `0x${viem.keccak256(publicKey.subarray(1), 'hex').slice(-40)}`
}

/**
 * Signs a transaction: legacy with EIP-155, or EIP-1559. The same input always gives the same bytes (RFC 6979), so that
 * signing again after a crash does no harm.
 * @throws EnergywebError `key-unavailable` from the signer.
 */
export async function signTransaction(
  input: TransactionInput,
  { signer, viem, signal }: { signer: Signer; viem: Viem; signal?: AbortSignal },
): Promise<Variant> {
  const { type, nonce, gas, fees } = input
  const shared = {
    chainId: Number(input.chainId),
    nonce,
    gas,
    to: asHex(input.to),
    data: asHex(input.data),
    value: 0n,
  }
  const transaction =
    type === 'legacy'
      ? ({ ...shared, type: 'legacy', gasPrice: fees.maxFeePerGas } as const)
      : ({ ...shared, type: 'eip1559', ...fees } as const)
  const digest = viem.keccak256(viem.serializeTransaction(transaction), 'bytes')
  const signature = await signer.sign(digest, { algorithm: 'secp256k1', ...(signal && { signal }) })
  const recovery = signature[64]
  if (signature.length !== 65 || (recovery !== 0 && recovery !== 1)) {
    throw new EnergywebError('key-invalid', 'the signer gave no recoverable signature of 65 bytes')
  }
  const raw = viem.serializeTransaction(transaction, {
    r: asHex(toHex(signature.subarray(0, 32))),
    s: asHex(toHex(signature.subarray(32, 64))),
    v: 27n + BigInt(recovery),
    yParity: recovery,
  })
  return { hash: viem.keccak256(fromHex(raw)), raw, nonce, ...fees }
}
