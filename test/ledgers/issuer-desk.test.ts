import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { balancesOf, readCertificate } from '../../src/ledgers/issuer/certificates.ts'
import {
  approvalsOf,
  claimOf,
  issueOf,
  requestOf,
  requestRevocationOf,
  revocationOf,
  transferOf,
} from '../../src/ledgers/issuer/desk.ts'
import { resolveIssuer } from '../../src/ledgers/issuer/place.ts'
import { announcedRequests, readRequest } from '../../src/ledgers/issuer/requests.ts'
import { type actors, claim, IssuerWorld, issuerFlavours, requestBytes } from './issuer-world.ts'

describe.each(issuerFlavours)('an issuing desk, on the %s contracts', flavour => {
  let world: IssuerWorld
  beforeEach(async () => {
    world = await IssuerWorld.open(flavour)
  })
  afterEach(() => world.anvil.stop())

  async function approve(...ids: bigint[]): Promise<void> {
    const desk = await world.desk('desk')
    const { transactions } = await approvalsOf(
      desk,
      ids.map(id => ({ id })),
    )
    for (const transaction of transactions) await world.send('desk', transaction)
  }

  async function owned(actor: keyof typeof actors, id: bigint) {
    const { chain, place } = await world.desk('desk')
    return balancesOf(chain, place, { account: world.address(actor), id })
  }

  test('a request goes from asking to claiming', async () => {
    const meter = await world.desk('meter')
    const bytes = requestBytes()
    await world.send('meter', await requestOf(meter, { owner: world.address('owner'), data: bytes }))
    const { chain, place } = await world.desk('desk')
    const request = await readRequest(chain, place.issuer, 1n)
    expect(request).toMatchObject({ owner: world.address('owner'), sender: world.address('meter') })
    expect(request).toMatchObject({ approved: false, revoked: false, bytes, metadata: { energy: 1_234n } })
    await approve(1n)
    expect(await owned('owner', 1n)).toEqual({ owned: 1_234n, claimed: 0n })
    const owner = await world.desk('owner')
    expect(await readCertificate(owner.chain, owner.place, 1n)).toMatchObject({
      issuer: place.issuer,
      topic: 1n,
      request: 1n,
      valid: true,
      data: { deviceId: 'roof-1', generationStart: 1_714_521_600n },
      metadata: { total: 1_234n },
    })
    await world.send('owner', await transferOf(owner, { id: 1n, to: world.address('buyer'), energy: 234n }))
    await world.send('buyer', await claimOf(await world.desk('buyer'), { id: 1n, energy: 200n }, claim))
    await world.send('owner', await claimOf(await world.desk('owner'), { id: 1n }, claim))
    expect(await owned('buyer', 1n)).toEqual({ owned: 34n, claimed: 200n })
    expect(await owned('owner', 1n)).toEqual({ owned: 0n, claimed: 1_000n })
  })

  test('several requests are approved together, each once, though one is named twice or is approved already', async () => {
    for (const energy of [100n, 200n, 300n])
      await world.request('meter', requestBytes({ metadata: { energy } }))
    await approve(2n)
    const wanted = [1n, 2n, 3n, 3n, 1n].map(id => ({ id }))
    const { transactions, approved } = await approvalsOf(await world.desk('desk'), wanted)
    expect(approved).toEqual([2n])
    expect(transactions.map(({ what }) => what)).toEqual(['approve requests 1, 3'])
    for (const transaction of transactions) await world.send('desk', transaction)
    expect((await owned('owner', 1n)).owned).toBe(200n)
    expect((await owned('owner', 2n)).owned).toBe(100n)
    expect((await owned('owner', 3n)).owned).toBe(300n)
    expect((await owned('owner', 4n)).owned).toBe(0n)
    const again = await approvalsOf(await world.desk('desk'), wanted)
    expect(again.transactions).toEqual([])
    expect(new Set(again.approved)).toEqual(new Set([1n, 2n, 3n]))
  })

  test('more than go together are approved in several transactions', async () => {
    for (const energy of [1n, 2n, 3n]) await world.request('meter', requestBytes({ metadata: { energy } }))
    const wanted = [1n, 2n, 3n].map(id => ({ id }))
    const { transactions } = await approvalsOf(await world.desk('desk'), wanted, { together: 2 })
    expect(transactions.map(({ what }) => what)).toEqual(['approve requests 1, 2', 'approve request 3'])
    for (const transaction of transactions) await world.send('desk', transaction)
    expect((await owned('owner', 3n)).owned).toBe(3n)
  })

  test('the desk may approve less than was asked for, and must say how much of what is no request of ours', async () => {
    await world.request('meter', requestBytes())
    await world.request('meter', '0x1234')
    const desk = await world.desk('desk')
    await expect(approvalsOf(desk, [{ id: 2n }])).rejects.toThrow('does not say how much')
    const { transactions } = await approvalsOf(desk, [
      { id: 1n, energy: 1_000n },
      { id: 2n, energy: 5n },
    ])
    for (const transaction of transactions) await world.send('desk', transaction)
    expect((await owned('owner', 1n)).owned).toBe(1_000n)
    expect((await owned('owner', 2n)).owned).toBe(5n)
  })

  test('what the contracts would refuse is said before anything is signed, with who may', async () => {
    await world.request('meter', requestBytes())
    await world.request('meter', requestBytes({ deviceId: 'roof-2' }), world.registry.address)
    const [desk, owner, stranger] = [
      await world.desk('desk'),
      await world.desk('owner'),
      await world.desk('stranger'),
    ]
    const who = { code: 'transaction-refused', hint: expect.stringContaining(world.address('desk')) }
    await expect(approvalsOf(stranger, [{ id: 1n }])).rejects.toMatchObject(who)
    await expect(revocationOf(stranger, 1n)).rejects.toMatchObject(who)
    await expect(issueOf(owner, [])).rejects.toMatchObject(who)
    await expect(requestRevocationOf(stranger, 1n)).rejects.toMatchObject(who)
    await expect(approvalsOf(desk, [{ id: 9n }])).rejects.toThrow('has no request 9')
    await expect(approvalsOf(desk, [{ id: 1n, energy: 0n }])).rejects.toThrow('no energy')
    await expect(approvalsOf(desk, [{ id: 2n }])).rejects.toThrow('does not take certificates')
    await expect(requestOf(owner, { owner: world.issuer.address, data: '0x' })).rejects.toThrow(
      'does not take certificates',
    )
    await expect(claimOf(owner, { id: 1n }, claim)).rejects.toThrow('has no certificate 1')
    await approve(1n)
    await expect(requestRevocationOf(await world.desk('owner'), 1n)).rejects.toThrow('is approved')
    await expect(claimOf(await world.desk('stranger'), { id: 1n }, claim)).rejects.toThrow('has 0 Wh')
    const later = await world.desk('owner')
    await expect(transferOf(later, { id: 1n, to: world.registry.address })).rejects.toThrow('does not take')
    await expect(transferOf(later, { id: 1n, to: world.address('buyer'), energy: 2_000n })).rejects.toThrow(
      'has 1234 Wh',
    )
  })

  test('requests and certificates are revoked once, and a revoked certificate can’t be claimed', async () => {
    await world.request('meter', requestBytes())
    await world.request('meter', requestBytes({ deviceId: 'roof-2' }))
    const revokeRequest = await requestRevocationOf(await world.desk('owner'), 1n)
    if (revokeRequest === undefined) throw new Error('nothing to send')
    await world.send('owner', revokeRequest)
    expect(await requestRevocationOf(await world.desk('desk'), 1n)).toBeUndefined()
    await expect(approvalsOf(await world.desk('desk'), [{ id: 1n }])).rejects.toThrow('was revoked')
    await approve(2n)
    const revoke = await revocationOf(await world.desk('desk'), 1n)
    if (revoke === undefined) throw new Error('nothing to send')
    await world.send('desk', revoke)
    expect(await revocationOf(await world.desk('desk'), 1n)).toBeUndefined()
    await expect(claimOf(await world.desk('owner'), { id: 1n }, claim)).rejects.toThrow('was revoked')
  })

  test('the owner issues without a request, one and several', async () => {
    const to = world.address('buyer')
    const one = { to, energy: 10n, data: requestBytes() }
    await world.send('desk', await issueOf(await world.desk('desk'), [one]))
    await world.send('desk', await issueOf(await world.desk('desk'), [one, { ...one, energy: 20n }]))
    expect(await Promise.all([1n, 2n, 3n].map(async id => (await owned('buyer', id)).owned))).toEqual([
      10n,
      10n,
      20n,
    ])
    const { chain, place } = await world.desk('desk')
    const announced = await announcedRequests(chain, place.issuer, { owner: to, from: 0n })
    expect(announced.map(({ id, event }) => [id, event.eventName])).toEqual([
      [1n, 'CertificationRequested'],
      [2n, 'CertificationRequestedBatch'],
      [3n, 'CertificationRequestedBatch'],
    ])
    expect(await announcedRequests(chain, place.issuer, { owner: world.address('owner'), from: 0n })).toEqual(
      [],
    )
  })

  test('an address that is no Issuer, or issues elsewhere, is told', async () => {
    const chain = await world.chain()
    const { issuer, registry } = world
    await expect(resolveIssuer(chain, { issuer: world.address('owner') })).rejects.toThrow(
      'there is no Issuer',
    )
    await expect(resolveIssuer(chain, { issuer: registry.address })).rejects.toThrow('is no Issuer')
    const elsewhere = { issuer: issuer.address, registry: world.address('owner') }
    await expect(resolveIssuer(chain, elsewhere)).rejects.toThrow('issues to')
    const place = await resolveIssuer(chain, { issuer: issuer.address, registry: registry.address })
    expect(place).toMatchObject({ topic: 1n, owner: world.address('desk') })
  })
})
