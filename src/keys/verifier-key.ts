import { createHash } from 'node:crypto'
import { concatBytes, toBase64, toHex, utf8 } from '../core/bytes.ts'
import { EnergywebError } from '../core/errors.ts'

/** Type byte of an Ed25519 key in a C2SP signed note. */
const ed25519Type = 0x01

/**
 * The text by which others know a log's key (C2SP signed note: `<name>+<key id>+<base64 of type and key>`).
 * @param origin - the log's name, used as key name: not empty, no white space, no `+`.
 * @param publicKey - the 32 bytes of an Ed25519 public key.
 * @throws EnergywebError `argument-invalid`
 */
export function verifierKey(origin: string, publicKey: Uint8Array): string {
  if (origin === '' || /[\s+\p{Cc}\p{Z}]/u.test(origin)) {
    throw new EnergywebError('argument-invalid', `${JSON.stringify(origin)} is not a name for a log's key`, {
      hint: 'Write it like an address without https://, as in gateway.example.org/roof: no space and no +.',
    })
  }
  if (publicKey.length !== 32) {
    throw new EnergywebError(
      'argument-invalid',
      `an Ed25519 public key has 32 bytes, not ${publicKey.length}`,
    )
  }
  const material = concatBytes(Uint8Array.of(ed25519Type), publicKey)
  const hash = createHash('sha256')
    .update(concatBytes(utf8(`${origin}\n`), material))
    .digest()
  return `${origin}+${toHex(hash.subarray(0, 4))}+${toBase64(material)}`
}
