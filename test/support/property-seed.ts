import { readFileSync } from 'node:fs'
import { expect } from 'vitest'

/*
 * Where a change is judged, properties try the same examples each time: what is red there is red by the change. Anywhere else
 * they try new ones.
 */
const seed = Number(process.env.PROPERTY_SEED)
if (!Number.isInteger(seed)) throw new TypeError('PROPERTY_SEED is a whole number')

// Most files try none: they are spared what tries them.
const { testPath } = expect.getState()
if (testPath === undefined || readFileSync(testPath, 'utf8').includes("from 'fast-check'")) {
  const { default: fc } = await import('fast-check')
  fc.configureGlobal({ seed })
}
