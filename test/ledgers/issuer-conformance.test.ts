import { afterAll, beforeAll, describe, test } from 'vitest'
import { ledger as issuer } from '../../src/ledgers/issuer/definition.ts'
import { conformanceCases, conforms } from './conformance-subject.ts'
import { IssuerWorld, issuerFlavours } from './issuer-world.ts'

const skips = [
  'the subject has no setRefusal',
  'the subject can not be paused',
  'the contract takes what anybody registers',
]

describe.each(issuerFlavours)('issuer, the %s contracts', flavour => {
  let world: IssuerWorld
  let places = 0

  beforeAll(async () => {
    world = await IssuerWorld.open(flavour)
  })
  afterAll(() => world.anvil.stop())

  test.each(conformanceCases)('%s', async (_name, one) => {
    const subject = {
      definition: issuer,
      anvil: world.anvil,
      // Anybody may ask; who decides looks at what was asked.
      takesAnybody: true,
      async place() {
        return { options: { issuer: world.issuer.address }, line: { deviceId: `trial ${places++}` } }
      },
    }
    await conforms(one, subject, skips)
  })
})
