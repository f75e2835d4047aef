import { expect, test } from 'vitest'
import { OneByOne } from './one-by-one.ts'

test('each computes to its end before the next begins, and what comes in is heard in between', async () => {
  // Fails when all go on at once: a1 b1 c1 a2 b2 c2.
  const line = new OneByOne()
  const order: string[] = []
  const compute = async (name: string) => {
    await line.next(16)
    for (const part of [1, 2]) {
      order.push(`${name}${part}`)
      await Promise.resolve()
    }
    // As what a socket brings: it has its turn before the next one.
    setImmediate(() => order.push(`heard ${name}`))
  }
  await Promise.all([compute('a'), compute('b'), compute('c')])
  expect(order.slice(0, 7).join(' ')).toBe('a1 a2 b1 b2 heard a c1 c2')
})

test('one that comes later is let through, too', async () => {
  const line = new OneByOne()
  await line.next(1)
  await line.next(1_000)
  await Promise.all([line.next(1_000), line.next(1)])
})

test('those that compute little go on in one turn, so that they can ask together', async () => {
  // Fails when each has a turn of its own, and when all are let through at once.
  const line = new OneByOne()
  const order: string[] = []
  const compute = async (name: string) => {
    await line.next(6)
    order.push(name)
    setImmediate(() => order.push(`heard ${name}`))
  }
  await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(compute))
  expect(order.slice(0, 8).join(' ')).toBe('a b c d heard a heard b e f')
})
