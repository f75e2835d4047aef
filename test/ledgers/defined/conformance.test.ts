import { stringToHex } from 'viem'
import { afterAll, beforeAll, describe, test } from 'vitest'
import meterBookContract from '../../contracts/generated/MeterBook.json' with { type: 'json' }
import periodBookContract from '../../contracts/generated/PeriodBook.json' with { type: 'json' }
import { conformanceCases, conforms } from '../conformance-subject.ts'
import { DefinedWorld } from './defined-world.ts'
import { meterBook, meterBookOfKWh } from './meter-book.ts'
import { periodBook } from './period-book.ts'

const refusals = { none: 0, 'with reason': 1, 'without reason': 2, 'out of gas': 3 } as const

const subjects = {
  'meter-book': { definition: meterBook, contract: meterBookContract, refuses: true },
  'meter-book of kWh': { definition: meterBookOfKWh, contract: meterBookContract, refuses: true },
  'period-book': { definition: periodBook, contract: periodBookContract, refuses: false },
}

describe.each(Object.entries(subjects))('%s', (_, { definition, contract, refuses }) => {
  let world: DefinedWorld
  let places = 0

  beforeAll(async () => {
    world = await DefinedWorld.open(definition, contract)
  })
  afterAll(() => world.anvil.stop())

  test.each(conformanceCases)('%s', async (_name, one) => {
    const subject = {
      definition,
      anvil: world.anvil,
      async place(account: string) {
        const meter = `trial ${places++}`
        await world.contract.send('register', [stringToHex(meter, { size: 32 }), account])
        return { options: { contract: world.contract.address }, line: { meter } }
      },
      async setPaused(paused: boolean) {
        await world.contract.send('setPaused', [paused])
      },
      ...(refuses && {
        async setRefusal(how: keyof typeof refusals) {
          await world.contract.send('setRefusal', [refusals[how]])
        },
      }),
    }
    await conforms(one, subject, refuses ? [] : ['the subject has no setRefusal'])
  })
})
