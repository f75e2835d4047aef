import { concatBytes, fromHex, toHex } from '../../core/bytes.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { Signer } from '../../core/signer.ts'
import type { Variant } from '../../core/submission.ts'
import { portableHashes } from '../../proof/portable-hashes.ts'
import type { FeeSettings, Fees } from './fees.ts'
import { encodeRlp, type RlpItem, rlpInteger } from './rlp.ts'

/** A contract call, ready to be signed. */
export interface TransactionInput {
  readonly type: FeeSettings['type']
  readonly chainId: bigint
  readonly nonce: number
  /** Hex with 0x; without it the data create a contract. */
  readonly to?: string | undefined
  /** Hex with 0x. */
  readonly data: string
  readonly gas: bigint
  /** Wei that go along, default none. */
  readonly value?: bigint
  readonly fees: Fees
}

interface Signature {
  readonly r: bigint
  readonly s: bigint
  readonly recovery: 0 | 1
}

/** Keccak-256 as hex with 0x. */
export function keccakHex(bytes: Uint8Array): string {
  return `0x${toHex(portableHashes().keccak256(bytes))}`
}

/** The account of a secp256k1 key: the last 20 bytes of Keccak-256 of X and Y; lower case. */
export function accountOf(signer: Signer): string {
  return `0x${keccakHex(signer.publicKey('secp256k1').subarray(1)).slice(-40)}`
}

/**
 * Signs a transaction: legacy with EIP-155, or EIP-1559. The same input always gives the same bytes (RFC 6979), so that
 * signing again after a crash does no harm.
 * @throws EnergywebError `key-unavailable` from the signer.
 */
export async function signTransaction(
  input: TransactionInput,
  { signer, signal }: { signer: Signer; signal?: AbortSignal },
): Promise<Variant> {
  const digest = portableHashes().keccak256(serialise(input))
  const bytes = await signer.sign(digest, { algorithm: 'secp256k1', ...(signal && { signal }) })
  const recovery = bytes[64]
  if (bytes.length !== 65 || (recovery !== 0 && recovery !== 1)) {
    throw new EnergywebError('key-invalid', 'the signer gave no recoverable signature of 65 bytes')
  }
  const integer = (from: number) => BigInt(`0x${toHex(bytes.subarray(from, from + 32))}`)
  const signed = serialise(input, { r: integer(0), s: integer(32), recovery })
  return { hash: keccakHex(signed), raw: `0x${toHex(signed)}`, nonce: input.nonce, ...input.fees }
}

/** The bytes of a transaction; without a signature those that are signed. */
function serialise(input: TransactionInput, signature?: Signature): Uint8Array {
  return input.type === 'legacy' ? serialiseLegacy(input, signature) : serialiseFeeMarket(input, signature)
}

/** Replay protection by the chain id in `v` (EIP-155). */
function serialiseLegacy(input: TransactionInput, signature?: Signature): Uint8Array {
  const { chainId, fees } = input
  const last = signature
    ? [chainId * 2n + 35n + BigInt(signature.recovery), signature.r, signature.s]
    : [chainId, 0n, 0n]
  return encodeRlp([
    rlpInteger(BigInt(input.nonce)),
    rlpInteger(fees.maxFeePerGas),
    ...callFields(input),
    ...last.map(rlpInteger),
  ])
}

/** Type 2 (EIP-1559), without an access list. */
function serialiseFeeMarket(input: TransactionInput, signature?: Signature): Uint8Array {
  const { chainId, nonce, fees } = input
  const accessList: RlpItem = []
  const last = signature ? [BigInt(signature.recovery), signature.r, signature.s] : []
  const body = encodeRlp([
    rlpInteger(chainId),
    rlpInteger(BigInt(nonce)),
    rlpInteger(fees.maxPriorityFeePerGas),
    rlpInteger(fees.maxFeePerGas),
    ...callFields(input),
    accessList,
    ...last.map(rlpInteger),
  ])
  return concatBytes(Uint8Array.of(2), body)
}

/** Gas limit, recipient, value, data. */
function callFields({ gas, to, value = 0n, data }: TransactionInput): RlpItem[] {
  const recipient = to === undefined ? new Uint8Array() : fromHex(to)
  return [rlpInteger(gas), recipient, rlpInteger(value), fromHex(data)]
}
