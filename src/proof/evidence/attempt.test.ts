import { expect, test } from 'vitest'
import { EnergywebError } from '../../core/errors.ts'
import { attempt } from './attempt.ts'

const failing = (error: unknown) => () => {
  throw error
}

test('what succeeds is answered, and what fails is what its failure means', () => {
  expect(
    attempt(
      () => 1,
      () => 2,
    ),
  ).toBe(1)
  expect(attempt(failing(new EnergywebError('note-invalid', 'no')), ({ code }) => code)).toBe('note-invalid')
})

test('what is no matter of the input is thrown on', () => {
  const mine = new EnergywebError('internal', 'mine')
  expect(() => attempt(failing(mine), () => undefined)).toThrow(mine)
  expect(() => attempt(failing(new TypeError('bug')), () => 1)).toThrow(TypeError)
})
