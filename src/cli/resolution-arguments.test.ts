import { expect, test } from 'vitest'
import { type ResolutionArguments, resolutionOf } from './resolution-arguments.ts'

const nothing = {
  by: 'me@here',
  reason: 'seen',
  reading: undefined,
  readings: undefined,
  initial: undefined,
  final: undefined,
  modulus: undefined,
} as const

test.each<[Partial<ResolutionArguments> & Pick<ResolutionArguments, 'kind'>]>([
  [{ kind: 'release' }],
  [{ kind: 'release', reading: 7 }],
  [{ kind: 'write-off' }],
  [{ kind: 'write-off', readings: 3 }],
  [{ kind: 'reset', initial: 0n }],
  [{ kind: 'rollover', modulus: 5n }],
  [{ kind: 'swap', final: 5n, initial: 0n }],
])('%o is passed on as it is', given => {
  expect(resolutionOf({ ...nothing, ...given })).toEqual({ by: 'me@here', reason: 'seen', ...given })
})

test.each<[Partial<ResolutionArguments> & Pick<ResolutionArguments, 'kind'>, string]>([
  [{ kind: 'release', initial: 0n }, 'a release has no --initial'],
  [{ kind: 'write-off', modulus: 1n }, 'a write-off has no --modulus'],
  [{ kind: 'release', reason: 'x'.repeat(1_001) }, '--reason is longer than 1000 characters'],
  [{ kind: 'reset' }, 'a reset needs --initial'],
  [{ kind: 'reset', initial: 0n, final: 1n }, 'a reset has no --final'],
  [{ kind: 'rollover' }, 'a rollover needs --modulus'],
  [{ kind: 'swap', initial: 0n }, 'a swap needs --final'],
  [{ kind: 'swap', final: 0n, initial: 0n, readings: 2 }, 'a swap has no --readings'],
])('%o is refused', (given, message) => {
  expect(() => resolutionOf({ ...nothing, ...given })).toThrow(message)
})
