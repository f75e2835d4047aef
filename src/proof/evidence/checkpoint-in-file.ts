import { isEnergywebError, messageOf } from '../../core/errors.ts'
import { type Checkpoint, readCheckpoint } from '../checkpoint.ts'
import { refutes } from './findings.ts'
import type { Finding } from './verification.ts'

/** The file's checkpoint, read. Who has signed it is a step of its own. */
export function readFileCheckpoint(note: string): Checkpoint | Finding {
  try {
    return readCheckpoint(note)
  } catch (error) {
    if (!isEnergywebError(error, 'note-invalid')) throw error
    return refutes('checkpoint-malformed', `The checkpoint can't be read: ${messageOf(error)}.`)
  }
}
