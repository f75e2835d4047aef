import { createCipheriv, createDecipheriv, hkdfSync, timingSafeEqual } from 'node:crypto'
import { utf8 } from '../../core/bytes.ts'
import { EnergywebError } from '../../core/errors.ts'

/** Bytes of a data key. Every opener keeps it in its own way. */
export const dataKeyLength = 32

const [keyLength, nonceLength, tagLength] = [32, 12, 16]

/** What follows from a data key and the salt of one sealing: a key that is used once, and a commitment to the data key. */
interface DerivedKeys {
  readonly key: Buffer<ArrayBuffer>
  readonly nonce: Buffer<ArrayBuffer>
  readonly commitment: Buffer<ArrayBuffer>
}

/** RFC 5869. A salt is new with every sealing, so that no nonce ever comes twice under one key. */
function derived(dataKey: Uint8Array, salt: Uint8Array): DerivedKeys {
  const expand = (what: string, length: number) =>
    Buffer.from(hkdfSync('sha256', dataKey, salt, `energyweb-sealed v1 ${what}`, length))
  const body = expand('body', keyLength + nonceLength)
  return {
    key: body.subarray(0, keyLength),
    nonce: body.subarray(keyLength),
    commitment: expand('commitment', 32),
  }
}

/** The commitment of a header with this salt. */
export function commitmentOf(dataKey: Uint8Array, salt: Uint8Array): Buffer<ArrayBuffer> {
  return derived(dataKey, salt).commitment
}

/** AES-256-GCM, the tag at the end; `preamble` is vouched for too. */
export function encryptBody(
  plain: Uint8Array,
  { dataKey, salt, preamble }: { dataKey: Uint8Array; salt: Uint8Array; preamble: string },
): Uint8Array {
  const { key, nonce } = derived(dataKey, salt)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(utf8(preamble))
  const body = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  key.fill(0)
  return body
}

/** True when this is the data key that the header was made with. */
export function isDataKey(
  dataKey: Uint8Array,
  { salt, commitment }: { salt: Uint8Array; commitment: Uint8Array },
): boolean {
  return dataKey.length === dataKeyLength && timingSafeEqual(commitmentOf(dataKey, salt), commitment)
}

/**
 * Opens the body. Nothing of it is handed out before all of it was found unchanged.
 * @throws EnergywebError `config-invalid`
 */
export function decryptBody(
  ciphertext: Uint8Array,
  { dataKey, salt, preamble }: { dataKey: Uint8Array; salt: Uint8Array; preamble: string },
): Buffer {
  const { key, nonce } = derived(dataKey, salt)
  const at = ciphertext.length - tagLength
  try {
    if (at < 0) throw changed()
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength })
    decipher.setAAD(utf8(preamble))
    decipher.setAuthTag(ciphertext.subarray(at))
    return Buffer.concat([decipher.update(ciphertext.subarray(0, at)), final(decipher)])
  } finally {
    key.fill(0)
  }
}

function final(decipher: { final(): Buffer }): Buffer {
  try {
    return decipher.final()
  } catch (cause) {
    throw changed(cause)
  }
}

function changed(cause?: unknown): EnergywebError {
  return new EnergywebError('config-invalid', 'the sealed configuration was changed after it was sealed', {
    hint: 'Take it from a copy.',
    ...(cause !== undefined && { cause }),
  })
}
