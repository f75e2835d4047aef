import { ed25519 } from '@noble/curves/ed25519.js'
import { p256 } from '@noble/curves/nist.js'
import { concatBytes, fromHex, toBase64, utf8 } from '../../src/core/bytes.ts'
import { cosignatureMessage, cosignatureOf } from '../../src/proof/cosignature.ts'
import { ecdsaKeyOf } from '../../src/proof/ecdsa-key.ts'
import { nobleHashes } from '../../src/proof/hashes.ts'
import type { NoteSignature } from '../../src/proof/signed-note.ts'
import { cosignerKeyOf, type VerifierKey, verifierKeyOf } from '../../src/proof/verifier-key.ts'
import { type Division, dividingSigner } from './evil-ed25519.ts'

/** Signers whose secret is one byte, 32 times: known to all, and so fit for examples only. */
const secretOf = (byte: number) => new Uint8Array(32).fill(byte)

const spkiPrefix = fromHex('3059301306072a8648ce3d020106082a8648ce3d030107034200')

export interface ExampleSigner {
  readonly key: VerifierKey
  sign(text: string): NoteSignature
}

export function logSigner(name: string, byte = 7): ExampleSigner {
  const key = verifierKeyOf(name, ed25519.getPublicKey(secretOf(byte)))
  return {
    key,
    sign: text => ({ name, keyId: key.id, signature: ed25519.sign(utf8(text), secretOf(byte)) }),
  }
}

/** Signs as hardware does: ECDSA over P-256. */
export function ecdsaSigner(name: string, byte = 8): ExampleSigner {
  const key = ecdsaKeyOf(name, concatBytes(spkiPrefix, p256.getPublicKey(secretOf(byte), false)))
  const sign = (text: string) => p256.sign(utf8(text), secretOf(byte), { format: 'der', lowS: false })
  return { key, sign: text => ({ name, keyId: key.id, signature: sign(text) }) }
}

export function witnessSigner(name: string, { byte, time }: { byte: number; time: number }): ExampleSigner {
  const key = cosignerKeyOf(name, ed25519.getPublicKey(secretOf(byte)))
  const sign = (text: string) => ed25519.sign(cosignatureMessage(text, time), secretOf(byte))
  return { key, sign: text => cosignatureOf({ name, keyId: key.id, time, signature: sign(text) }) }
}

/** A log's signer, of whose signatures verifiers think differently. */
export function dividingLogSigner(name: string, division: Division): ExampleSigner {
  const { publicKey, sign } = dividingSigner(division, 7)
  const key = verifierKeyOf(name, publicKey)
  return { key, sign: text => ({ name, keyId: key.id, signature: sign(utf8(text)) }) }
}

/** A witness's. */
export function dividingWitnessSigner(name: string, division: Division, time: number): ExampleSigner {
  const { publicKey, sign } = dividingSigner(division, 1)
  const key = cosignerKeyOf(name, publicKey)
  const signature = (text: string) => sign(cosignatureMessage(text, time))
  return { key, sign: text => cosignatureOf({ name, keyId: key.id, time, signature: signature(text) }) }
}

/** A line of a note without any of the checks that our own writer makes. */
export function rawLine({ name, keyId, signature }: NoteSignature): string {
  return `— ${name} ${toBase64(concatBytes(keyId, signature))}\n`
}

/** A key's text without any of the checks of our own. */
export function rawKey(name: string, material: Uint8Array, spki?: Uint8Array): string {
  const id = nobleHashes.sha256(spki ?? concatBytes(utf8(`${name}\n`), material)).slice(0, 4)
  const hex = Array.from(id, byte => byte.toString(16).padStart(2, '0')).join('')
  return `${name}+${hex}+${toBase64(material)}`
}

export { spkiPrefix }
