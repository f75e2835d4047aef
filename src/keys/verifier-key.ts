import { createHash } from 'node:crypto'
import { concatBytes, toBase64, toHex, utf8 } from '../core/bytes.ts'
import { EnergywebError } from '../core/errors.ts'

/** Type bytes of an Ed25519 key in a C2SP signed note: that of a log, and that of a witness. */
const types = { log: 0x01, witness: 0x04 } as const

/**
 * The text by which others know the key of a log or of a witness (C2SP signed note: `<name>+<key id>+<base64 of type and
 * key>`).
 * @param name - the log's or the witness's: not empty, no white space, no `+`.
 * @param publicKey - the 32 bytes of an Ed25519 public key.
 * @throws EnergywebError `argument-invalid`
 */
export function verifierKey(name: string, publicKey: Uint8Array, whose: keyof typeof types = 'log'): string {
  if (name === '' || /[\s+\p{Cc}\p{Z}]/u.test(name)) {
    throw new EnergywebError(
      'argument-invalid',
      `${JSON.stringify(name)} is not a name for a ${whose}'s key`,
      {
        hint: 'Write it like an address without https://, as in gateway.example.org/roof: no space and no +.',
      },
    )
  }
  if (publicKey.length !== 32) {
    throw new EnergywebError(
      'argument-invalid',
      `an Ed25519 public key has 32 bytes, not ${publicKey.length}`,
    )
  }
  const material = concatBytes(Uint8Array.of(types[whose]), publicKey)
  const hash = createHash('sha256')
    .update(concatBytes(utf8(`${name}\n`), material))
    .digest()
  return `${name}+${toHex(hash.subarray(0, 4))}+${toBase64(material)}`
}
