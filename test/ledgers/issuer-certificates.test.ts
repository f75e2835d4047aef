import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Certificate } from '../../src/core/certificate.ts'
import type { Logger } from '../../src/core/logger.ts'
import { silentLogger } from '../../src/core/logger.ts'
import type { FinalRegistration, RawLog } from '../../src/ledgers/defined/define-ledger.ts'
import { logsOf } from '../../src/ledgers/evm/answers.ts'
import {
  approvalsOf,
  claimOf,
  requestRevocationOf,
  revocationOf,
  transferOf,
} from '../../src/ledgers/issuer/desk.ts'
import { LineCertificates } from '../../src/ledgers/issuer/line-certificates.ts'
import { OwnRequests } from '../../src/ledgers/issuer/own-requests.ts'
import { day, hour, IssuerGateway, start } from './issuer-gateway.ts'
import { type actors, claim, IssuerWorld, issuerFlavours } from './issuer-world.ts'

describe.each(issuerFlavours)('what becomes of requests, on the %s contracts', flavour => {
  let world: IssuerWorld
  let gateway: IssuerGateway
  let warnings: string[]
  beforeEach(async () => {
    world = await IssuerWorld.open(flavour)
    gateway = await IssuerGateway.open(world)
    warnings = []
    for (const [number, total] of [100n, 300n, 600n].entries()) gateway.read(total, number * day + hour)
    gateway.clock.at = start + 3 * day + 2 * hour
    await gateway.settle({ waiting: 3 })
  })
  afterEach(() => world.anvil.stop())

  function following(): LineCertificates {
    const issuer = world.issuer.address.toLowerCase()
    const log: Logger = { ...silentLogger, warn: (_facts, message) => void warnings.push(String(message)) }
    return new LineCertificates({ issuer, requests: new OwnRequests(issuer), log })
  }

  async function look(
    certificates: LineCertificates,
    { known = [], since = 0n }: { known?: readonly Certificate[]; since?: bigint } = {},
  ): Promise<readonly Certificate[]> {
    const chain = await world.chain()
    const owner = world.address('meter')
    const requests = { owner, deviceId: 'roof-1', senders: [owner] }
    const open = (await registrations()).filter(({ first }) => !known.some(one => one.first === first))
    return certificates.follow({ name: 'roof/certificates' }, requests, {
      open,
      known,
      since,
      upTo: chain.block,
      chain,
    })
  }

  async function registrations(): Promise<FinalRegistration[]> {
    const submissions = await gateway.stores.ofLine('roof/certificates', 10)
    let before = 0n
    return submissions.toReversed().flatMap(({ first, last, value, receipt }) => {
      if (receipt === undefined) return []
      const energy = value - before
      before = value
      const { transaction, block, blockHash, logIndex } = receipt
      const place = { transaction, block, blockHash, logIndex }
      return [{ isNew: true, first, last, total: value, energy, ...place, logs: () => logsIn(transaction) }]
    })
  }

  async function logsIn(transaction: string): Promise<readonly RawLog[]> {
    const receipt = await world.anvil.rpc('eth_getTransactionReceipt', [transaction])
    if (typeof receipt !== 'object' || receipt === null || !('logs' in receipt)) throw new Error('no receipt')
    return logsOf(receipt.logs)
  }

  async function send(
    actor: keyof typeof actors,
    transaction: Parameters<IssuerWorld['send']>[1] | undefined,
  ) {
    if (transaction === undefined) throw new Error('nothing to send')
    await world.send(actor, transaction)
  }

  async function approve(...wanted: readonly { id: bigint; energy?: bigint }[]): Promise<void> {
    const { transactions } = await approvalsOf(await world.desk('desk'), wanted)
    for (const transaction of transactions) await send('desk', transaction)
  }

  test('nothing is said before the desk decides, then each certificate once it is issued, alone or in a batch', async () => {
    const certificates = following()
    expect(await look(certificates)).toEqual([])
    await approve({ id: 2n })
    await approve({ id: 1n }, { id: 3n })
    const found = await look(certificates)
    expect(found.map(({ state, id, energy, first, last }) => ({ state, id, energy, first, last }))).toEqual([
      { state: 'issued', id: 2n, energy: 100n, first: 0, last: 0 },
      { state: 'issued', id: 1n, energy: 200n, first: 1, last: 1 },
      { state: 'issued', id: 3n, energy: 300n, first: 2, last: 2 },
    ])
    const { registry } = await world.place(await world.chain())
    const where = { contract: registry, owner: world.address('meter'), chainId: 31_337n }
    for (const one of found) expect(one).toMatchObject(where)
    expect(warnings).toEqual([])
  })

  test('another value than was asked for, and a request that was revoked, are told once', async () => {
    const certificates = following()
    await approve({ id: 1n, energy: 90n })
    await send('desk', await requestRevocationOf(await world.desk('desk'), 2n))
    const [issued, ...more] = await look(certificates)
    expect(more).toEqual([])
    expect(issued).toMatchObject({ id: 1n, energy: 90n })
    await look(certificates)
    expect(warnings).toEqual([
      'a certificate was issued over another energy than was asked for',
      'a request for a certificate was revoked: nothing will be issued for it',
    ])
  })

  test('a certificate that is revoked is told, though the gateway was restarted in between', async () => {
    await approve({ id: 1n })
    const known = await look(following())
    const since = (await world.chain()).block + 1n
    await send('desk', await revocationOf(await world.desk('desk'), 1n))
    const [revoked, ...more] = await look(following(), { known, since })
    expect(more).toEqual([])
    expect(revoked).toMatchObject({ state: 'revoked', id: 1n, energy: 100n, first: 0, last: 0 })
  })

  test('a certificate counts as claimed once all of it was, by whoever had it, and over restarts', async () => {
    await approve({ id: 2n }, { id: 1n })
    const known = await look(following())
    const [one] = known.filter(({ first }) => first === 1)
    expect(one).toMatchObject({ energy: 200n })
    const id = one?.id ?? 0n
    const meter = await world.desk('meter')
    await send('meter', await transferOf(meter, { id, to: world.address('buyer'), energy: 150n }))
    await send('buyer', await claimOf(await world.desk('buyer'), { id }, claim))
    expect(await look(following(), { known })).toEqual([])
    const since = (await world.chain()).block + 1n
    await send('meter', await claimOf(await world.desk('meter'), { id, energy: 50n }, claim))
    const found = await look(following(), { known, since })
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ state: 'claimed', id, energy: 200n, owner: world.address('meter') })
  })
})
