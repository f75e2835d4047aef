import { expect, test } from 'vitest'
import { inTurns } from './in-turns.ts'

const named = (name: string, turns: number) => ({ name, turns })

test('one that has more to do stands behind those that wait', async () => {
  // Fails when an item keeps its place until it has done all: a a a b c c.
  const order: string[] = []
  await inTurns([named('a', 3), named('b', 1), named('c', 2)], 1, async item => {
    order.push(item.name)
    return --item.turns > 0
  })
  expect(order.join(' ')).toBe('a b c a c a')
})

test('at most so many at once, and one that hangs holds only its own place', async () => {
  const gate = Promise.withResolvers<boolean>()
  const slow = named('slow', 1)
  const others = Array.from({ length: 5 }, (_, i) => named(`${i}`, 4))
  let now = 0
  let most = 0
  const done = inTurns([slow, ...others], 3, async item => {
    most = Math.max(most, ++now)
    await (item === slow ? gate.promise : Promise.resolve())
    now -= 1
    return --item.turns > 0
  })
  await expect.poll(() => others.every(({ turns }) => turns === 0)).toBe(true)
  gate.resolve(false)
  expect((await done).size).toBe(0)
  expect(most).toBe(3)
})

test('one that fails has no more turns, and is told with what it met', async () => {
  const [good, bad] = [named('good', 3), named('bad', 3)]
  const failures = await inTurns([bad, good], 2, async item => {
    item.turns -= 1
    if (item === bad) throw new RangeError('no')
    return item.turns > 0
  })
  expect([...failures]).toEqual([[bad, new RangeError('no')]])
  expect([good.turns, bad.turns]).toEqual([0, 2])
})
