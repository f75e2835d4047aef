import { expect, test } from 'vitest'
import { sharedFlight } from './shared-flight.ts'

const signal = new AbortController().signal

test('who comes while it runs waits for the same run, and the next one starts anew', async () => {
  let runs = 0
  const ask = sharedFlight('the log-in', async () => {
    runs++
    await new Promise(resolve => setTimeout(resolve, 5))
    return runs
  })
  expect(await Promise.all([ask(signal), ask(signal), ask(signal)])).toEqual([1, 1, 1])
  expect(await ask(signal)).toBe(2)
})

test('one who leaves takes nobody along; when all have left it is taken back', async () => {
  const aborted: boolean[] = []
  const ask = sharedFlight('the log-in', async inner => {
    await new Promise(resolve => setTimeout(resolve, 20))
    aborted.push(inner.aborted)
    return 'token'
  })
  const [first, second] = [new AbortController(), new AbortController()]
  const left = ask(first.signal)
  const stayed = ask(second.signal)
  first.abort()
  await expect(left).rejects.toMatchObject({ code: 'aborted', message: 'the log-in was taken back' })
  expect(await stayed).toBe('token')
  const alone = ask(second.signal)
  second.abort()
  await expect(alone).rejects.toMatchObject({ code: 'aborted' })
  await new Promise(resolve => setTimeout(resolve, 30))
  expect(aborted).toEqual([false, true])
})

test('a failure reaches everybody, and is not remembered', async () => {
  let runs = 0
  const ask = sharedFlight('the log-in', async () => {
    runs++
    if (runs === 1) throw new Error('no')
    return 'token'
  })
  const both = await Promise.allSettled([ask(signal), ask(signal)])
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await ask(signal)).toBe('token')
})
