import { EnergywebError, type ErrorCode } from '../core/errors.ts'

/**
 * Every way in which a path, a note, a key, a checkpoint, a cosignature or a field can be refused. The list is closed: a new check gets
 * a new word here, and a hostile example of its own (`test/proof/evil`).
 */
export const proofFailures = [
  // trees and paths
  /** A size that is no whole number from 0 to 2^53 - 1. */
  'size-invalid',
  /** An index that is no whole number from 0 to 2^53 - 1. */
  'index-invalid',
  /** No leaf stands there: the tree is smaller. */
  'index-beyond-size',
  /** A leaf, a root or a hash of a path that has not 32 bytes. */
  'hash-length',
  'path-too-short',
  'path-too-long',
  /** The path leads from the leaf to another root: leaf, index, path or root is not what it is said to be. */
  'leaf-not-in-tree',
  /** The later tree is the smaller one. */
  'rolled-back',
  /** Two roots for one size. */
  'forked',
  /** The path does not lead to the earlier root: the later tree does not begin with the earlier one. */
  'old-root-differs',
  /** The path does not lead to the later root. */
  'new-root-differs',

  // signed notes
  'note-too-long',
  /** The text does not end with a line feed. */
  'text-unterminated',
  /** A lone surrogate: the text has no UTF-8 form. */
  'text-ill-formed',
  /** A character below U+0020 that is no line feed; a carriage return is one too. */
  'control-character',
  /** No empty line parts text and signatures. */
  'separator-missing',
  'text-empty',
  'signatures-missing',
  'signatures-too-many',
  /** A line that is not a dash, a name and base64. */
  'signature-malformed',
  /** Base64 without padding, with set unused bits, or of another alphabet. */
  'base64-invalid',
  'signature-too-short',
  /** Two signatures under one name and key id. */
  'signature-repeated',

  // keys
  /** Not `<name>+<id>+<base64>`. */
  'key-malformed',
  'key-name-invalid',
  /** A type of key that is not verified here. */
  'key-type-unknown',
  /** Not the bytes of a key of its type: wrong length, wrong encoding, not a point of the curve, one of small order. */
  'key-bytes-invalid',
  /** The id is not that of the key. */
  'key-id-differs',
  /** The same key twice among the trusted ones: it would count twice. */
  'key-repeated',
  /** A cosigner's key where the log's is needed, or the other way round. */
  'key-type-wrong',

  // signatures
  /** A known key's signature of the wrong length or encoding. */
  'signature-bytes-invalid',
  /** A known key's signature of something else. */
  'signature-wrong',
  /** None of the trusted keys has signed. */
  'signer-unknown',

  // checkpoints
  /** Fewer than three lines. */
  'checkpoint-incomplete',
  'origin-invalid',
  /** A size with a sign, leading zeros, or anything but digits. */
  'size-not-canonical',
  /** A size above 2^53 - 1. */
  'size-too-large',
  /** Not base64 of 32 bytes. */
  'root-invalid',
  'extension-empty',
  /** Signed by a trusted key, and not by the log that it speaks of. */
  'origin-not-signed',
  /** Checkpoints of two logs. */
  'origin-differs',

  // cosignatures
  /** A time above 2^53 - 1 seconds. */
  'cosignature-time-invalid',

  // tiles and bundles
  /** Not the path of a tile, or numbers that no tile has. */
  'tile-path-invalid',
  /** A tile does not hold as many hashes as it must. */
  'tile-length',
  /** A bundle ends before all its entries, or goes on behind them. */
  'bundle-length',
  /** The tiles of this tree have no such node. */
  'tile-node-missing',

  // fields of documents
  /** The schema has no field of this name. */
  'field-unknown',
  /** A value that is neither of the field's type nor null. */
  'field-type',
  /** An integer that does not fit 256 bits with a sign: its word is that of another. */
  'integer-too-large',
  /** A canonical text that is not the one spelling of a value of the type. */
  'value-not-canonical',
  /** A value that can't be hashed, or not as itself: a number beyond 256 bits, text that is hashed as another text is. */
  'value-not-hashable',
  /** Not base64 of 16 bytes, or of a form that no salt has. */
  'salt-invalid',
  'hidden-missing',
  'hidden-left-over',
  /** An element of a path that is not one hash on one side. */
  'path-element-invalid',
  /** The path leads to another place than the field's. */
  'field-place-differs',
  /** The proof is of a document with other fields. */
  'fields-differ',
  /** Which fields the document has must be known, and is not. */
  'fields-needed',
  /** A shown length, or null, that is not what the document's outline says. */
  'outline-differs',
  /** An element of a list is shown, and the list's length is not. */
  'length-hidden',
  /** The proof leads to another root: name, value, salt, path or root is not what it is said to be. */
  'field-not-in-document',
] as const

export type ProofFailure = (typeof proofFailures)[number]

/** Thrown where a proof is refused; it says by a closed code why. */
export class ProofError extends EnergywebError {
  readonly failure: ProofFailure

  constructor(
    failure: ProofFailure,
    message: string,
    { code = 'note-invalid', ...options }: { code?: ErrorCode; cause?: unknown; hint?: string },
  ) {
    super(code, message, options)
    this.failure = failure
  }
}

/** Why a proof was refused; undefined for any other error. */
export function proofFailure(error: unknown): ProofFailure | undefined {
  return error instanceof ProofError ? error.failure : undefined
}
