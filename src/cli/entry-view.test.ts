import { expect, test } from 'vitest'
import type { StoredEntry } from '../core/log.ts'
import { noteOf } from '../ledgers/calls/kept-call.ts'
import { entryColumns } from './entry-csv.ts'
import { gistOf } from './entry-view.ts'

/** An entry of roof's carbon register: nanograms where others have millijoules. */
const priced: StoredEntry = {
  index: 9,
  stream: 'roof/carbon',
  sequence: 1,
  kind: 'reading',
  at: 0,
  text: '',
  leafHash: new Uint8Array(32),
  document: {
    basis: 'marginal',
    carbon: 850n * 10n ** 9n,
    energy: 9_000_000_000n,
    factor: 340n * 10n ** 18n,
    from: '2024-05-01T08:00:00.000Z',
    reading: 7n,
    reason: null,
    status: 'counted',
    to: '2024-05-01T08:15:00.000Z',
    total: 1_850n * 10n ** 9n,
  },
}

test('what a carbon register says is a mass, never an energy', () => {
  expect(gistOf(priced)).toBe('2.500 kWh of entry 7: 850 g, CO2 1.850 kg (marginal)')
  const document = { ...priced.document, status: 'missing', reason: 'source-timeout', carbon: 0n }
  expect(gistOf({ ...priced, document })).toBe(
    '2.500 kWh of entry 7: no factor (source-timeout), CO2 1.850 kg',
  )
  const opening = { basis: 'average', total: 10n ** 12n }
  expect(gistOf({ ...priced, kind: 'opening', document: opening })).toBe('CO2 1.000 kg (average)')
  const cells = Object.fromEntries(entryColumns.map(({ name, read }) => [name, read(priced)]))
  expect(cells).toMatchObject({
    co2_ng: 850n * 10n ** 9n,
    co2_total_ng: 1_850n * 10n ** 9n,
    factor_ag_per_kwh: 340n * 10n ** 18n,
    priced_sequence: 7n,
    total_mj: undefined,
    total_wh: undefined,
    measured_to: '2024-05-01T08:15:00.000Z',
  })
  const energy = { ...priced, stream: 'roof' }
  expect(entryColumns.find(({ name }) => name === 'co2_total_ng')?.read(energy)).toBeUndefined()
})

test('a certificate is told in words, and what it stands for is in watt-hours', () => {
  const certificate: StoredEntry = {
    ...priced,
    stream: 'roof',
    kind: 'receipt',
    document: {
      block: 12n,
      certificate: 0n,
      chainId: 246n,
      energy: 2_500n,
      first: 3n,
      last: 7n,
      ledger: 'certified',
      owner: '0xab',
      state: 'issued',
      transaction: '0xcd',
    },
  }
  expect(gistOf(certificate)).toBe(
    'certificate 0 of 2.500 kWh issued to 0xab, for entries 3 to 7, at block 12 of chain 246, transaction 0xcd',
  )
  const claimed = { ...certificate, document: { ...certificate.document, state: 'claimed' } }
  expect(gistOf(claimed)).toContain('of 2.500 kWh claimed, of 0xab, for')
  const cells = Object.fromEntries(entryColumns.map(({ name, read }) => [name, read(certificate)]))
  expect(cells).toMatchObject({
    certificate: 0n,
    certificate_state: 'issued',
    certificate_wh: 2_500n,
    certificate_owner: '0xab',
    first_sequence: 3n,
    last_sequence: 7n,
    ledger: 'certified',
    energy_mj: undefined,
    energy_wh: undefined,
    block: 12n,
  })
})

test('a kept call is told by its name, and its receipt holds no energy', () => {
  const stream = `calls 31337 0x${'ab'.repeat(20)}`
  const kept = noteOf({ to: `0x${'12'.repeat(20)}`, data: '0x', value: 7n, what: 'rent of it', since: 5n })
  expect(gistOf({ ...priced, stream, kind: 'note', document: kept })).toBe(
    'to be called: rent of it with 7 wei',
  )
  const remark = { by: 'me', text: 'it was late' }
  expect(gistOf({ ...priced, stream, kind: 'note', document: remark })).toBe('it was late')
  const document = { block: 9n, chainId: 31337n, transaction: '0xaa', reading: 0n, value: 1n }
  const receipt: StoredEntry = { ...priced, stream, kind: 'receipt', document }
  expect(gistOf(receipt)).toBe('the call of entry 0, made at block 9 of chain 31337, transaction 0xaa')
  expect(entryColumns.find(({ name }) => name === 'value_wh')?.read(receipt)).toBeUndefined()
})
