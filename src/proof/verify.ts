/*
 * `energyweb/verify`: everything by which anybody checks what a log says, and nothing else. No Node, no network, no state: it
 * runs in browsers, workers and phones as it does in a terminal. Importing it loads core and @noble only.
 */

export {
  EnergywebError,
  type EnergywebErrorOptions,
  type ErrorCode,
  isEnergywebError,
} from '../core/errors.ts'
export {
  type Checkpoint,
  formatCheckpoint,
  parseCheckpoint,
  readCheckpoint,
  verifyCheckpoint,
} from './checkpoint.ts'
export { successionFailure } from './checkpoint-succession.ts'
export { cosignatureMessage, verifyCosignatures } from './cosignature.ts'
export { longestBundle, parseBundle } from './entry-bundle.ts'
export * from './evidence/index.ts'
export { type Hashes, nobleHashes } from './hashes.ts'
export { emptyRoot, leafHash, merkleRoot, nodeHash } from './merkle.ts'
export { consistencyPath, inclusionPath, type NodeLookup } from './merkle-proof.ts'
export { portableHashes } from './portable-hashes.ts'
export { type ProofFailure, proofFailure, proofFailures } from './proof-failure.ts'
export { type NoteSignature, parseNote, type SignedNote, verifyNote } from './signed-note.ts'
export { parseTile, tileNodes } from './tile-bytes.ts'
export { type Bundle, bundlePath, bundleWidth, fullWidth, type Tile, tilePath, widthOf } from './tiles.ts'
export {
  cosignerKeyOf,
  formatVerifierKey,
  parseVerifierKey,
  type VerifierKey,
  verifierKeyOf,
} from './verifier-key.ts'
export { type ConsistencyClaim, consistencyFailure, verifyConsistency } from './verify-consistency.ts'
export { type InclusionClaim, inclusionFailure, verifyInclusion } from './verify-inclusion.ts'
