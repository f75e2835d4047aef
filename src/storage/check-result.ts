import { EnergywebError } from '../core/errors.ts'

/** Every way in which a log can be other than it was written. The list is closed. */
export const checkReasons = [
  /** SQLite itself can't read the file, or a column is not what the schema says. */
  'database',
  /** There is no row of this index, but one of a later. */
  'entry-missing',
  /** The log ends before its head, or a signed checkpoint, says so. */
  'tail-missing',
  /** The text does not have the leaf hash that stands beside it. */
  'leaf-hash',
  /** The hash of a subtree that ends with this entry is not that of its entries. */
  'tree-hash',
  /** The root is not that of the head. */
  'head',
  /** The entries that a checkpoint signed are not these. */
  'checkpoint-root',
  /** A kept checkpoint is malformed, or not signed by the given key. */
  'checkpoint-signature',
  /** The text is not an entry. */
  'entry-invalid',
  /** The columns beside the text say otherwise than the text. */
  'entry-columns',
  /** It does not follow the stream's entry before: sequence, or hash. */
  'stream-chain',
  /** The document is gone and no erasure says so. */
  'document-missing',
  /** The document is not of its schema, or not written as it must be. */
  'document-invalid',
  /** The entry does not commit to this document. */
  'commitment',
  /** The raw bytes are gone and no erasure says so. */
  'raw-missing',
  /** The raw bytes are not those that the document names. */
  'raw-hash',
  /** The register's law would not have made this entry, or other figures. */
  'register-law',
  /** The kept register is not what its entries make. */
  'register-state',
  /** The carbon register's law would not have made this entry, or other figures, or it prices what its asset did not add. */
  'carbon-law',
  /** The kept carbon register, or what is kept of the steps it prices, is not what the entries make. */
  'carbon-state',
  /** The table by which a reading is known again is not what the entries say. */
  'reading-key',
  /** Submissions and receipt entries do not fit each other. */
  'submission',
  /** What is kept of certificates is not what the entries say of them. */
  'certificate',
  /** A kept signature of a single entry is not that of its entry, or not by a key that may sign. */
  'entry-signature',
  /** An entry below the mark up to which its asset is signed has no signature. */
  'entry-signature-missing',
  /** What is kept of content that was given to remotes of IPFS names no entry, or what was erased. */
  'pin',
  /** A report line's cursor is not behind the last of its contiguous final submissions. */
  'cursor',
] as const

export type CheckReason = (typeof checkReasons)[number]

export interface BadEntry {
  readonly reason: CheckReason
  /** In words, with the data. */
  readonly detail: string
  /** Place in the log; undefined when no single entry can be named. */
  readonly index: number | undefined
  /** Name of the stream and place in it, where they are known. */
  readonly stream: string | undefined
  readonly sequence: number | undefined
}

export interface CheckResult {
  readonly ok: boolean
  /** How many entries were checked. */
  readonly entries: number
  readonly streams: number
  /** How many kept checkpoints were compared with the tree. */
  readonly checkpoints: number
  /** How many kept signatures of single entries were verified. */
  readonly signatures: number
  /** The first one; what comes behind it was not looked at. */
  readonly firstBad: BadEntry | undefined
  /** Entries whose document was erased, as an erasure entry says: their hashes are verified, their content is not. */
  readonly erased: number
  /** What the erasures say of themselves; their ranges are never vouched for. */
  readonly erasures: readonly ErasedRange[]
}

/** A range whose documents were erased, by the erasure's own word. */
export interface ErasedRange {
  readonly stream: string
  /** Sequences. */
  readonly first: number
  readonly last: number
  readonly by: string | null
  readonly reason: string | null
}

/** Thrown inside the check to end it with a finding; it never leaves it. */
export class Finding extends EnergywebError {
  readonly bad: BadEntry

  constructor(
    reason: CheckReason,
    detail: string,
    place: { index?: number | undefined; stream?: string | undefined; sequence?: number | undefined } = {},
  ) {
    super('log-corrupt', detail)
    this.bad = { reason, detail, index: place.index, stream: place.stream, sequence: place.sequence }
  }
}
