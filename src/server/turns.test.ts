import { expect, test } from 'vitest'
import { Turns } from './turns.ts'

test('deeds of one name run one after the other, those of others beside them, and a failed one holds nobody up', async () => {
  const turns = new Turns(3)
  const told: string[] = []
  const gate = Promise.withResolvers<void>()
  const first = turns.take('a', async () => {
    told.push('a1')
    await gate.promise
    throw new Error('a1 failed')
  })
  const second = turns.take('a', async () => told.push('a2'))
  await turns.take('b', async () => told.push('b1'))
  expect(told).toEqual(['a1', 'b1'])
  gate.resolve()
  await expect(first).rejects.toThrow('a1 failed')
  await second
  expect(told).toEqual(['a1', 'b1', 'a2'])
})

test('it is idle when the last deed is done, the failed ones too', async () => {
  const turns = new Turns(3)
  await turns.idle()
  let isDone = false
  const deeds = [
    turns.take('a', async () => {
      throw new Error('failed')
    }),
    turns.take('a', async () => {
      await new Promise(resolve => setTimeout(resolve, 20))
      isDone = true
    }),
  ]
  const settled = Promise.allSettled(deeds)
  await turns.idle()
  expect(isDone).toBe(true)
  await settled
})

test('what does not fit is refused at once, and has room again later', async () => {
  const turns = new Turns(2)
  const gate = Promise.withResolvers<void>()
  const waiting = [turns.take('a', () => gate.promise), turns.take('a', async () => undefined)]
  expect(turns.take('a', async () => undefined)).toBeUndefined()
  gate.resolve()
  await Promise.all(waiting)
  expect(await turns.take('a', async () => 'done')).toBe('done')
})
