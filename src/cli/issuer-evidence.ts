import { messageOf } from '../core/errors.ts'
import type { ComparedEntry, ComparedPart } from '../ledgers/issuer/compare-entries.ts'
import {
  comparedFromEvidence,
  comparedFromLog,
  compareWithEntries,
} from '../ledgers/issuer/compare-entries.ts'
import type { RequestMetadata } from '../ledgers/issuer/request-metadata.ts'
import { readCheckpoint } from '../proof/checkpoint.ts'
import { type Evidence, verifyEvidence } from '../proof/evidence/index.ts'
import { Rebuilder } from '../proof/evidence/rebuild.ts'
import type { Hashes } from '../proof/hashes.ts'
import type { LogReader } from '../storage/index.ts'
import { trustedKey } from './trusted-key.ts'

/** What holding a request against something came to. */
export interface Held {
  /** `agrees`: all of it, and what it was held against is proven; `differs`: something is false; `open`: not decided. */
  readonly outcome: 'agrees' | 'differs' | 'open'
  /** What was looked at, one sentence each. */
  readonly parts: readonly {
    readonly part: string
    readonly outcome: ComparedPart['outcome']
    readonly text: string
  }[]
}

/**
 * Holds what a request says against an evidence file, which is hostile input: it counts as far as it is proven.
 * @param keys - verifier keys of the log that are trusted; without one nothing is proven
 */
export function heldAgainstEvidence(
  metadata: RequestMetadata,
  bytes: Uint8Array,
  { keys, hashes }: { readonly keys: readonly string[]; readonly hashes: Hashes },
): Held {
  const { verdict, evidence, steps } = verifyEvidence(bytes, {
    keys: keys.map(text => trustedKey(text)),
    hashes,
  })
  const open = steps.find(({ state }) => state === (verdict === 'refuted' ? 'false' : 'open'))
  const outcome = ({ proven: 'agrees', refuted: 'differs', incomplete: 'open' } as const)[verdict]
  const proof = { part: 'evidence', outcome, text: open?.text ?? 'the file is proven' }
  if (evidence === undefined) return heldOf([proof])
  const parts = compareWithEntries(metadata, entriesOf(evidence, hashes))
  return heldOf([proof, originPart(metadata, evidence), ...parts])
}

/** Entries of the stream that the file is about. */
export function entriesOf({ segments }: Evidence, hashes: Hashes): readonly ComparedEntry[] {
  const rebuilder = new Rebuilder(hashes)
  const stream = segments[0]?.stream
  return segments
    .filter(segment => segment.stream === stream)
    .flatMap((segment, i) => rebuilder.rebuild(segment, i).entries)
    .map(comparedFromEvidence)
}

function originPart({ origin }: RequestMetadata, { checkpoint }: Evidence) {
  const part = 'origin'
  try {
    const { origin: signed } = readCheckpoint(checkpoint)
    if (origin === undefined)
      return { part, outcome: 'agrees' as const, text: `the log is ${signed}, the request names none` }
    return signed === origin
      ? { part, outcome: 'agrees' as const, text: `the log is ${signed}` }
      : { part, outcome: 'differs' as const, text: `the log is ${signed}, the request says ${origin}` }
  } catch (error) {
    return { part, outcome: 'differs' as const, text: `the checkpoint can't be read: ${messageOf(error)}` }
  }
}

/** Holds what a request says against the log that it came from. @throws EnergywebError `log-io`, `log-corrupt` */
export function heldAgainstLog(metadata: RequestMetadata, log: LogReader, stream: string): Held {
  const { first, last } = metadata
  const entries: ComparedEntry[] = []
  for (let after = first - 1; after < last; ) {
    const found = log.entries(stream, { after, limit: Math.min(page, last - after) })
    if (found.length === 0) break
    entries.push(...found.map(comparedFromLog))
    after += found.length
  }
  // Back to the entry before that says what the register held.
  for (
    let end = first;
    end > 0 && !entries.some(({ sequence, total }) => sequence < first && total !== undefined);
  ) {
    const start = Math.max(0, end - page)
    entries.push(...log.entries(stream, { after: start - 1, limit: end - start }).map(comparedFromLog))
    end = start
  }
  return heldOf(compareWithEntries(metadata, entries))
}

const page = 256

function heldOf(parts: Held['parts']): Held {
  const outcomes = parts.map(({ outcome }) => outcome)
  const outcome = outcomes.includes('differs') ? 'differs' : outcomes.includes('open') ? 'open' : 'agrees'
  return { outcome, parts }
}
