import { afterAll, beforeAll, describe, test } from 'vitest'
import { ledger as originB } from '../../src/ledgers/origin-b/index.ts'
import { conformanceCases, conforms } from './conformance-subject.ts'
import { flavours, OriginBWorld } from './origin-b-world.ts'

describe.each(flavours.filter(({ isHere }) => isHere))('release B, $flavour', ({ deploy }) => {
  describe.each(['producing', 'consuming'] as const)('%s', kind => {
    let world: OriginBWorld
    let assetId = 0n

    beforeAll(async () => {
      world = await OriginBWorld.open(deploy)
    })
    afterAll(() => world.anvil.stop())

    test.each(conformanceCases)('%s', async (_name, one) => {
      const { releaseB, anvil } = world
      const subject = {
        definition: originB,
        anvil,
        async place(meter: string) {
          const owner = await world.bench(kind).somebody()
          const isProducer = kind === 'producing'
          const asset = { meter, owner }
          assetId = await (isProducer ? releaseB.createProducer(asset) : releaseB.createConsumer(asset))
          return {
            options: { producing: releaseB.producing.address, consuming: releaseB.consuming.address },
            line: { assetId: String(assetId) },
            role: isProducer ? ('producer' as const) : ('consumer' as const),
          }
        },
        async setPaused(paused: boolean) {
          await releaseB[kind].send('setActive', [assetId, !paused])
        },
      }
      await conforms(one, subject, ['the subject has no setRefusal'])
    })
  })
})
