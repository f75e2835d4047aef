import { fromUtf8 } from '../core/bytes.ts'
import { EnergywebError, isEnergywebError, messageOf } from '../core/errors.ts'
import { type Checkpoint, verifyCheckpoint } from '../proof/checkpoint.ts'
import { verifyCosignatures } from '../proof/cosignature.ts'
import type { VerifierKey } from '../proof/verifier-key.ts'
import { FollowFault } from './follow-fault.ts'
import type { LogFiles } from './log-files.ts'
import { checkpointPath } from './tile-folder.ts'

const longestCheckpoint = 1_000_000

/** Whom a follower trusts. */
export interface FollowTrust {
  /** The log's key, which came by another way than the log. */
  readonly key: VerifierKey
  /** Witnesses of whom so many must have cosigned each checkpoint. */
  readonly witnesses?: { readonly keys: readonly VerifierKey[]; readonly quorum: number }
}

/** A checkpoint that the log's key has signed. */
export interface FetchedCheckpoint {
  readonly note: string
  readonly checkpoint: Checkpoint
  /** Names of the witnesses who have cosigned it. */
  readonly witnesses: readonly string[]
}

/** The checkpoint of a published log, whoever has signed it. @throws EnergywebError retryable when there is none */
export async function readNote(files: LogFiles, signal: AbortSignal): Promise<string> {
  const bytes = await files.read(checkpointPath, { maxBytes: longestCheckpoint, signal })
  if (bytes !== undefined) return fromUtf8(bytes)
  throw new EnergywebError('source-not-found', `${files.where} has no ${checkpointPath}`, {
    retryable: true,
    hint: 'Is that where a log is published?',
  })
}

/**
 * Fetches the checkpoint of a published log and verifies it.
 * @throws FollowFault `checkpoint-invalid`, `witnesses-missing`; EnergywebError when the log can't be reached
 */
export async function fetchCheckpoint(
  files: LogFiles,
  { key, witnesses }: FollowTrust,
  signal: AbortSignal,
): Promise<FetchedCheckpoint> {
  const { keys = [], quorum = 0 } = witnesses ?? {}
  try {
    const note = await readNote(files, signal)
    const checkpoint = verifyCheckpoint(note, [key])
    const cosigned = verifyCosignatures(note, keys).map(({ key: { name } }) => name)
    if (cosigned.length >= quorum) return { note, checkpoint, witnesses: cosigned }
    throw new FollowFault('witnesses-missing', `${cosigned.length} witnesses have cosigned, ${quorum} must`, {
      retryable: true,
      hint: 'Witnesses may need some time after a new checkpoint.',
    })
  } catch (cause) {
    const refused = ['note-invalid', 'proof-invalid', 'argument-invalid', 'source-too-large']
    if (cause instanceof FollowFault || !isEnergywebError(cause) || !refused.includes(cause.code)) throw cause
    throw new FollowFault('checkpoint-invalid', `${files.where}/${checkpointPath}: ${messageOf(cause)}`, {
      place: { path: checkpointPath },
      cause,
      hint: 'Is it the right key, and the right log?',
    })
  }
}
