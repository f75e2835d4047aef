/*
 * `energyweb/verify-ecdsa`: what `energyweb/verify` leaves out so that whoever needs no P-256 does not load its curve: keys by
 * ECDSA, the check that an evidence key, held by hardware, has signed beside the log key, and the list of who has signed.
 */

export { ecdsaKeyOf, ecdsaNumbers, parseAnyVerifierKey } from './ecdsa-key.ts'
export { entryStatement, type SignedEntry } from './entry-statement.ts'
export { type EvidenceKeyDemands, withEvidenceKeys } from './evidence/evidence-keys.ts'
export { type CheckpointSigner, type SignerRole, type Signers, signersOf } from './evidence/signers.ts'
