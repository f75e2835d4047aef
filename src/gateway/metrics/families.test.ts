import { expect, test } from 'vitest'
import { allMetricFamilies } from './families.ts'

test('names are unique and follow the conventions of Prometheus', () => {
  const names = allMetricFamilies.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  for (const { name, type, labels, help, bounds } of allMetricFamilies) {
    expect(name).toMatch(/^(?:energyweb|process)_[a-z][a-z_]*[a-z]$/)
    expect(name.endsWith('_total'), name).toBe(type === 'counter')
    expect(name).not.toMatch(/_(?:count|sum|bucket|info_total|milliseconds|hours|minutes)$/)
    for (const label of labels) expect(label).toMatch(/^[a-z]+$/)
    for (const taken of ['le', 'quantile', 'job', 'instance']) expect(labels).not.toContain(taken)
    expect(help).toMatch(/\.$/)
    expect(bounds !== undefined, name).toBe(type === 'histogram')
    expect(bounds?.toSorted((a, b) => a - b)).toEqual(bounds)
  }
})
