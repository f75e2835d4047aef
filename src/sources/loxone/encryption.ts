import {
  constants,
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  type KeyObject,
  publicEncrypt,
  randomBytes,
  X509Certificate,
} from 'node:crypto'
import { fromBase64, toBase64, utf8 } from '../../core/bytes.ts'
import { messageOf } from '../../core/errors.ts'
import { malformed } from '../answers.ts'

const block = 16
/** The salt of commands is changed after an hour, as the maker's own client does. */
const saltKeptFor = 3_600_000

/**
 * Encrypts commands for a Miniserver: what its first generation has in place of TLS, and the second takes as well. It keeps the
 * token from who listens. It proves nothing of who answers: the public key comes over the same line.
 */
export class LoxoneEncryption {
  readonly #key = randomBytes(32)
  readonly #iv = randomBytes(block)
  readonly #monotonic: () => number
  #salt: { readonly text: string; readonly at: number } | undefined

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic
  }

  /** The session's key for the Miniserver's eyes (RSA, PKCS #1 v1.5, as it demands). */
  sessionKey(publicKey: KeyObject): string {
    const text = `${this.#key.toString('hex')}:${this.#iv.toString('hex')}`
    return toBase64(publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, utf8(text)))
  }

  /** The command whose answer comes encrypted too. */
  command(command: string): string {
    const cipher = createCipheriv('aes-256-cbc', this.#key, this.#iv).setAutoPadding(false)
    const plain = Buffer.from(this.#salted(command))
    const padded = Buffer.concat([plain, Buffer.alloc((block - (plain.length % block)) % block)])
    const encrypted = Buffer.concat([cipher.update(padded), cipher.final()])
    return `jdev/sys/fenc/${encodeURIComponent(encrypted.toString('base64'))}`
  }

  /** @throws EnergywebError `source-malformed` for what is no ciphertext of this session */
  decrypt(text: string, where: string): Uint8Array {
    try {
      const decipher = createDecipheriv('aes-256-cbc', this.#key, this.#iv).setAutoPadding(false)
      const encrypted = fromBase64(text.replace(/\s+/g, ''))
      const plain = Buffer.concat([decipher.update(encrypted), decipher.final()])
      let end = plain.length
      while (end > 0 && plain[end - 1] === 0) end--
      return plain.subarray(0, end)
    } catch (error) {
      throw malformed(where, `an encrypted answer can't be read: ${messageOf(error)}`)
    }
  }

  #salted(command: string): string {
    const now = this.#monotonic()
    const last = this.#salt
    if (last !== undefined && now - last.at < saltKeptFor) return `salt/${last.text}/${command}`
    const text = randomBytes(8).toString('hex')
    this.#salt = { text, at: now }
    return last === undefined ? `salt/${text}/${command}` : `nextSalt/${last.text}/${text}/${command}`
  }
}

/**
 * Reads the Miniserver's public key, which it wraps as a certificate while it is a bare key (SPKI); a certificate is taken too.
 * @throws EnergywebError `source-malformed`
 */
export function publicKeyOf(text: string, where: string): KeyObject {
  const bytes = Buffer.from(text.replace(/-----[A-Z ]+-----|\s/g, ''), 'base64')
  try {
    return createPublicKey({ key: bytes, format: 'der', type: 'spki' })
  } catch (error) {
    if (!(error instanceof Error)) throw error
  }
  try {
    return new X509Certificate(bytes).publicKey
  } catch (error) {
    throw malformed(where, 'the public key is none', error)
  }
}
