import { expect } from 'vitest'
import { fromHex } from '../../src/core/bytes.ts'
import { secp256k1Signer } from '../../src/keys/secp256k1-signer.ts'
import type { AnyLedgerDefinition } from '../../src/ledgers/defined/define-ledger.ts'
import { ledgerDoors } from '../../src/ledgers/defined/ledger-doors.ts'
import { type LedgerCase, ledgerCases, runLedgerCase } from '../../src/testing/ledger-conformance.ts'
import type { LedgerSubject } from '../../src/testing/ledger-subject.ts'

/** Every case of the suite, for `test.each`. */
export const conformanceCases: readonly (readonly [string, LedgerCase])[] = ledgerCases({
  doors: ledgerDoors,
}).map(one => [one.name, one])

/** Runs a case; those that are skipped must be skipped for one of these reasons. */
export async function conforms(
  one: LedgerCase,
  subject: Omit<LedgerSubject<AnyLedgerDefinition>, 'doors' | 'signer'>,
  skips: readonly string[] = [],
): Promise<void> {
  const signer = (key: string) => secp256k1Signer(fromHex(key))
  const result = await runLedgerCase(one, { ...subject, doors: ledgerDoors, signer })
  if (result.outcome === 'skipped') expect(skips).toContain(result.detail)
  else expect(result).toEqual({ name: one.name, outcome: 'ok', detail: '' })
}
