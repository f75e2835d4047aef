import { toBase64url } from '../../src/core/bytes.ts'
import { schemaNamed } from '../../src/core/carbon-document.ts'
import { cosignatureOf, cosignCheckpoint } from '../../src/proof/cosignature.ts'
import { discloseFields } from '../../src/proof/disclosure.ts'
import {
  deriveClaim,
  type Evidence,
  type EvidenceEntry,
  type EvidenceSegment,
  sealedEntry,
  segmentOf,
  shownEntry,
  wholeEntry,
} from '../../src/proof/evidence/index.ts'
import { planFields } from '../../src/proof/field-tree.ts'
import { addSignatures } from '../../src/proof/signed-note.ts'
import { cosignerKeyOf, formatVerifierKey } from '../../src/proof/verifier-key.ts'
import { fixedSigner, type MemoryEntry, type MemoryLog } from './memory-log.ts'

export type FormOf = (entry: MemoryEntry) => EvidenceEntry

/** Entries of one stream as a segment, whole unless another form is given for one. */
export function segmentFrom(
  log: MemoryLog,
  entries: readonly MemoryEntry[],
  { size = log.entries.length, form = whole }: { size?: number; form?: FormOf } = {},
): EvidenceSegment {
  const last = entries.at(-1)!
  return segmentOf(entries[0]!.entry, entries.map(form), {
    index: last.index,
    path: log.inclusion(last.index, size),
  })
}

export function whole({ entry, document, seed }: MemoryEntry) {
  return wholeEntry(entry, document, seed)
}

/** Some fields of an entry's document. */
export function showing(...fields: string[]) {
  return ({ entry, document, seed }: MemoryEntry) => {
    const schema = schemaNamed(entry.kind, entry.schema)!
    return shownEntry(entry, discloseFields(document, { plan: planFields(schema), seed, fields }))
  }
}

/** Nothing of an entry's document. */
export function sealed({ entry }: MemoryEntry) {
  return sealedEntry(entry)
}

export interface FileOptions {
  readonly from: string
  readonly to: string
  /** Entries that the checkpoint covers; default all. */
  readonly size?: number
  /** Sizes of earlier trees to be linked. */
  readonly earlier?: readonly number[]
  readonly cosign?: (note: string) => Promise<string>
}

/** A file over segments, with the claim that follows from them. */
export async function evidenceFrom(
  log: MemoryLog,
  segments: readonly EvidenceSegment[],
  { from, to, size = log.entries.length, earlier = [], cosign = async note => note }: FileOptions,
): Promise<Evidence> {
  const claim = deriveClaim(segments, { from, to })
  if (claim === undefined) throw new Error('no opening among the segments')
  return {
    evidence: 1,
    made: { at: '2024-06-01T00:00:00.000Z', by: 'energyweb 0.1.0' },
    claim,
    checkpoint: await cosign(await log.checkpoint(size)),
    key: log.key,
    segments,
    consistency: earlier.map(before => ({
      size: before,
      root: toBase64url(log.root(before)),
      path: log.consistency(before, size).map(toBase64url),
    })),
    anchors: [],
    notes: ['Made by a test.'],
  }
}

/** A witness by a fixed secret: its verifier key, and what it does to a note. */
export function witness(secret: number, name = 'witness.example.org') {
  const signer = fixedSigner(secret)
  const cosign = (note: string) => cosignCheckpoint(note, { name, time: 1_717_200_000, signer })
  return {
    key: formatVerifierKey(cosignerKeyOf(name, signer.publicKey('ed25519'))),
    cosign: async (note: string) => addSignatures(note, [cosignatureOf(await cosign(note))]),
  }
}
