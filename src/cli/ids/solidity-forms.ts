import { encodeCid } from '../../core/any-cid.ts'
import { toHex } from '../../core/bytes.ts'
import type { Identifier } from './identifier.ts'

/** An identifier as a contract may hold it: a type of Solidity, and the literal that is pasted for a value of it. */
export interface SolidityForm {
  readonly type: 'string' | 'bytes' | 'bytes16' | 'bytes32'
  readonly literal: string
}

/**
 * The forms in which `names` of a kind of ledger gives an identifier to a contract. Hex literals of 16 and of 32 bytes are of
 * their `bytesN` without a cast. A UUID in a `bytes32` stands on the left, as Solidity widens a `bytes16`.
 */
export function solidityForms({ kind, id, bytes, cid }: Identifier): readonly SolidityForm[] {
  const text: SolidityForm = { type: 'string', literal: `"${id}"` }
  const hex = `0x${toHex(bytes)}`
  if (kind === 'leaf hash') return [{ type: 'bytes32', literal: hex }, text]
  if (cid === undefined) {
    return [text, { type: 'bytes16', literal: hex }, { type: 'bytes32', literal: hex.padEnd(66, '0') }]
  }
  return [
    text,
    { type: 'bytes', literal: `hex"${toHex(encodeCid(cid))}"` },
    { type: 'bytes32', literal: hex },
  ]
}
