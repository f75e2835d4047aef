import { stringToHex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fromHex } from '../../../src/core/bytes.ts'
import { secp256k1Signer } from '../../../src/keys/secp256k1-signer.ts'
import { ledgerDoors } from '../../../src/ledgers/defined/ledger-doors.ts'
import { ledgerCases, runLedgerCase } from '../../../src/testing/ledger-conformance.ts'
import type { LedgerSubject } from '../../../src/testing/ledger-subject.ts'
import meterBookContract from '../../contracts/generated/MeterBook.json' with { type: 'json' }
import periodBookContract from '../../contracts/generated/PeriodBook.json' with { type: 'json' }
import { DefinedWorld } from './defined-world.ts'
import { meterBook } from './meter-book.ts'
import { periodBook } from './period-book.ts'

const refusals = { none: 0, 'with reason': 1, 'without reason': 2, 'out of gas': 3 } as const

type Given = Omit<LedgerSubject<typeof meterBook>, 'anvil' | 'doors' | 'signer'>

const subjects = {
  'meter-book': { definition: meterBook, contract: meterBookContract, refuses: true },
  'period-book': { definition: periodBook, contract: periodBookContract, refuses: false },
}

describe.each(Object.entries(subjects))('%s', (_, { definition, contract, refuses }) => {
  let world: DefinedWorld
  let places = 0
  const given: Given = {
    definition,
    async place(account) {
      const meter = `trial ${places++}`
      await world.contract.send('register', [stringToHex(meter, { size: 32 }), account])
      return { options: { contract: world.contract.address }, line: { meter } }
    },
    async setPaused(paused) {
      await world.contract.send('setPaused', [paused])
    },
    ...(refuses && {
      async setRefusal(how: keyof typeof refusals) {
        await world.contract.send('setRefusal', [refusals[how]])
      },
    }),
  }

  beforeAll(async () => {
    world = await DefinedWorld.open(definition, contract)
  })
  afterAll(() => world.anvil.stop())

  test.each(ledgerCases({ doors: ledgerDoors }).map(one => [one.name, one] as const))(
    '%s',
    async (_, one) => {
      const result = await runLedgerCase(one, {
        ...given,
        doors: ledgerDoors,
        anvil: world.anvil,
        signer: key => secp256k1Signer(fromHex(key)),
      })
      if (result.outcome === 'skipped')
        expect([result.detail, refuses]).toEqual(['the subject has no setRefusal', false])
      else expect(result).toEqual({ name: one.name, outcome: 'ok', detail: '' })
    },
  )
})
