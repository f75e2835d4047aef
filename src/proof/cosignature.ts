import { concatBytes, utf8 } from '../core/bytes.ts'
import type { Signer } from '../core/signer.ts'
import { parseCheckpoint } from './checkpoint.ts'
import { type Hashes, nobleHashes } from './hashes.ts'
import { ProofError, type ProofFailure } from './proof-failure.ts'
import {
  formatSignature,
  type NoteSignature,
  parseNote,
  requireSignature,
  signaturesBy,
} from './signed-note.ts'
import { cosignerKeyOf, type VerifierKey } from './verifier-key.ts'

/*
 * Cosignatures (C2SP tlog-cosignature, Ed25519): a witness has seen the checkpoint at a time, and that it is consistent
 * with every one it has seen of that log before.
 */

/** A witness's signature of a checkpoint at a time. */
export interface Cosignature {
  /** Of the witness's key. */
  readonly name: string
  /** 4 bytes. */
  readonly keyId: Uint8Array
  /** Seconds since 1970. */
  readonly time: number
  /** 64 bytes. */
  readonly signature: Uint8Array
}

const timeLength = 8

function checkTime(time: number): void {
  if (!Number.isSafeInteger(time) || time < 0) {
    throw new ProofError('cosignature-time-invalid', `${time} is no time of a cosignature`, {})
  }
}

/**
 * The bytes that a witness signs.
 * @param text - the checkpoint without its signatures, with its final line feed
 * @param time - seconds since 1970
 */
export function cosignatureMessage(text: string, time: number): Uint8Array {
  checkTime(time)
  return utf8(`cosignature/v1\ntime ${time}\n${text}`)
}

/** A cosignature as a signature of a note: the time's eight bytes, big-endian, before the 64 of the signature. */
export function cosignatureOf({ name, keyId, time, signature }: Cosignature): NoteSignature {
  checkTime(time)
  const bytes = new Uint8Array(timeLength)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(time))
  return { name, keyId, signature: concatBytes(bytes, signature) }
}

/** The cosignature's line in a note, with its line feed. */
export function formatCosignature(cosignature: Cosignature): string {
  return formatSignature(cosignatureOf(cosignature))
}

/**
 * Cosigns a checkpoint. Whoever calls it MUST have made sure, and durably remembered, that the checkpoint is consistent with
 * every one of its log that was cosigned before.
 * @param note - the checkpoint, as its log has signed it
 * @throws EnergywebError `note-invalid`
 */
export async function cosignCheckpoint(
  note: string,
  { name, time, signer }: { readonly name: string; readonly time: number; readonly signer: Signer },
  options: { hashes?: Hashes; signal?: AbortSignal } = {},
): Promise<Cosignature> {
  const { hashes = nobleHashes, signal } = options
  const { text } = parseNote(note)
  parseCheckpoint(text)
  const key = cosignerKeyOf(name, signer.publicKey('ed25519'), hashes)
  const message = cosignatureMessage(text, time)
  const signature = await signer.sign(message, { algorithm: 'ed25519', ...(signal && { signal }) })
  return { name, keyId: key.id, time, signature }
}

/**
 * Which of the witnesses have cosigned a checkpoint, and when. Unknown signatures are passed over; a known witness's wrong one
 * refuses the whole note. Whether they are enough is for the caller to say.
 * @throws EnergywebError `note-invalid`, `proof-invalid`, with a {@link ProofFailure}
 */
export function verifyCosignatures(
  note: string,
  witnesses: readonly VerifierKey[],
): readonly { readonly key: VerifierKey; readonly time: number }[] {
  const { text, signatures } = parseNote(note)
  parseCheckpoint(text)
  return signaturesBy(witnesses, signatures).map(([key, bytes]) => {
    if (key.type !== 'cosignature') {
      throw refused('key-type-wrong', `the key of ${key.name} is not one of a witness`)
    }
    if (bytes.length !== timeLength + 64) {
      throw refused('signature-bytes-invalid', `the cosignature of ${key.name} is not a time and 64 bytes`)
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, timeLength)
    const time = Number(view.getBigUint64(0))
    const signature = bytes.subarray(timeLength)
    requireSignature(key, { signature, message: cosignatureMessage(text, time) })
    return { key, time }
  })
}

function refused(failure: ProofFailure, why: string): ProofError {
  return new ProofError(failure, why, { code: 'proof-invalid' })
}
