import { resolve } from 'node:path'
import { EnergywebError } from '../core/errors.ts'
import { readCheckpoint } from '../proof/checkpoint.ts'
import { checkEntrySignatures } from '../proof/evidence/entry-signatures.ts'
import {
  decodeEvidence,
  type Evidence,
  encodeEvidence,
  type Verification,
  verifyEvidence,
} from '../proof/evidence/index.ts'
import { type LogReader, openHashes, type ProveOptions, proveEvidence } from '../storage/index.ts'
import { readEvidenceFile } from './evidence-file.ts'
import { trustedKey } from './trusted-key.ts'
import { version } from './version.ts'

/** Evidence as it is handed out, with what a verifier who trusts its key says of it. */
export interface MadeEvidence {
  readonly text: string
  readonly evidence: Evidence
  readonly verification: Verification
}

/** A file of an earlier audit: its text, and the tree that it is about. */
export interface EarlierEvidence {
  readonly text: Uint8Array
  readonly size: number
  readonly root: Uint8Array
}

/**
 * Makes evidence and checks it as whoever gets it will: a file that would be refuted is not handed out.
 * @throws EnergywebError as `proveEvidence`; `log-corrupt` for evidence that would be refuted
 */
export async function makeEvidence(
  reader: LogReader,
  options: Omit<ProveOptions, 'reader' | 'made' | 'previous' | 'hashes'> & {
    readonly at: number
    readonly previous: EarlierEvidence | undefined
  },
): Promise<MadeEvidence> {
  const { at, previous, ...rest } = options
  const hashes = await openHashes()
  const made = { at, by: `energyweb ${version()}` }
  if (previous !== undefined) mustGoOn(reader, previous)
  const evidence = await proveEvidence({
    ...rest,
    reader,
    made,
    hashes,
    previous: previous === undefined ? [] : [previous],
  })
  const text = encodeEvidence(evidence)
  const verification = verifyEvidence(text, {
    keys: [options.key],
    hashes,
    ...(previous && { previous: previous.text }),
  })
  const wrong =
    verification.steps.find(({ state }) => state === 'false') ??
    checkEntrySignatures(
      verification,
      reader.signingKeys().map(key => trustedKey(key)),
    ).findings[0]
  if (wrong === undefined) return { text, evidence, verification }
  throw new EnergywebError('log-corrupt', `the evidence would be refuted: ${wrong.text}`, {
    hint: 'Run `energyweb log check`. Is the key the one that has signed the log?',
  })
}

/**
 * Reads the evidence of an earlier audit.
 * @throws EnergywebError `argument-invalid`, `evidence-invalid`, `note-invalid`
 */
export async function readEarlier(name: string, cwd: string): Promise<EarlierEvidence> {
  const text = await readEvidenceFile(name, name === '-' ? cwd : resolve(cwd))
  const { size, root } = readCheckpoint(decodeEvidence(text).checkpoint)
  return { text, size, root }
}

/** @throws EnergywebError `evidence-unavailable` when the log is not the one that the earlier evidence was of, or not whole */
function mustGoOn(reader: LogReader, { size, root }: EarlierEvidence): void {
  const head = reader.head()
  const hint = 'Was an old copy of the data folder put back, or is it the evidence of another log?'
  if (size > head.size) {
    throw new EnergywebError(
      'evidence-unavailable',
      `the earlier evidence is of a log of ${size} entries, and this log has ${head.size}`,
      { hint },
    )
  }
  if (Buffer.compare(reader.rootAt(size), root) !== 0) {
    throw new EnergywebError(
      'evidence-unavailable',
      `the first ${size} entries of this log are not those that the earlier evidence is of`,
      { hint },
    )
  }
}
