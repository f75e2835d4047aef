import { expect, test } from 'vitest'
import { type FoundGas, SharedGas } from './shared-gas.ts'

const of = (amount: bigint, at = 10): FoundGas => ({ amount, at })

test('of many who ask at once one asks, and all have the answer', async () => {
  const gas = new SharedGas()
  let asked = 0
  const ask = async () => {
    asked += 1
    await Promise.resolve()
    return of(76_000n)
  }
  const all = await Promise.all(Array.from({ length: 5 }, () => gas.find('later', { since: 0, ask })))
  expect(all).toEqual(Array(5).fill(of(76_000n)))
  expect(asked).toBe(1)
})

test('what was found holds for its shape alone, and only so long', async () => {
  const gas = new SharedGas()
  gas.tell('later', of(76_000n, 10))
  const ask = async () => of(124_000n, 20)
  expect(await gas.find('later', { since: 9, ask })).toEqual(of(76_000n, 10))
  expect(await gas.find('first', { since: 9, ask })).toEqual(of(124_000n, 20))
  expect(await gas.find('later', { since: 10, ask })).toEqual(of(124_000n, 20))
  expect(await gas.find('later', { since: 10, ask: () => Promise.reject(new Error('not asked')) })).toEqual(
    of(124_000n, 20),
  )
})

test("another's trouble is his own: who waited for him asks himself", async () => {
  const gas = new SharedGas()
  const refusal = new Error('paused')
  const first = gas.find('later', { since: 0, ask: () => Promise.reject(refusal) })
  const second = gas.find('later', { since: 0, ask: async () => of(76_000n) })
  await expect(first).rejects.toBe(refusal)
  expect(await second).toEqual(of(76_000n))
})
