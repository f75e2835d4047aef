import { createHash } from 'node:crypto'
import { concatBytes, toBase64, toHex, utf8 } from '../core/bytes.ts'
import { EnergywebError } from '../core/errors.ts'
import { p256Spki } from '../core/p256-spki.ts'

/** Whose key it is: a log's, the P-256 one beside it, or a witness's. */
export type VerifierKeyOwner = 'log' | 'evidence' | 'witness'

/** Type bytes in a C2SP signed note, and how long a public key is. */
const types = {
  log: { byte: 0x01, length: 32, curve: 'an Ed25519' },
  evidence: { byte: 0x02, length: 65, curve: 'a P-256' },
  witness: { byte: 0x04, length: 32, curve: 'an Ed25519' },
} as const

/**
 * The text by which others know the key of a log or of a witness (C2SP signed note: `<name>+<key id>+<base64 of type and
 * key>`).
 * @param name - the log's or the witness's: not empty, no white space, no `+`; an evidence key has the log's.
 * @param publicKey - the 32 bytes of an Ed25519 public key; of an evidence key the 65 of P-256, uncompressed.
 * @throws EnergywebError `argument-invalid`
 */
export function verifierKey(name: string, publicKey: Uint8Array, whose: VerifierKeyOwner = 'log'): string {
  if (name === '' || /[\s+\p{Cc}\p{Z}]/u.test(name)) {
    throw new EnergywebError(
      'argument-invalid',
      `${JSON.stringify(name)} is not a name for a ${whose}'s key`,
      {
        hint: 'Write it like an address without https://, as in gateway.example.org/roof: no space and no +.',
      },
    )
  }
  const { byte, length, curve } = types[whose]
  if (publicKey.length !== length) {
    throw new EnergywebError(
      'argument-invalid',
      `${curve} public key has ${length} bytes, not ${publicKey.length}`,
    )
  }
  const material = concatBytes(Uint8Array.of(byte), whose === 'evidence' ? p256Spki(publicKey) : publicKey)
  // The id of a key by ECDSA is that of its bytes alone, whatever its name is.
  const hashed = whose === 'evidence' ? material.subarray(1) : concatBytes(utf8(`${name}\n`), material)
  const id = createHash('sha256').update(hashed).digest().subarray(0, 4)
  return `${name}+${toHex(id)}+${toBase64(material)}`
}
