import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fromHex } from '../../src/core/bytes.ts'
import { secp256k1Signer } from '../../src/keys/secp256k1-signer.ts'
import { runLedgerCase } from '../../src/testing/ledger-conformance.ts'
import { conformanceCases, conforms } from './conformance-subject.ts'
import { absoluteBook, OriginAPlace, originA, originADoors } from './origin-a-subjects.ts'

const subjects = [
  { flavour: 'double', kind: 'producing' },
  { flavour: 'double', kind: 'consuming' },
  { flavour: 'strict', kind: 'producing' },
] as const

describe.each(subjects)('release A, $flavour, $kind', ({ flavour, kind }) => {
  let world: OriginAPlace

  beforeAll(async () => {
    world = await OriginAPlace.open(flavour)
  })
  afterAll(() => world.anvil.stop())

  test.each(conformanceCases)('%s', async (_name, one) => {
    const result = await runLedgerCase(one, {
      definition: originA,
      doors: originADoors,
      anvil: world.anvil,
      signer: key => secp256k1Signer(fromHex(key)),
      place: meter => world.asset(kind, meter),
      setPaused: paused => world.setPaused(kind, paused),
    })
    if (result.outcome === 'skipped') expect(result.detail).toBe('the subject has no setRefusal')
    else expect(result).toEqual({ name: one.name, outcome: 'ok', detail: '' })
  })
})

describe('a kind of ledger that was defined and takes each total', () => {
  let world: OriginAPlace

  beforeAll(async () => {
    world = await OriginAPlace.open('double')
  })
  afterAll(() => world.anvil.stop())

  test.each(conformanceCases)('%s', async (_name, one) => {
    const subject = {
      definition: absoluteBook,
      anvil: world.anvil,
      place: (meter: string) => world.asset('producing', meter),
      setPaused: (paused: boolean) => world.setPaused('producing', paused),
    }
    await conforms(one, subject, ['the subject has no setRefusal'])
  })
})
