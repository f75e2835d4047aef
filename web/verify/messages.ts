import type { Evidence } from '../../src/proof/evidence/evidence.ts'
import type { Signers } from '../../src/proof/evidence/signers.ts'
import type { Verification } from '../../src/proof/evidence/verification.ts'
import type { Boundary } from './power-series.ts'
import type { ReadingPath } from './reading-path.ts'

/** What the page and its worker say to one another. */

/** Files and keys as the person at the page gave them. */
export interface CheckRequest {
  readonly kind: 'check'
  readonly number: number
  readonly file: File
  readonly previous: File | undefined
  /** Which of the two is the older one is to be told by what stands in them. */
  readonly guessed: boolean
  readonly keys: readonly string[]
  readonly witnesses: readonly string[]
  readonly quorum: number | undefined
}

export interface PathRequest {
  readonly kind: 'path'
  readonly number: number
  readonly segment: number
  readonly sequence: number
}

export type Request = CheckRequest | PathRequest

/** The file that was checked, or the one of the earlier audit. */
export interface FileFacts {
  readonly name: string
  readonly size: number
  /** SHA-256 of its bytes, hex. */
  readonly sha256: string
}

export type Checked = Omit<Verification, 'evidence' | 'signatures'> & {
  readonly signers: Signers
  /** The evidence without its entries, which stay in the worker. */
  readonly evidence: (Omit<Evidence, 'segments' | 'raw'> & { readonly entries: number }) | undefined
  readonly boundary: Boundary | undefined
  readonly file: FileFacts
  readonly previous: FileFacts | undefined
  /** The file given as the earlier one is the newer one. */
  readonly swapped: boolean
  /** How long the check took. */
  readonly milliseconds: number
}

export interface Failure {
  readonly message: string
  readonly hint: string | undefined
}

export type Answer =
  | { readonly number: number; readonly kind: 'progress'; readonly text: string }
  | { readonly number: number; readonly kind: 'checked'; readonly checked: Checked }
  | { readonly number: number; readonly kind: 'path'; readonly path: ReadingPath }
  | { readonly number: number; readonly kind: 'failed'; readonly failure: Failure }
