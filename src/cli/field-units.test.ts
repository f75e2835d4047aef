import { expect, test } from 'vitest'
import { shownMeasure } from './field-units.ts'

test('the integers of a document bear the unit of their stream', () => {
  expect(shownMeasure('total', 7_200_000n, 'roof')).toBe('7200000 mJ (2 Wh)')
  expect(shownMeasure('total', 840_000_000n, 'roof/carbon')).toBe('840000000 ng (840 mg)')
  expect(shownMeasure('energy', 7_200_000n, 'roof/carbon')).toBe('7200000 mJ (2 Wh)')
  expect(shownMeasure('factor', 420n * 10n ** 18n, 'roof/carbon')).toBe('420000000000000000000 ag/kWh')
  expect(shownMeasure('reading', 2n, 'roof/carbon')).toBeUndefined()
  expect(shownMeasure('carbon', 2n, 'roof')).toBeUndefined()
})
