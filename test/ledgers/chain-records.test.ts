import { encodeAbiParameters, parseAbiParameters } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatRawCid } from '../../src/core/cid.ts'
import { type ChainRecord, lookAtChain } from '../../src/ledgers/index.ts'
import {
  type ExpectedCertificate,
  type ExpectedRegistration,
  judgeCertificate,
  judgeRegistration,
} from '../../src/ledgers/records/index.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import type { DeployedContract, Done } from '../support/deployed-contract.ts'
import { deployIssuer, hasIssuer } from '../support/issuer.ts'
import { deployReleaseB, hasReleaseB } from '../support/release-b.ts'

/* What receipts and certificates of evidence say, held against events of contracts that nobody here wrote. */

let anvil: Anvil

beforeAll(async () => {
  anvil = await startAnvil({ noMining: true })
})

afterAll(() => anvil?.stop())

/** Looks at the log of a contract's event in what a transaction did. */
async function look(
  { address }: Pick<DeployedContract, 'address'>,
  done: Done,
  which: number,
  judge: ChainRecord['judge'],
) {
  const { transaction, block } = done
  const log = done.logs.filter(one => one.address.toLowerCase() === address.toLowerCase())[which]
  const [chainId, found] = await Promise.all([
    anvil.rpc('eth_chainId'),
    anvil.rpc('eth_getBlockByNumber', [`0x${block.toString(16)}`, false]),
  ])
  const { hash } = found as { hash: string }
  const place = { chainId: BigInt(String(chainId)), contract: address, transaction, block, blockHash: hash }
  const record = { ...place, logIndex: Number(log?.logIndex), ofOthers: true, judge }
  const [answer] = await lookAtChain([record], { nodes: [{ url: anvil.url }] })
  return answer
}

const certificate = (expected: ExpectedCertificate): ChainRecord['judge'] => {
  return log => judgeCertificate(log, expected)
}
const confirmed = { outcome: 'confirmed', why: '' }

describe.skipIf(!hasReleaseB())('release B', () => {
  test('has the total of a reading, the certificate that it minted, and that it was retired', async () => {
    const [, meter = '', owner = ''] = anvil.accounts.map(({ address }) => address)
    const { producing, certificates, ...releaseB } = await deployReleaseB(anvil)
    const id = await releaseB.createProducer({ meter, owner })
    await releaseB.mintCertificates(id, owner)
    const read = await producing.send('saveSmartMeterRead', [id, 500n, 'first'], { from: meter })
    const total = (value: bigint) =>
      look(producing, read, 0, log => judgeRegistration(log, { value, leaf: undefined }))
    expect(await total(500n)).toEqual(confirmed)
    expect(await total(501n)).toMatchObject({
      outcome: 'contradicted',
      why: expect.stringContaining('500 Wh'),
    })

    const text = (leaf: string) =>
      look(producing, read, 0, log => judgeRegistration(log, { value: 500n, leaf }))
    expect(await text('first')).toEqual(confirmed)
    expect(await text('second')).toMatchObject({
      outcome: 'contradicted',
      why: expect.stringContaining('carries "first" and not second'),
    })

    const issued = { contract: certificates.address, id: 0n, state: 'issued', energy: 500n, owner }
    for (const which of certificates.events('Transfer', read).keys()) {
      expect(await look(certificates, read, which, certificate(issued))).toEqual(confirmed)
    }
    const created = 1
    const lies: [Partial<ExpectedCertificate>, string][] = [
      [{ energy: 600n }, '500 Wh were issued there, not 600 Wh'],
      [{ owner: meter }, `it was issued to ${owner.toLowerCase()} there`],
      [{ id: 1n }, 'is of certificate 0'],
      [{ state: 'retired' }, 'was issued there, not retired'],
    ]
    for (const [lie, why] of lies) {
      const answer = await look(certificates, read, created, certificate({ ...issued, ...lie }))
      expect(answer).toMatchObject({ outcome: 'contradicted', why: expect.stringContaining(why) })
    }
    const retired = await certificates.send('retireCertificate', [0n], { from: owner })
    const last = retired.logs.length - 1
    expect(await look(certificates, retired, last, certificate({ ...issued, state: 'retired' }))).toEqual(
      confirmed,
    )
  })
})

describe.skipIf(!hasIssuer())('the issuer', () => {
  const parameters = parseAbiParameters('uint256, uint256, string, string')
  const requestOf = (metadata: string) => encodeAbiParameters(parameters, [0n, 3_600n, 'roof', metadata])

  test('is asked for what a request says, and its registry for who issued a certificate', async () => {
    const [, owner = '', other = ''] = anvil.accounts.map(({ address }) => address)
    const { issuer, registry } = await deployIssuer(anvil)
    const data = requestOf('{"energy":"700","energyweb":1,"total":"700"}')
    const request = await issuer.send('requestCertificationFor', [data, owner], { from: owner })
    const total = (value: bigint) =>
      look(issuer, request, 0, log => judgeRegistration(log, { value, leaf: undefined }))
    expect(await total(700n)).toEqual(confirmed)
    expect(await total(701n)).toMatchObject({ outcome: 'contradicted' })

    const approval = await issuer.send('approveCertificationRequest', [1n, 700n])
    const issued = { contract: registry.address, id: 1n, state: 'issued', energy: 700n, owner }
    // By the events of the registry itself, and by the issuer's, of whom the registry is asked.
    for (const [contract, events] of [
      [registry, 2],
      [issuer, 1],
    ] as const) {
      for (let which = 0; which < events; which++) {
        expect(await look(contract, approval, which, certificate(issued))).toEqual(confirmed)
      }
    }
    const foreign = { ...issued, contract: issuer.address }
    expect(await look(registry, approval, 0, certificate(foreign))).toMatchObject({ outcome: 'unknown' })
    const another = await deployIssuer(anvil)
    await another.issuer.send('issue', [other, 1n, data])
    const elsewhere = { ...issued, contract: another.registry.address }
    expect(await look(issuer, approval, 0, certificate(elsewhere))).toMatchObject({
      outcome: 'contradicted',
      why: expect.stringContaining('has the certificate from'),
    })

    const revoked = await issuer.send('revokeCertificate', [1n])
    expect(await look(issuer, revoked, 0, certificate({ ...issued, state: 'revoked' }))).toEqual(confirmed)
  })

  test('has the CIDs of a request, which must be those of its last entry', async () => {
    const [, owner = ''] = anvil.accounts.map(({ address }) => address)
    const { issuer } = await deployIssuer(anvil)
    const [raw = '', document = '', other = ''] = [1, 2, 3].map(byte =>
      formatRawCid(new Uint8Array(32).fill(byte)),
    )
    const metadata = { document, energy: '7', energyweb: 1, raw, total: '7' }
    const data = requestOf(JSON.stringify(metadata))
    const request = await issuer.send('requestCertificationFor', [data, owner], { from: owner })
    const says = (shown: Partial<ExpectedRegistration>) =>
      look(issuer, request, 0, log => judgeRegistration(log, { value: 7n, leaf: undefined, ...shown }))
    expect(await says({ raw, document })).toEqual(confirmed)
    // Neither stands for the other.
    expect(await says({ raw: document, document: raw })).toMatchObject({ outcome: 'contradicted' })
    expect(await says({ raw: other, document })).toMatchObject({
      outcome: 'contradicted',
      why: expect.stringContaining(`the CID ${raw} stands there, which is not of the entry`),
    })
    expect(await says({ raw: null, document })).toMatchObject({ outcome: 'contradicted' })
    expect(await says({ raw })).toMatchObject({
      outcome: 'unknown',
      why: expect.stringContaining('the file does not show the record of the entry'),
    })
  })

  test('is asked for each request of a batch, of which one must say what the receipt does', async () => {
    const [, owner = ''] = anvil.accounts.map(({ address }) => address)
    const { issuer } = await deployIssuer(anvil)
    const metadata = (total: number, first: number) =>
      `{"energy":"1","energyweb":1,"first":${first},"last":${first + 9},"root":"","total":"${total}"}`
    const batch = async (...texts: string[]) => {
      const data = texts.map(requestOf)
      const owners = data.map(() => owner)
      return issuer.send('requestCertificationForBatch', [data, owners], { from: owner, gas: 9_000_000n })
    }
    const whole = await batch(metadata(700, 0), metadata(900, 10), metadata(900, 50))
    const says = (done: Done, value: bigint, first?: bigint, last?: bigint) =>
      look(issuer, done, 0, log => judgeRegistration(log, { value, leaf: undefined, first, last }))
    expect(await says(whole, 700n, 0n, 9n)).toEqual(confirmed)
    expect(await says(whole, 900n, 10n, 19n)).toEqual(confirmed)
    expect(await says(whole, 900n)).toEqual(confirmed)
    expect(await says(whole, 800n, 10n, 19n)).toMatchObject({
      outcome: 'contradicted',
      why: '700, 900, 900 Wh were registered there, and the receipt says 800 Wh',
    })
    // The total is there, for other entries: it is another plant's, or another period's.
    expect(await says(whole, 700n, 10n, 19n)).toMatchObject({
      outcome: 'contradicted',
      why: 'nothing was asked for there that stands for entries 10 to 19, as the receipt says',
    })
    const mixed = await batch('somebody else’s', metadata(700, 0))
    expect(await says(mixed, 700n, 0n, 9n)).toEqual(confirmed)
    expect(await says(mixed, 800n, 0n, 9n)).toMatchObject({
      outcome: 'unknown',
      why: expect.stringContaining('request 4 does not say how much'),
    })
  })

  test('has certificates issued in one go, and what was claimed of one', async () => {
    const [, owner = ''] = anvil.accounts.map(({ address }) => address)
    const { issuer, registry } = await deployIssuer(anvil)
    const data = requestOf('{}')
    const batch = await issuer.send(
      'issueBatch',
      [
        [owner, owner],
        [5n, 6n],
        [data, data],
      ],
      { gas: 20_000_000n },
    )
    const issued = { contract: registry.address, id: 2n, state: 'issued', energy: 6n, owner }
    const own = batch.logs.filter(log => log.address.toLowerCase() === registry.address.toLowerCase())
    const answers = await Promise.all(
      own.map((_, which) => look(registry, batch, which, certificate(issued))),
    )
    // Single events of the other certificate are of another one; those of both are of this one, too.
    expect(answers.filter(answer => answer?.outcome === 'confirmed').length).toBeGreaterThan(0)
    expect(answers.map(answer => answer?.outcome)).not.toContain('unknown')
    const claim = await registry.send(
      'safeTransferAndClaimFrom',
      [owner, owner, 2n, 6n, '0x', encodeAbiParameters(parseAbiParameters('string'), ['{}'])],
      { from: owner },
    )
    const claimed = claim.logs.length - 1
    expect(await look(registry, claim, claimed, certificate({ ...issued, state: 'claimed' }))).toEqual(
      confirmed,
    )
  })

  test('does not say how much a request of somebody else asks for', async () => {
    const [, owner = ''] = anvil.accounts.map(({ address }) => address)
    const { issuer } = await deployIssuer(anvil)
    const request = await issuer.send('requestCertificationFor', [requestOf('a root'), owner], {
      from: owner,
    })
    expect(
      await look(issuer, request, 0, log => judgeRegistration(log, { value: 1n, leaf: undefined })),
    ).toMatchObject({
      outcome: 'unknown',
      why: expect.stringContaining('does not say how much'),
    })
  })
})

test('an event that this program does not know leaves it open, and contradicts nothing', () => {
  const log = {
    address: `0x${'01'.repeat(20)}`,
    topics: [`0x${'ab'.repeat(32)}`],
    data: '0x',
    block: 1n,
    blockHash: '',
    transaction: '',
    logIndex: 0,
  }
  const unknown = { unknown: expect.stringContaining('does not know the event 0xabab') }
  expect(judgeRegistration(log, { value: 1n, leaf: undefined })).toEqual(unknown)
  const expected = { contract: log.address, id: 1n, state: 'issued', energy: 1n, owner: undefined }
  expect(judgeCertificate(log, expected)).toEqual(unknown)
  expect(judgeCertificate({ ...log, topics: [] }, expected)).toMatchObject({ unknown: expect.anything() })
})
