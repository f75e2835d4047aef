import { expect, test } from 'vitest'
import { EnergywebError } from '../core/errors.ts'
import { addReading } from './fake-entry.ts'
import { fakeLedger } from './fake-ledger.ts'
import { MemoryStores } from './memory-stores.ts'

const signal = new AbortController().signal
const lines = [{ name: 'roof/fake', stream: 'roof', role: 'producer', assetId: 0n, key: 'meter' }] as const

test('a fake ledger empties the outbox of its lines, after the turns it was told to fail', async () => {
  const stores = new MemoryStores()
  for (let i = 0n; i < 250n; i++) addReading(stores.entries, 'roof', i)
  const ledger = fakeLedger({ stores, lines })
  ledger.add(new EnergywebError('network-unreachable', 'tested', { retryable: true }))
  await expect(ledger.work({ signal })).rejects.toThrow('tested')
  expect(await ledger.status()).toMatchObject([{ cursor: -1, backlog: 250 }])
  await ledger.work({ signal })
  expect(await ledger.status()).toMatchObject([{ cursor: 249, backlog: 0 }])
  await ledger.close()
  expect([ledger.turns, ledger.closed]).toEqual([2, true])
})
