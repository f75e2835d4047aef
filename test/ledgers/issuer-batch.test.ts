import type { Hex } from 'viem'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { toBase64url } from '../../src/core/bytes.ts'
import type { StoredEntry } from '../../src/core/log.ts'
import { approvalsOf, claimOf, revocationOf } from '../../src/ledgers/issuer/desk.ts'
import { merkleRoot } from '../../src/proof/merkle.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import { faultyFetch } from '../../src/testing/rpc-faults.ts'
import type { Done } from '../support/deployed-contract.ts'
import { day, hour, IssuerGateway, start } from './issuer-gateway.ts'
import { claim, IssuerWorld, issuerFlavours, requestBytes } from './issuer-world.ts'

const totals = [100n, 300n, 600n, 650n] as const
const line = 'roof/certificates'

describe.each(issuerFlavours)('what a batch of the same account asked for, on the %s contracts', flavour => {
  let world: IssuerWorld
  let owner: Hex
  beforeEach(async () => {
    world = await IssuerWorld.open(flavour)
    owner = world.address('meter')
  })
  afterEach(() => world.anvil.stop())

  /** A gateway with the readings of four days, none of which it knows to be asked for: as restored from a backup. */
  async function fourDays(stores = new MemoryStores([])): Promise<IssuerGateway> {
    const gateway = await IssuerGateway.open(world, { stores })
    if (stores.entries.length === 0)
      for (const [i, total] of totals.entries()) gateway.read(total, i * day + hour)
    gateway.clock.at = start + 4 * day + 2 * hour
    return gateway
  }

  /** What the gateway itself would ask for on a day, counted from 0. */
  function dayAsked(entries: readonly StoredEntry[], at: number, deviceId = 'roof-1'): Hex {
    const [total = 0n, before = 0n] = [totals[at], totals[at - 1]]
    const leaf = entries[at]?.leafHash ?? new Uint8Array()
    const root = toBase64url(merkleRoot([leaf]))
    const range = { first: at, last: at, root, origin: 'gateway.invalid/roof' }
    return requestBytes({
      generationStart: BigInt(start + at * day) / 1_000n,
      generationEnd: BigInt(start + (at + 1) * day) / 1_000n,
      deviceId,
      metadata: { energy: total - before, total, ...range },
    })
  }

  function batch(bytes: readonly Hex[], { from = owner, to = owner } = {}): Promise<Done> {
    return world.issuer.send('requestCertificationForBatch', [bytes, bytes.map(() => to)], {
      from,
      gas: 10_000_000n,
    })
  }

  async function finals(gateway: IssuerGateway) {
    const submissions = await gateway.stores.ofLine(line, 10)
    return submissions.toReversed().map(({ first, last, state, value, receipt }) => ({
      range: [first, last],
      state,
      value,
      transaction: receipt?.transaction,
      logIndex: receipt?.logIndex,
    }))
  }

  const asked = async (gateway: IssuerGateway) =>
    (await gateway.requests())
      .filter(({ data }) => data?.deviceId === 'roof-1')
      .map(({ metadata }) => metadata?.energy)

  test('each of its periods gets a receipt of its own, and what is behind them is asked for', async () => {
    const gateway = await fourDays()
    const { entries } = gateway.stores
    const days = [0, 1, 2].map(at => dayAsked(entries, at))
    const { transaction, block, logs } = await batch([
      dayAsked(entries, 0, 'shed-1'),
      ...days,
      dayAsked(entries, 1, 'shed-1'),
    ])
    await gateway.settle({ waiting: 1 })
    const place = { state: 'final', transaction, logIndex: Number(logs[0]?.logIndex) }
    expect(await finals(gateway)).toMatchObject([
      { ...place, range: [0, 0], value: 100n },
      { ...place, range: [1, 1], value: 300n },
      { ...place, range: [2, 2], value: 600n },
      { state: 'final', range: [3, 3], value: 650n },
    ])
    const [newest, adopted] = await gateway.stores.ofLine(line, 10)
    expect(newest?.receipt?.transaction).not.toBe(transaction)
    expect(adopted).toMatchObject({
      variants: [],
      receipt: { block, contract: world.issuer.address.toLowerCase() },
    })
    expect(await asked(gateway)).toEqual([100n, 200n, 300n, 50n])
    const [{ trouble, stopped } = {}] = await gateway.ledger.status()
    expect([trouble, stopped]).toEqual([undefined, undefined])
  })

  test('several batches and single requests are taken over in order, whatever came between two of a restart', async () => {
    const first = await fourDays()
    const { stores } = first
    const [one, two, three, four] = [0, 1, 2, 3].map(at => dayAsked(stores.entries, at)) as [
      Hex,
      Hex,
      Hex,
      Hex,
    ]
    await batch([one, two])
    await world.issuer.send('requestCertification', [three], { from: owner })
    await batch([four])
    const adopt = stores.adopt.bind(stores)
    stores.adopt = async (...given) => {
      stores.adopt = async () => Promise.reject(new Error('the disk is full'))
      return adopt(...given)
    }
    for (let turn = 0; turn < 4; turn++) {
      await first.work()
      await world.anvil.mine()
    }
    expect(await finals(first)).toHaveLength(1)
    const restarted = await fourDays(stores.snapshot())
    await restarted.settle()
    expect(await finals(restarted)).toMatchObject(totals.map(value => ({ state: 'final', value })))
    expect(await asked(restarted)).toEqual([100n, 200n, 300n, 50n])
  })

  test('what was asked for in another order is found at a node that lets few blocks be searched at once', async () => {
    const { fetch } = faultyFetch(({ method, params }) => {
      if (method !== 'eth_getLogs') return 'pass'
      const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string }
      const isTooMuch = BigInt(toBlock) - BigInt(fromBlock) >= 10n
      return isTooMuch ? { error: { code: -32005, message: 'block range is limited to 10' } } : 'pass'
    })
    const gateway = await IssuerGateway.open(world, { ledger: { network: await world.network({ fetch }) } })
    for (const [i, total] of totals.entries()) gateway.read(total, i * day + hour)
    gateway.clock.at = start + 4 * day + 2 * hour
    const days = [3, 2, 1, 0].map(at => dayAsked(gateway.stores.entries, at))
    await batch(days.slice(0, 3))
    await world.anvil.mine(40)
    await batch(days.slice(3))
    await gateway.settle()
    expect(await finals(gateway)).toMatchObject(totals.map(value => ({ state: 'final', value })))
    expect(await asked(gateway)).toEqual([50n, 300n, 200n, 100n])
  })

  test('what is older than a request that was taken over is found while one between them is not final', async () => {
    const gateway = await fourDays()
    const days = [0, 1, 2, 3].map(at => dayAsked(gateway.stores.entries, at))
    await batch(days.slice(2))
    await world.anvil.mine(3)
    await batch(days.slice(0, 1))
    await world.anvil.mine(3)
    await batch(days.slice(1, 2))
    await gateway.work()
    expect(await finals(gateway)).toMatchObject([{ state: 'final', value: 100n }])
    await gateway.settle()
    expect(await finals(gateway)).toMatchObject(totals.map(value => ({ state: 'final', value })))
    expect(await asked(gateway)).toEqual([300n, 50n, 100n, 200n])
  })

  test('a batch that took the nonce of a request under way is found to be that request', async () => {
    const gateway = await IssuerGateway.open(world)
    gateway.read(100n, hour)
    gateway.clock.at = start + day + 2 * hour
    await gateway.work()
    expect(await finals(gateway)).toMatchObject([{ state: 'sent', value: 100n }])
    await world.anvil.rpc('anvil_dropAllTransactions')
    const { entries } = gateway.stores
    const { transaction } = await batch([dayAsked(entries, 0, 'shed-1'), dayAsked(entries, 0)])
    gateway.read(300n, day + hour)
    gateway.clock.at = start + 2 * day + 2 * hour
    world.clock.push(60_000)
    await gateway.settle({ waiting: 2 })
    expect(await finals(gateway)).toMatchObject([
      { state: 'final', transaction },
      { state: 'final', value: 300n },
    ])
    expect(await asked(gateway)).toEqual([100n, 200n])
  })

  test('batches of strangers in our name count nothing, those of an earlier key do', async () => {
    const buyer = world.address('buyer')
    const gateway = await IssuerGateway.open(world, { line: { senders: [buyer] } })
    for (const [i, total] of totals.entries()) gateway.read(total, i * day + hour)
    gateway.clock.at = start + 4 * day + 2 * hour
    const days = [0, 1, 2, 3].map(at => dayAsked(gateway.stores.entries, at))
    await batch(days, { from: world.address('stranger') })
    const { transaction } = await batch(days.slice(0, 2), { from: buyer })
    await batch(days, { to: world.address('owner') })
    await gateway.settle({ waiting: 1 })
    const found = await finals(gateway)
    expect(found.map(one => one.transaction === transaction)).toEqual([true, true, false, false])
    const senders = (await gateway.requests()).slice(-2).map(({ sender }) => sender)
    expect(senders).toEqual([owner, owner])
  })

  test('what a batch asked for in another form is counted, and nothing is asked for twice', async () => {
    const gateway = await fourDays()
    const metadata = { energy: 100n, total: 100n, first: 0, last: 0 }
    await batch([requestBytes({ metadata })])
    await gateway.settle({ waiting: 1 })
    expect(await finals(gateway)).toMatchObject([{ state: 'skipped' }, ...Array(3).fill({ state: 'final' })])
    expect(await asked(gateway)).toEqual([100n, 200n, 300n, 50n])
  })

  test('its receipts move with it when a reorganisation deeper than finality puts it elsewhere', async () => {
    const gateway = await fourDays()
    const days = [0, 1, 2, 3].map(at => dayAsked(gateway.stores.entries, at))
    const { transaction } = await batch(days)
    const raw = await world.anvil.rpc('eth_getRawTransactionByHash', [transaction])
    await gateway.settle()
    const before = await gateway.stores.ofLine(line, 10)
    expect(before.map(({ state }) => state)).toEqual(['final', 'final', 'final', 'final'])
    const head = BigInt(String(await world.anvil.rpc('eth_blockNumber', [])))
    const depth = head - (before[0]?.receipt?.block ?? 0n) + 1n
    await world.anvil.rpc('anvil_reorg', [Number(depth), [[raw, 0]]])
    for (let turn = 0; turn < 6; turn++) {
      world.clock.push(61_000)
      await gateway.work()
      await world.anvil.mine()
    }
    const after = await gateway.stores.ofLine(line, 10)
    expect(after.map(({ value, state }) => [value, state])).toEqual(
      before.map(({ value, state }) => [value, state]),
    )
    const block: unknown = await world.anvil.rpc('eth_getTransactionReceipt', [transaction])
    for (const [i, { receipt }] of after.entries()) {
      expect(block).toMatchObject({ blockHash: receipt?.blockHash })
      expect(receipt?.blockHash).not.toBe(before[i]?.receipt?.blockHash)
    }
    expect(await asked(gateway)).toEqual([100n, 200n, 300n, 50n])
  })

  test('its certificates are followed: approved alone or together, revoked, claimed', async () => {
    const stores = new MemoryStores([])
    const gateway = await IssuerGateway.open(world, { stores, ledger: { certificates: stores } })
    for (const [i, total] of totals.entries()) gateway.read(total, i * day + hour)
    gateway.clock.at = start + 4 * day + 2 * hour
    await batch([0, 1, 2, 3].map(at => dayAsked(stores.entries, at)))
    await gateway.settle()
    expect(await stores.certificates(line)).toEqual([])
    const desk = () => world.desk('desk')
    for (const wanted of [[{ id: 2n }], [{ id: 4n }, { id: 1n }, { id: 3n }]]) {
      const { transactions } = await approvalsOf(await desk(), wanted)
      for (const transaction of transactions) await world.send('desk', transaction)
    }
    const look = async () => {
      for (let turn = 0; turn < 4; turn++) {
        world.clock.push(700_000)
        await gateway.work()
        await world.anvil.mine()
      }
      const found = await stores.certificates(line)
      return found.map(({ id, state, energy, first }) => ({ id, state, energy, first })).toSorted(byEntry)
    }
    const issued = [
      { id: 3n, energy: 100n, first: 0 },
      { id: 1n, energy: 200n, first: 1 },
      { id: 4n, energy: 300n, first: 2 },
      { id: 2n, energy: 50n, first: 3 },
    ].map(one => ({ ...one, state: 'issued' }))
    expect(await look()).toEqual(issued)
    const revoked = await revocationOf(await desk(), 1n)
    if (revoked !== undefined) await world.send('desk', revoked)
    await world.send('meter', await claimOf(await world.desk('meter'), { id: 4n }, claim))
    expect(await look()).toEqual([
      issued[0],
      { ...issued[1], state: 'revoked' },
      { ...issued[2], state: 'claimed' },
      issued[3],
    ])
    expect((await gateway.ledger.status())[0]?.unanswered).toEqual({ requests: 0, energy: 0n })
  })
})

const byEntry = (a: { readonly first: number }, b: { readonly first: number }) => a.first - b.first
