import { expect, test } from 'vitest'
import { Slots } from './slots.ts'

test('no more than so many at once, in the order in which they came, whatever becomes of them', async () => {
  const slots = new Slots(2)
  const begun: number[] = []
  let running = 0
  let most = 0
  const results = await Promise.allSettled(
    [0, 1, 2, 3, 4].map(id =>
      slots.run(async () => {
        begun.push(id)
        running += 1
        most = Math.max(most, running)
        await new Promise(resolve => setImmediate(resolve))
        running -= 1
        if (id === 1) throw new RangeError('one')
        return id
      }),
    ),
  )
  expect(begun).toEqual([0, 1, 2, 3, 4])
  expect(most).toBe(2)
  expect(results.map(({ status }) => status === 'fulfilled')).toEqual([true, false, true, true, true])
})
