import { expect, test } from 'vitest'
import { Circuit } from './circuit.ts'

test('three failures in a row open it; the pause grows with each test that fails, and ends', () => {
  const circuit = new Circuit(() => 1)
  circuit.failed(0)
  circuit.failed(0)
  expect(circuit.until).toBeUndefined()
  circuit.failed(0)
  expect(circuit.until).toBe(2_000)
  expect(circuit.isOpen(1_999)).toBe(true)
  expect(circuit.isOpen(2_000)).toBe(false)
  circuit.failed(2_000)
  expect(circuit.until).toBe(6_000)
  let now = 6_000
  for (let i = 0; i < 20; i++) {
    circuit.failed(now)
    now = circuit.until ?? 0
  }
  circuit.failed(now)
  expect((circuit.until ?? 0) - now).toBe(120_000)
  circuit.succeeded()
  expect(circuit.until).toBeUndefined()
})

test('the pause is shorter by chance, by half at most', () => {
  const circuit = new Circuit(() => 0)
  for (let i = 0; i < 3; i++) circuit.failed(0)
  expect(circuit.until).toBe(1_000)
})

test('a success in between forgets the row, and half of many failing opens it nevertheless', () => {
  const circuit = new Circuit(() => 1)
  for (let i = 0; i < 4; i++) {
    circuit.failed(0)
    circuit.succeeded()
  }
  expect(circuit.until).toBeUndefined()
  expect(circuit.failures).toBe(0.5)
  circuit.failed(0)
  circuit.succeeded()
  circuit.failed(0)
  expect(circuit.until).toBe(2_000)
})
