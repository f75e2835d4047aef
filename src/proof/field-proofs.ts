/*
 * `energyweb/field-proofs`: show one field, hide the rest, and check what somebody else shows. Pure; runs in a browser.
 * docs/field-proofs.md describes the format for whoever writes a verifier of their own.
 */

export { allSchemas } from '../core/carbon-document.ts'
export {
  checkDocument,
  type Document,
  type DocumentSchema,
  defineSchema,
  type FieldType,
  type FieldValue,
  schemas,
} from '../core/document.ts'
export { type Disclosure, disclosedRoot, discloseFields } from './disclosure.ts'
export { type FieldPlan, fieldCommitment, type PlannedField, planFields } from './field-tree.ts'
export type { Json } from './flatten-document.ts'
export { type Hashes, nobleHashes } from './hashes.ts'
export { type FieldProof, makeFieldProof, type PathElement, verifyFieldProof } from './precise-proof.ts'
export { ProofError, type ProofFailure, proofFailure, proofFailures } from './proof-failure.ts'
export { readCanonicalField } from './read-canonical-field.ts'
export { readDocument } from './read-document.ts'
export type { ShownField } from './shown-field.ts'
export { defineStructure, type Outline, type Shape, type Structure } from './structure.ts'
export {
  commitDocument,
  type DocumentDisclosure,
  discloseDocument,
  disclosedDocumentRoot,
} from './structured-document.ts'
