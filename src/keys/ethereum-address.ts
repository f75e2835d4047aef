import { toHex, utf8 } from '../core/bytes.ts'
import { EnergywebError } from '../core/errors.ts'

/**
 * The account address of a secp256k1 public key (65 bytes, uncompressed), with the checksum of EIP-55.
 * @throws EnergywebError `argument-invalid` for any other form of public key.
 */
export async function ethereumAddress(publicKey: Uint8Array): Promise<string> {
  if (publicKey.length !== 65 || publicKey[0] !== 4) {
    throw new EnergywebError('argument-invalid', 'a public key must be 65 bytes, uncompressed (04 || X || Y)')
  }
  const { keccak_256 } = await import('@noble/hashes/sha3.js')
  return checksumAddress(toHex(keccak_256(publicKey.subarray(1)).subarray(-20)))
}

/** EIP-55: a letter is a capital where the keccak-256 digit of the lower-case text at its place is 8 or more. */
export async function checksumAddress(digits: string): Promise<string> {
  const { keccak_256 } = await import('@noble/hashes/sha3.js')
  const lower = digits.toLowerCase()
  const hash = toHex(keccak_256(utf8(lower)))
  let text = '0x'
  for (let i = 0; i < lower.length; i++) {
    text += hash.charAt(i) >= '8' ? lower.charAt(i).toUpperCase() : lower.charAt(i)
  }
  return text
}
