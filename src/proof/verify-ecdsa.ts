/*
 * `energyweb/verify-ecdsa`: what `energyweb/verify` leaves out so that whoever needs no P-256 does not load its curve: keys by
 * ECDSA, and the check that an evidence key, held by hardware, has signed beside the log key.
 */

export { ecdsaKeyOf, ecdsaNumbers, parseAnyVerifierKey } from './ecdsa-key.ts'
export { withEvidenceKeys } from './evidence/evidence-keys.ts'
