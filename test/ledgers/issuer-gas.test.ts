import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasIssuer } from '../support/issuer.ts'
import { IssuerWorld, requestBytes } from './issuer-world.ts'

const origin = 'gateway.example.org/roof'

/** Figures of docs/ledgers/issuer.md: the real contracts, rules of London. */
describe.skipIf(!hasIssuer())('what the issuer’s contracts cost', () => {
  let world: IssuerWorld
  beforeAll(async () => {
    world = await IssuerWorld.open('real')
    // The first of everything costs more; the figures are those of later ones.
    await world.request('meter', bytesOf(1n))
    await world.issuer.send('approveCertificationRequest', [1n, 1n])
  })
  afterAll(() => world?.anvil.stop())

  function bytesOf(energy: bigint, more: { deviceId?: string; origin?: string } = {}) {
    const metadata = { energy, total: 9_876_543n, first: 8_640, last: 8_735, origin, ...more }
    const { deviceId = 'DE-BE-000123' } = more
    return requestBytes({ deviceId, metadata })
  }

  test('a request, its approval, a transfer and a claim', async () => {
    const costs: Record<string, bigint> = {}
    costs.request = (await world.request('meter', bytesOf(12_345n))).gasUsed
    costs.approve = (await world.issuer.send('approveCertificationRequest', [2n, 12_345n])).gasUsed
    const from = { from: world.address('owner') }
    const transfer = [world.address('owner'), world.address('buyer'), 2n, 345n, '0x']
    costs.transfer = (await world.registry.send('safeTransferFrom', transfer, from)).gasUsed
    const claim = [world.address('owner'), world.address('owner'), 2n, 12_000n, '0x', '0x']
    costs.claim = (await world.registry.send('safeTransferAndClaimFrom', claim, from)).gasUsed
    const longest = bytesOf(12_345n, { deviceId: 'd'.repeat(128), origin: 'o'.repeat(255) })
    costs.longest = (await world.request('meter', longest)).gasUsed
    expect(costs).toEqual({
      request: 388_709n,
      approve: 565_174n,
      transfer: 56_771n,
      claim: 141_099n,
      longest: 615_938n,
    })
  })

  test('ten approvals together', async () => {
    for (let i = 0; i < 10; i++) await world.request('meter', bytesOf(12_345n))
    const ids = Array.from({ length: 10 }, (_, i) => BigInt(i + 4))
    const { gasUsed } = await world.issuer.send(
      'approveCertificationRequestBatch',
      [ids, ids.map(() => 12_345n)],
      { gas: 12_000_000n },
    )
    expect(gasUsed).toBe(5_300_730n)
  })

  test('ten requests together', async () => {
    const data = Array.from({ length: 10 }, () => bytesOf(12_345n))
    const given = [data, data.map(() => world.address('owner'))]
    const { gasUsed } = await world.issuer.send('requestCertificationForBatch', given, {
      from: world.address('meter'),
      gas: 12_000_000n,
    })
    expect(gasUsed).toBe(3_654_347n)
  })
})
