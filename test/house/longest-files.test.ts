import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { longestFiles } from '../support/longest-first.ts'

test.each(longestFiles)('%s, which begins early, is there', file => {
  expect(existsSync(resolve(import.meta.dirname, '../..', file))).toBe(true)
})
