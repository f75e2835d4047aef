import { expect, test } from 'vitest'
import * as fieldProofs from './field-proofs.ts'

test('energyweb/field-proofs opens on exactly these', () => {
  expect(Object.keys(fieldProofs).sort()).toMatchInlineSnapshot(`
    [
      "ProofError",
      "allSchemas",
      "checkDocument",
      "commitDocument",
      "defineSchema",
      "defineStructure",
      "discloseDocument",
      "discloseFields",
      "disclosedDocumentRoot",
      "disclosedRoot",
      "fieldCommitment",
      "makeFieldProof",
      "nobleHashes",
      "planFields",
      "proofFailure",
      "proofFailures",
      "readCanonicalField",
      "readDocument",
      "schemas",
      "verifyFieldProof",
    ]
  `)
})
