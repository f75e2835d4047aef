import { setImmediate as later } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Gathered } from './gathered.ts'

function doubler() {
  const carried: (readonly number[])[] = []
  const gathered = new Gathered<number, number>(questions => {
    carried.push(questions)
    return questions.map(async question => {
      if (question < 0) throw new RangeError('negative')
      return question * 2
    })
  })
  return {
    carried,
    ask: (question: number, signal?: AbortSignal) => gathered.ask(question, signal ? { signal } : {}),
  }
}

test('what is asked in one turn of the event loop is carried out together, promises included', async () => {
  const { carried, ask } = doubler()
  const afterwards = async (question: number) => {
    await Promise.resolve()
    return ask(question)
  }
  expect(await Promise.all([ask(1), afterwards(2), ask(3)])).toEqual([2, 4, 6])
  await later()
  expect(await ask(4)).toBe(8)
  expect(carried).toEqual([[1, 3, 2], [4]])
})

test('only those share who wait by the same signal', async () => {
  const { carried, ask } = doubler()
  const [one, other] = [new AbortController().signal, new AbortController().signal]
  await Promise.all([ask(1, one), ask(2, other), ask(3, one), ask(4)])
  expect(carried).toEqual([[1, 3], [2], [4]])
})

test('the failure of one is his own', async () => {
  const { ask } = doubler()
  const settled = await Promise.allSettled([ask(1), ask(-1), ask(2)])
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})
