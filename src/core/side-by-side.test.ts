import { expect, test } from 'vitest'
import { sideBySide } from './side-by-side.ts'

test('never more than so many run at once, all of them run, and a failure ends none of the others', async () => {
  const gates = Array.from({ length: 20 }, () => Promise.withResolvers<void>())
  let running = 0
  let most = 0
  const done = sideBySide(gates, 8, async gate => {
    most = Math.max(most, ++running)
    await gate.promise.finally(() => running--)
  })
  for (const [i, gate] of gates.entries()) {
    if (i === 3) gate.reject(new Error('tested'))
    else gate.resolve()
    await new Promise(setImmediate)
  }
  const results = await done
  expect(most).toBe(8)
  expect(results.map(({ status }) => status === 'rejected')).toEqual(gates.map((_, i) => i === 3))
})

test('nothing to run is no trouble', async () => {
  expect(await sideBySide([], 8, () => Promise.reject(new Error('never')))).toEqual([])
})
