import { expect, test } from 'vitest'
import { evidenceFileName } from './evidence-name.ts'

const [may, june] = [Date.parse('2024-05-01T00:00:00Z'), Date.parse('2024-06-01T00:00:00Z')]

test.each([
  ['roof', { from: may, to: june }, 'roof-2024-05-01-2024-06-01.evidence.json'],
  [
    'roof',
    { from: may - 7_200_000, to: june + 1 },
    'roof-20240430T220000Z-20240601T000000.001Z.evidence.json',
  ],
  ['roof', { from: may + 900_000, to: may + 900_000 }, 'roof-20240501T001500Z.evidence.json'],
  ['../../etc/roof', { from: may, to: june }, 'etc-roof-2024-05-01-2024-06-01.evidence.json'],
  ['Dach "Süd" 3', { from: may, to: june }, 'Dach-S-d-3-2024-05-01-2024-06-01.evidence.json'],
  ['//', { from: may, to: june }, 'asset-2024-05-01-2024-06-01.evidence.json'],
])('%s', (asset, period, name) => {
  expect(evidenceFileName(asset, period)).toBe(name)
})
