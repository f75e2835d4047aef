import { createRequire } from 'node:module'

/** What the tests use of npm `ew-precise-proofs-js`, whose own types need TypeScript 3. */
export interface PreciseProofsLibrary {
  createLeafs(document: object, salts?: readonly string[]): Leaf[]
  createMerkleTree(hashes: readonly string[]): readonly string[][]
  getRootHash(tree: readonly string[][]): string
  createExtendedTreeRootHash(root: string, schema: string[]): string
  createProof(key: string, leaves: Leaf[], withSchema: boolean): LibraryProof
  verifyProof(root: string, proof: unknown, schema?: string[]): boolean
}

interface Leaf {
  readonly key: string
  readonly value: string
  readonly salt: string
  readonly hash: string
}

export interface LibraryProof {
  readonly key: string
  readonly value: string
  readonly salt: string
  readonly proofPath: readonly ({ readonly left: string } | { readonly right: string })[]
  readonly schemaHash?: string
}

/** The library of Energy Web, which nobody here wrote. It is CommonJS. */
export const preciseProofs: PreciseProofsLibrary = createRequire(import.meta.url)(
  'ew-precise-proofs-js',
).PreciseProofs

/**
 * Leaves of a document with salts that the library takes for text: it draws one in some thousands that begins with "0x", takes it
 * for hexadecimal digits, and refuses its own hash (docs/field-proofs.md).
 */
export function leavesOf(document: object): Leaf[] {
  for (;;) {
    const leaves = preciseProofs.createLeafs(document)
    if (leaves.every(({ salt }) => !salt.startsWith('0x'))) return leaves
  }
}
