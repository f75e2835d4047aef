import { expect, test } from 'vitest'
import { EnergywebError } from '../core/errors.ts'
import { freezeError, thawError } from './frozen-error.ts'

const travelled = (error: unknown) => thawError(structuredClone(freezeError(error)))

test('an error of ours comes out as one, with all that it says', () => {
  const options = { hint: 'Wait.', retryable: true, cause: new RangeError('too far') }
  const error = new EnergywebError('source-timeout', 'no answer', options)
  const out = travelled(error)
  expect(out).toBeInstanceOf(EnergywebError)
  expect(out).toMatchObject({ code: 'source-timeout', message: 'no answer', ...options, stack: error.stack })
})

test('a name of ours with a code that is none is not taken for one of ours', () => {
  const fake = Object.assign(new Error('made up'), { name: 'EnergywebError', code: 'made-up' })
  const out = travelled(fake)
  expect(out).not.toBeInstanceOf(EnergywebError)
  expect(out).toMatchObject({ name: 'EnergywebError', code: 'made-up' })
})

test('a chain of causes that bites its tail ends', () => {
  const error = new Error('round')
  error.cause = error
  expect(travelled(error)).toMatchObject({ message: 'round', cause: { message: 'round' } })
})

test.each([
  ['text', 'text'],
  [undefined, 'undefined'],
  [7, '7'],
])('%j that was thrown comes out as text', (thrown, text) => {
  expect(travelled(thrown)).toBe(text)
})

// Fails when the class is looked for in what every object has: what a task threw would then break whoever hears of it.
test.each(['constructor', 'toString', '__proto__'])('an error that calls itself %s is one', name => {
  const thawed = travelled(Object.assign(new Error('odd'), { name }))
  expect(thawed).toBeInstanceOf(Error)
  expect(thawed).toMatchObject({ name, message: 'odd' })
})
