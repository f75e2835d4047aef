import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { toBase64url } from '../../src/core/bytes.ts'
import { balancesOf } from '../../src/ledgers/issuer/certificates.ts'
import { approvalsOf } from '../../src/ledgers/issuer/desk.ts'
import { merkleRoot } from '../../src/proof/merkle.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import { day, hour, IssuerGateway, start } from './issuer-gateway.ts'
import { IssuerWorld, issuerFlavours, requestBytes } from './issuer-world.ts'

const seconds = (instant: number) => BigInt(instant / 1_000)

describe.each(issuerFlavours)('a gateway that asks for certificates, on the %s contracts', flavour => {
  let world: IssuerWorld
  beforeEach(async () => {
    world = await IssuerWorld.open(flavour)
  })
  afterEach(() => world.anvil.stop())

  test('asks once a day for exactly what the register rose by, with the root of the entries that show it', async () => {
    const gateway = await IssuerGateway.open(world)
    const first = [gateway.read(100n, hour), gateway.read(250n, day)]
    gateway.read(300n, day + hour)
    gateway.clock.at = start + day + 2 * hour
    await gateway.settle({ waiting: 2 })
    const [request, ...more] = await gateway.requests()
    expect(more).toEqual([])
    expect(request).toMatchObject({ owner: world.address('meter'), sender: world.address('meter') })
    expect(request?.data).toMatchObject({
      deviceId: 'roof-1',
      generationStart: seconds(start),
      generationEnd: seconds(start + day),
    })
    expect(request?.metadata).toEqual({
      energy: 250n,
      total: 250n,
      first: 0,
      last: 1,
      root: toBase64url(merkleRoot(first.map(({ leafHash }) => leafHash))),
      origin: 'gateway.invalid/roof',
    })
  })

  test('the sums of all requests are the register, through days without energy', async () => {
    const owner = world.address('owner')
    const gateway = await IssuerGateway.open(world, { line: { owner } })
    const totals = [100n, 100n, 175n, 999n, 999n, 1_000n]
    for (const [number, total] of totals.entries()) gateway.read(total, number * day + 12 * hour)
    gateway.clock.at = start + 6 * day + 2 * hour
    await gateway.settle({ waiting: 4 })
    const requests = await gateway.requests()
    expect(requests.map(({ metadata }) => metadata?.energy)).toEqual([100n, 75n, 824n, 1n])
    expect(requests.map(({ metadata }) => metadata?.total)).toEqual([100n, 175n, 999n, 1_000n])
    expect(requests.map(({ data }) => data?.generationStart)).toEqual(
      [0, 2, 3, 5].map(number => seconds(start + number * day)),
    )
    expect(requests.every(request => request.owner === owner)).toBe(true)
    expect(
      (await gateway.stores.ofLine('roof/certificates', 10)).filter(one => one.state === 'skipped'),
    ).toHaveLength(2)
  })

  test('a restored backup, or a second gateway, asks for nothing again', async () => {
    const entries: IssuerGateway['stores']['entries'] = []
    const gateway = await IssuerGateway.open(world, { entries })
    gateway.read(100n, hour)
    gateway.read(300n, day + hour)
    gateway.clock.at = start + 2 * day + 2 * hour
    const backup = gateway.stores.snapshot([...entries])
    await gateway.settle({ waiting: 2 })
    const restored = await IssuerGateway.open(world, { stores: backup })
    restored.read(350n, 2 * day + hour)
    restored.clock.at = start + 3 * day + 2 * hour
    await restored.settle({ waiting: 3 })
    const [, { trouble, stopped } = {}] = await restored.ledger.status()
    expect([trouble, stopped]).toEqual([undefined, undefined])
    const requests = await restored.requests()
    expect(requests.map(({ metadata }) => metadata?.energy)).toEqual([100n, 200n, 50n])
    expect(new Set(requests.map(({ bytes }) => bytes)).size).toBe(3)
  })

  test('a request that a reorganisation took away is made again, once', async () => {
    const gateway = await IssuerGateway.open(world)
    gateway.read(100n, hour)
    gateway.clock.at = start + day + 2 * hour
    await gateway.work()
    await world.anvil.mine()
    await gateway.work()
    expect(await gateway.requests()).toHaveLength(1)
    await world.anvil.rpc('anvil_reorg', [1, []])
    expect(await gateway.requests()).toHaveLength(0)
    world.clock.push(60_000)
    await gateway.settle({ waiting: 1 })
    expect((await gateway.requests()).map(({ metadata }) => metadata?.energy)).toEqual([100n])
  })

  test('what strangers ask for in our name counts nothing, what an earlier key of ours asked for does', async () => {
    const owner = world.address('owner')
    const metadata = { energy: 5_000n, total: 1_000_000n }
    await world.request('stranger', requestBytes({ metadata }))
    const earlier = await IssuerGateway.open(world, { line: { owner }, key: 'buyer' })
    earlier.read(100n, hour)
    earlier.clock.at = start + day + 2 * hour
    await earlier.settle({ waiting: 1 })
    await world.request('stranger', requestBytes({ metadata }))
    const entries = earlier.stores.entries.slice(0, 1)
    const senders = [world.address('buyer')]
    const gateway = await IssuerGateway.open(world, {
      line: { owner, senders },
      stores: new MemoryStores(entries),
    })
    gateway.read(150n, day + hour)
    gateway.clock.at = start + 2 * day + 2 * hour
    await gateway.settle({ waiting: 2 })
    const ours = (await gateway.requests()).filter(({ sender }) => sender !== world.address('stranger'))
    expect(ours.map(({ metadata }) => metadata?.energy)).toEqual([100n, 50n])
  })

  test('an owner that can’t take certificates is told before anything is signed', async () => {
    const owner = world.registry.address
    const gateway = await IssuerGateway.open(world, { line: { owner } })
    gateway.read(100n, hour)
    gateway.clock.at = start + day + 2 * hour
    await gateway.work()
    const [status] = await gateway.ledger.status()
    expect(status?.trouble).toContain('does not take certificates')
    expect(await gateway.requests()).toEqual([])
  })
})

describe.each(issuerFlavours)('the %s contracts on other hard forks', flavour => {
  test.each(['istanbul', 'berlin', 'prague'])('are asked and approve on %s', async hardfork => {
    const world = await IssuerWorld.open(flavour, { hardfork })
    onTestFinished(() => world.anvil.stop())
    const gateway = await IssuerGateway.open(world)
    gateway.read(100n, hour)
    gateway.clock.at = start + day + 2 * hour
    await gateway.settle({ waiting: 1 })
    const { transactions } = await approvalsOf(await world.desk('desk'), [{ id: 1n }])
    for (const transaction of transactions) await world.send('desk', transaction)
    const account = world.address('meter')
    expect(
      await balancesOf(await world.chain(), await world.place(await world.chain()), { account, id: 1n }),
    ).toEqual({
      owned: 100n,
      claimed: 0n,
    })
  })
})
