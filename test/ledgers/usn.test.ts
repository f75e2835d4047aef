import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { UsnContract, type UsnDevice, usnCoin } from '../../src/ledgers/usn/index.ts'
import { openLog } from '../../src/storage/index.ts'
import { temporaryFolder } from '../storage/support.ts'
import { bike, id, rate, UsnWorld } from './usn-world.ts'

let world: UsnWorld

/** What is told comes from the chain, and machines may be busy. */
const patience = { timeout: 10_000 }

/** Collects what a device tells, each handled at once, until the test ends. */
function follow(device: UsnDevice) {
  const told: string[] = []
  const stopping = new AbortController()
  const ended = (async () => {
    for (;;) {
      const taken = await device.take({ signal: stopping.signal })
      const { kind, why, rental } = taken.item
      await taken.settle(true)
      told.push(
        `${kind} ${world.anvil.accounts.findIndex(({ address }) => address.toLowerCase() === rental.controller)}${why === undefined ? '' : ` ${why}`}`,
      )
    }
  })().catch(error => {
    if (!stopping.signal.aborted) throw error
  })
  const stop = async () => {
    stopping.abort()
    await ended
  }
  return { told, stop }
}

describe('the renting contract', () => {
  beforeAll(async () => {
    world = await UsnWorld.open()
  })
  afterAll(() => world.anvil.stop())

  test('says what a device costs and how it stands, takes a rental, and gives it back', async () => {
    const usn = UsnContract.at(world.network, { address: world.double.address })
    const [user, signer] = [world.account(1), await world.signer(1)]
    expect(await usn.supportedTokens(bike)).toEqual([usnCoin, world.token.address.toLowerCase()])
    expect(await usn.price(bike, { user, duration: '1m' })).toBe(60n * rate)
    expect(await usn.state(bike, user)).toMatchObject({
      rentable: true,
      free: true,
      open: false,
      rental: undefined,
      properties: { refund: true, extend: true, identityRequired: false, ownerAccess: false },
    })
    const sent = await usn.rent(bike, { duration: '1h', signer })
    await world.anvil.mine()
    const { events } = await sent.wait()
    expect(events).toMatchObject([
      { eventName: 'LogRented', args: { id, amount: 3_600n * rate, token: usnCoin } },
    ])
    const state = await usn.state(id, user)
    expect(state).toMatchObject({ free: false, open: true, rental: { controller: user } })
    const { from = 0, until = 0 } = state.rental ?? {}
    // UNTIL comes before FROM in the contract's answer.
    expect(until - from).toBe(3_600_000)
    expect(await usn.state(bike, world.account(2))).toMatchObject({ free: false, open: false })
    expect(await usn.bookings(bike)).toEqual([state.rental])

    const back = await usn.returnObject(bike, { signer })
    await world.anvil.mine()
    expect((await back.wait()).events).toMatchObject([{ eventName: 'LogReturned' }])
    expect((await usn.bookings(bike))[0]?.until).toBeLessThan(until)
  })

  test('is not paid more than one wants, nor with what can not pay; a token is approved first', async () => {
    const usn = UsnContract.at(world.network, { address: world.double.address })
    const signer = await world.signer(0)
    const token = world.token.address
    const other = await world.signer(2)
    const rent = (options: object) => usn.rent(bike, { duration: '1m', signer, ...options })
    await expect(rent({ most: 1n })).rejects.toMatchObject({ code: 'transaction-refused' })
    await expect(rent({ token: `0x${'0'.repeat(39)}4` })).rejects.toMatchObject({
      code: 'transaction-refused',
      message: expect.stringContaining('not on this chain'),
    })
    await expect(rent({ token })).rejects.toMatchObject({ hint: expect.stringContaining('approve') })
    await expect(rent({ duration: '1500ms' })).rejects.toMatchObject({ code: 'argument-invalid' })
    const approval = await usn.approve(token, { amount: 10_000n, signer })
    await world.anvil.mine()
    await approval.wait()
    const sent = await rent({ token })
    await world.anvil.mine()
    expect((await sent.wait()).events).toMatchObject([
      { eventName: 'LogRented', args: { amount: 120n * rate } },
    ])
    // Whoever did not rent it can't; the contract's own words come along.
    await expect(usn.rent(bike, { duration: '1m', signer: other })).rejects.toMatchObject({
      code: 'transaction-reverted',
      message: expect.stringContaining('already rented'),
    })
    await expect(usn.returnObject(bike, { signer: other })).rejects.toMatchObject({
      message: expect.stringContaining('not your rental'),
    })
  })
})

describe('a device', () => {
  beforeEach(async () => {
    world = await UsnWorld.open()
    return () => world.anvil.stop()
  })

  test('starts a booking of the future when it starts, and ends a rental although no event says so', async () => {
    const device = await world.device()
    const { told, stop } = follow(device)
    await world.book(1, 100, 60)
    await world.clock.advance(50_000)
    await expect.poll(() => told, patience).toEqual([])
    expect(await device.mayUse(world.account(1))).toMatchObject({ may: false, why: 'later' })
    expect(await device.mayUse(world.account(2))).toMatchObject({ may: false, why: 'free' })
    await world.clock.advance(52_000)
    await expect.poll(() => told, patience).toEqual(['started 1'])
    expect(await device.mayUse(world.account(1))).toMatchObject({ may: true, why: 'rented' })
    expect(await device.mayUse(world.account(2))).toMatchObject({ may: false, why: 'taken' })
    // No block is mined meanwhile.
    await world.clock.advance(60_000)
    await expect.poll(() => told, patience).toEqual(['started 1', 'ended 1 over'])
    expect(await device.mayUse(world.account(1))).toMatchObject({ may: false, why: 'free' })
    await stop()
  })

  test('is returned early, and extended', async () => {
    const device = await world.device()
    const { told, stop } = follow(device)
    await world.rent(1, 60)
    await world.clock.advance(30_000)
    await expect.poll(() => told, patience).toEqual(['started 1'])
    const until = device.rental?.until ?? 0
    await world.rent(1, 60)
    // The chain is looked at while it runs; 60 s in one leap would pass its end before anybody had looked.
    await world.clock.advance(10_000)
    await expect.poll(() => device.rental?.until, patience).toBeGreaterThan(until)
    await world.clock.advance(50_000)
    await expect.poll(() => told, patience).toEqual(['started 1'])
    expect(device.rental?.controller).toBe(world.account(1))
    await world.giveBack(1)
    await world.clock.advance(10_000)
    await expect.poll(() => told, patience).toEqual(['started 1', 'ended 1 returned'])
    expect(device.rental).toBeUndefined()
    await stop()
  })

  test('ends a rental that leaves the chain, and has another one that stands in its place', async () => {
    const device = await world.device()
    const { told, stop } = follow(device)
    await world.rent(1, 600)
    await world.clock.advance(6_000)
    await expect.poll(() => told, patience).toEqual(['started 1'])
    await world.anvil.rpc('anvil_reorg', [1, []])
    await world.clock.advance(6_000)
    await expect.poll(() => told, patience).toEqual(['started 1', 'ended 1 gone'])
    await world.rent(2, 600)
    await world.clock.advance(6_000)
    await expect.poll(() => told, patience).toEqual(['started 1', 'ended 1 gone', 'started 2'])
    await stop()
  })

  test('after a restart tells what is new, and replays nothing', async () => {
    const log = await openLog({ folder: temporaryFolder() })
    const first = follow(await world.device({ cursors: log }))
    await world.rent(1, 60)
    await world.clock.advance(6_000)
    await expect.poll(() => first.told, patience).toEqual(['started 1'])
    await first.stop()
    // While nobody looks, the first one ends, and another one comes and goes.
    await world.clock.advance(100_000)
    await world.rent(2, 30)
    await world.clock.advance(100_000)
    await world.rent(3, 600)
    const second = follow(await world.device({ cursors: log }))
    await world.clock.advance(6_000)
    await expect.poll(() => second.told, patience).toEqual(['ended 1 over', 'started 3'])
    await second.stop()
    const third = follow(await world.device({ cursors: log }))
    await world.clock.advance(6_000)
    await expect.poll(() => third.told, patience).toEqual([])
    await third.stop()
    await log.close()
  })

  test('ends a rental by the clock while its node is away, and after a restart as well', async () => {
    const log = await openLog({ folder: temporaryFolder() })
    const device = await world.device({ cursors: log })
    const first = follow(device)
    await world.rent(1, 60)
    await world.clock.advance(6_000)
    await world.anvil.stop()
    await world.clock.advance(20_000)
    expect(await device.mayUse(world.account(1))).toMatchObject({ may: true })
    await expect.poll(() => first.told, patience).toEqual(['started 1'])
    await first.stop()
    const second = follow(await world.device({ cursors: log }))
    await world.clock.advance(60_000)
    await expect.poll(() => second.told, patience).toEqual(['ended 1 over'])
    await second.stop()
    await log.close()
  })

  test('tells again what a task could not handle, and hands out one at a time', async () => {
    await world.rent(1, 60)
    const device = await world.device()
    const signal = AbortSignal.timeout(20_000)
    const taken = await device.take({ signal })
    await taken.settle(false)
    const again = await device.take({ signal })
    expect(again.item.key).toBe(taken.item.key)
    const next = device.take({ signal })
    const stopped = new AbortController()
    const given = device.take({ signal: stopped.signal })
    stopped.abort(new Error('stopped'))
    await expect(given).rejects.toThrow('stopped')
    await again.settle(true)
    await world.clock.advance(70_000)
    expect((await next).item).toMatchObject({ kind: 'ended', why: 'over' })
  })

  test('whose contract is none says so', async () => {
    const device = await world.device({ address: world.account(5) })
    await expect(device.mayUse(world.account(1))).rejects.toMatchObject({ code: 'abi-invalid' })
  })
})

test('the double runs on the rules of byzantium, as contracts of its time did', async () => {
  const old = await UsnWorld.open(undefined, { hardfork: 'byzantium' })
  try {
    await old.rent(1, 60)
    const usn = UsnContract.at(old.network, { address: old.double.address })
    expect(await usn.state(bike, old.account(1))).toMatchObject({ open: true })
  } finally {
    await old.anvil.stop()
  }
})
