import { equalBytes, toHex, utf8 } from '../../core/bytes.ts'
import { isEnergywebError, messageOf } from '../../core/errors.ts'
import { type Checkpoint, parseCheckpoint, verifyCheckpoint } from '../checkpoint.ts'
import { parseNote, parseVerifierKey, type SignedNote, type VerifierKey, verifyNote } from '../signed-note.ts'
import type { Evidence } from './evidence.ts'
import { leavesOpen, note, refutes, stepOf } from './findings.ts'
import type { Finding, VerificationStep } from './verification.ts'

/** A checkpoint as it was read; whether it is signed by whom is a step of its own. */
export interface ReadCheckpoint {
  readonly checkpoint: Checkpoint
  readonly note: SignedNote
}

/** Reads the note and what it signs. */
export function readSignedCheckpoint(text: string): ReadCheckpoint | Finding {
  try {
    const signed = parseNote(text)
    return { note: signed, checkpoint: parseCheckpoint(signed.text) }
  } catch (error) {
    if (!isEnergywebError(error)) throw error
    return refutes('checkpoint-malformed', `The checkpoint can't be read: ${messageOf(error)}.`)
  }
}
