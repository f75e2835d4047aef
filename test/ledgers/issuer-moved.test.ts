import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { approvalsOf } from '../../src/ledgers/issuer/desk.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import { day, hour, IssuerGateway, start } from './issuer-gateway.ts'
import { IssuerWorld, issuerFlavours } from './issuer-world.ts'

const line = 'roof/certificates'

describe.each(issuerFlavours)('a reorganisation deeper than finality, on the %s contracts', flavour => {
  let world: IssuerWorld
  beforeEach(async () => {
    world = await IssuerWorld.open(flavour)
  })
  afterEach(() => world.anvil.stop())

  async function approve(): Promise<void> {
    const { transactions } = await approvalsOf(await world.desk('desk'), [{ id: 1n }])
    for (const transaction of transactions) await world.send('desk', transaction)
  }

  async function open(stores: MemoryStores): Promise<IssuerGateway> {
    const gateway = await IssuerGateway.open(world, { stores, ledger: { certificates: stores } })
    gateway.clock.at = start + day + 2 * hour
    return gateway
  }

  async function look(gateway: IssuerGateway): Promise<void> {
    for (let turn = 0; turn < 6; turn++) {
      world.clock.push(700_000)
      await gateway.work()
      await world.anvil.mine()
    }
  }

  /** The block that a certificate stands in by the log, and the one that the desk's approval stands in by the chain. */
  async function blocks(stores: MemoryStores): Promise<readonly (readonly [string, unknown])[]> {
    const found = await stores.certificates(line)
    return Promise.all(
      found.map(async ({ transaction, blockHash }) => {
        const receipt = await world.anvil.rpc('eth_getTransactionReceipt', [transaction])
        return [blockHash, (receipt as { blockHash?: unknown } | null)?.blockHash] as const
      }),
    )
  }

  /** Takes back as many blocks as the desk's approval, and not the request, is deep. */
  async function takeApprovalBack(stores: MemoryStores): Promise<void> {
    const [certificate] = await stores.certificates(line)
    const head = BigInt(String(await world.anvil.rpc('eth_blockNumber', [])))
    await world.anvil.rpc('anvil_reorg', [Number(head - (certificate?.block ?? head) + 1n), []])
  }

  // Both fail when what was read of final blocks is never looked at again: the log then names a block that is gone.
  test.each(['goes on', 'is started anew'])(
    'a desk approves again what it took away: the log is told where the certificate stands now; the gateway %s',
    async how => {
      const stores = new MemoryStores([])
      const gateway = await open(stores)
      gateway.read(100n, hour)
      await gateway.settle({ waiting: 1 })
      await approve()
      await look(gateway)
      const [before] = await blocks(stores)
      expect(before?.[0]).toBe(before?.[1])

      await takeApprovalBack(stores)
      const after = how === 'goes on' ? gateway : await open(stores)
      await look(after)
      await approve()
      await look(after)
      const now = await blocks(stores)
      expect(now.at(-1)?.[0]).toBe(now.at(-1)?.[1])
      expect(now.at(-1)?.[0]).not.toBe(before?.[0])
      expect((await after.ledger.status())[0]?.unanswered).toEqual({ requests: 0, energy: 0n })
    },
  )
})
