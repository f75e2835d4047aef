import { expect, test } from 'vitest'
import { limits, readings, temporaryFolder, testLog } from '../../test/storage/support.ts'
import type { Certificate } from '../core/certificate.ts'
import { certificateSums, certificatesInWords, knownCertificates } from './certificate-view.ts'

const certificate = (id: bigint, changes: Partial<Certificate> = {}): Certificate => ({
  state: 'issued',
  chainId: 246n,
  contract: `0x${'c0'.repeat(20)}`,
  id,
  energy: 250n,
  owner: `0x${'0e'.repeat(20)}`,
  first: 0,
  last: 3,
  transaction: `0x${'7a'.repeat(32)}`,
  block: 100n,
  blockHash: `0x${'b1'.repeat(32)}`,
  logIndex: Number(id),
  ...changes,
})

test('certificates are summed by state', () => {
  const known = [certificate(0n), certificate(1n, { state: 'claimed' }), certificate(2n)]
  expect(certificateSums(known)).toEqual([
    { state: 'issued', count: 2, energy: 500n },
    { state: 'claimed', count: 1, energy: 250n },
  ])
  expect(certificatesInWords(known)).toBe('2 issued for 500 Wh, 1 claimed for 250 Wh')
  expect(certificatesInWords([])).toBeUndefined()
})

test('what the log knows of a line is found, and nothing where there is no log or no line', async () => {
  const nowhere = await knownCertificates(temporaryFolder())
  expect(nowhere('roof/certified')).toEqual([])
  const log = await testLog()
  await log.openStream({ name: 'roof' })
  await log.record('roof', readings(3), limits)
  await log.openLine('roof/certified', 'roof')
  await log.recordCertificates('roof/certified', [certificate(0n)])
  const known = await knownCertificates(log.folder)
  expect(known('roof/certified')).toEqual([certificate(0n)])
  expect(known('roof/other')).toEqual([])
})
