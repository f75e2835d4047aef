import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { EnergywebError } from '../core/errors.ts'
import { failureOf } from './system-failure.ts'

test('what the operating system refuses is told with what to do, not as a defect', () => {
  const refused = Object.assign(new Error("EACCES: permission denied, open '/data/log'"), {
    code: 'EACCES',
    syscall: 'open',
  })
  for (const thrown of [refused, new EnergywebError('internal', refused.message, { cause: refused })]) {
    expect(failureOf(thrown)).toMatchObject({
      code: 'environment-unsuitable',
      message: refused.message,
      hint: expect.stringContaining('Run it as the user'),
      retryable: false,
    })
  }
})

test('a defect stays a defect, and what has a code of its own keeps it', () => {
  expect(failureOf(new TypeError('x is not a function')).code).toBe('internal')
  expect(failureOf(Object.assign(new Error('of a library'), { code: 'EACCES' })).code).toBe('internal')
  expect(failureOf(thrownBy(() => readFileSync('/no/such/file'))).code).toBe('internal')
  const own = new EnergywebError('log-io', 'the log has stopped')
  expect(failureOf(own)).toBe(own)
})

function thrownBy(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}
