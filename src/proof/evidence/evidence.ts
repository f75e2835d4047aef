import type { EntryKind } from '../../core/entry.ts'

/*
 * The evidence file, version 1, as it stands in JSON: `docs/evidence.md` describes it for people who write a verifier of
 * their own. What can be recomputed is left out, so that it is small and so that it can't contradict itself: sequences,
 * hashes of entries, commitments and the root all come from what is checked.
 */

/** How a reader tells our files. */
export const evidenceVersion = 1

/** Everything from which a third party checks a reading or a period, offline. */
export interface Evidence {
  /** Version of the format. */
  readonly evidence: typeof evidenceVersion
  readonly made: {
    /** UTC with three decimals. */
    readonly at: string
    /** Like `energyweb 0.1.0`. */
    readonly by: string
  }
  /** What the file is to show. A verifier works it out from the entries and refutes the file when it differs. */
  readonly claim: EvidenceClaim
  /** Signed note of the log's size and root, with all its signatures and cosignatures, byte for byte. */
  readonly checkpoint: string
  /** The verifier key by which the maker says that the log signs. A hint for people: nothing is believed because of it. */
  readonly key: string
  /** Entries, as chains. The first one covers the claim's period; others hold what belongs to it and stands apart. */
  readonly segments: readonly EvidenceSegment[]
  /** Bytes in which the sources said what the documents hold, by their SHA-256 (base64url). */
  readonly raw?: Readonly<Record<string, EvidenceRaw>>
  /** Earlier trees of the same log, and the path by which the checkpoint's tree is shown to begin with each of them. */
  readonly consistency: readonly EvidenceConsistency[]
  /** Where checkpoints were written to a chain; what each says can be checked with a node of that chain. */
  readonly anchors: readonly EvidenceAnchor[]
  /** Provenance and trust boundary in words, for whoever opens the file. A verifier shows them as the maker's own words. */
  readonly notes: readonly string[]
}

export interface EvidenceClaim {
  /** The asset's name, as its opening has it. */
  readonly asset: string
  readonly channel: 'import' | 'export'
  /** The devices that the period's readings name, in the order of their first one; empty when none is named or shown. */
  readonly devices: readonly {
    readonly manufacturer: string | null
    readonly model: string | null
    readonly serial: string | null
  }[]
  /** From one instant to another, UTC with three decimals; both the same for one reading. */
  readonly from: string
  readonly to: string
  /** Readings of the period that count. */
  readonly readings: number
  /** Energy of the period, mJ as decimal text; null when the fields that tell it are not shown. */
  readonly energy: string | null
}

/** Consecutive entries of one stream. */
export interface EvidenceSegment {
  /** Random id of the stream. */
  readonly stream: string
  /** Sequence of the first entry. */
  readonly first: number
  /** Leaf hash of the entry before it, base64url; null at 0. */
  readonly previous: string | null
  readonly entries: readonly EvidenceEntry[]
  /** Where the last entry stands in the checkpoint's tree. All others hang on it by their hashes. */
  readonly inclusion: {
    readonly index: number
    /** Base64url of 32 bytes each, the leaf's sibling first. */
    readonly path: readonly string[]
  }
}

/** An entry without what can be recomputed, with its document, some fields of it, or only its commitment. */
export type EvidenceEntry = {
  readonly at: string
  readonly kind: EntryKind
  /** Left out where it is the usual one of the kind. */
  readonly schema?: string
  /** A key's own signature of this entry, `entryStatement`: key id (4 bytes) || r || s (32 bytes each), base64url. */
  readonly signed?: string
} & (EvidenceWhole | EvidenceShown | EvidenceSealed)

/** The whole document, and the seed of its salts. */
export interface EvidenceWhole {
  /**
   * Members in order, integers as decimal text, as the log keeps it. `cid` is left out where it is the CIDv1 (raw) of `raw`.
   */
  readonly document: Readonly<Record<string, string | boolean | null>>
  /** Base64url of 32 bytes. */
  readonly seed: string
  /** Left out where the entry commits to the tree of fields; `document` where to one hash of all. */
  readonly commitment?: 'document'
}

/** Some fields of the document. */
export interface EvidenceShown {
  readonly shown: Readonly<Record<string, { readonly value: string | boolean | null; readonly salt: string }>>
  /** Hashes of the largest subtrees of the field tree in which nothing is shown, from left to right; base64url. */
  readonly hidden: readonly string[]
}

/** Nothing of the document: it was erased, or is not to be shown. */
export interface EvidenceSealed {
  readonly sealed: { readonly fields: string } | { readonly hash: string }
}

export interface EvidenceRaw {
  readonly mediaType: string
  /** Base64url. */
  readonly bytes: string
}

export interface EvidenceConsistency {
  readonly size: number
  /** Base64url of 32 bytes. */
  readonly root: string
  readonly path: readonly string[]
}

/** A checkpoint's size and root as an account wrote them to a `CheckpointAnchor` contract. */
export interface EvidenceAnchor {
  /** Decimal text. */
  readonly chainId: string
  /** 0x and 40 hex digits, both. */
  readonly contract: string
  readonly account: string
  /** 0x and 64 hex digits: the log's id in the contract. */
  readonly log: string
  /** One of the trees in `consistency`, or the checkpoint's own. */
  readonly size: number
  readonly root: string
  readonly transaction: string
  /** Decimal text. */
  readonly block: string
  readonly blockHash: string
  readonly logIndex: number
}
