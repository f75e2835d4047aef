import { type Checkpoint, readCheckpoint } from '../checkpoint.ts'
import { attempt } from './attempt.ts'
import { refutes } from './findings.ts'
import type { Finding } from './verification.ts'

/** The file's checkpoint, read. Who has signed it is a step of its own. */
export function readFileCheckpoint(note: string): Checkpoint | Finding {
  return attempt(
    () => readCheckpoint(note),
    ({ message }) => refutes('checkpoint-malformed', `The checkpoint can't be read: ${message}.`),
  )
}
