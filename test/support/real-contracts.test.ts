import { encodeAbiParameters, parseAbiParameters } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { deployIssuer, hasIssuer } from './issuer.ts'
import { deployReleaseB, hasReleaseB } from './release-b.ts'

let anvil: Anvil

beforeAll(async () => {
  anvil = await startAnvil({ noMining: true })
})

afterAll(() => anvil?.stop())

describe.skipIf(!hasReleaseB())('Origin release B as npm carries it', () => {
  test('takes a plant’s readings, mints a certificate inside of them, and says why it refuses', async () => {
    const [, meter = '', owner = ''] = anvil.accounts.map(({ address }) => address)
    const { producing, certificates, ...releaseB } = await deployReleaseB(anvil)
    expect(await releaseB.createConsumer({ meter, owner })).toBe(0n)
    const id = await releaseB.createProducer({ meter, owner })
    const from = { from: meter }
    await producing.send('saveSmartMeterRead', [id, 1_000n, 'first'], from)
    await releaseB.mintCertificates(id, owner)
    const done = await producing.send('saveSmartMeterRead', [id, 1_500n, 'second'], from)
    expect(producing.events('LogNewMeterRead', done)).toEqual([
      { _assetId: 0n, _oldMeterRead: 1_000n, _newMeterRead: 1_500n },
    ])
    expect(certificates.events('LogCreatedCertificate', done)).toEqual([
      { _certificateId: 0n, powerInW: 500n, owner },
    ])
    await expect(producing.send('saveSmartMeterRead', [id, 1_500n, 'again'], from)).rejects.toThrow(
      'meterread too low',
    )
    expect(await producing.read('getLastMeterReadingAndHash', id)).toEqual([1_500n, 'second'])
  })
})

describe.skipIf(!hasIssuer())('the issuer as npm carries it', () => {
  test('takes a request, and its owner issues for it', async () => {
    const [, owner = ''] = anvil.accounts.map(({ address }) => address)
    const { issuer, registry } = await deployIssuer(anvil)
    const data = encodeAbiParameters(parseAbiParameters('uint256, uint256, string, string'), [
      0n,
      3_600n,
      'roof',
      'root',
    ])
    const requested = await issuer.send('requestCertificationFor', [data, owner], { from: owner })
    expect(issuer.events('CertificationRequested', requested)).toEqual([{ _owner: owner, _id: 1n }])
    await issuer.send('approveCertificationRequest', [1n, 700n])
    expect(await registry.read('balanceOf', owner, 1n)).toBe(700n)
  })
})
