import { expect, test } from 'vitest'
import { scaledClock } from '../core/clock.ts'
import { clockRemark } from './clock-remark.ts'

test.each([
  ['yes', 'clock set by a time server'],
  ['no', 'clock not confirmed by a time server'],
  [undefined, 'clock of unknown accuracy'],
] as const)('a machine that answers %s', async (answer, said) => {
  let asked = 0
  const remark = clockRemark({
    ask: async () => {
      asked += 1
      return answer
    },
  })
  expect(remark()).toBe('clock of unknown accuracy')
  await new Promise(setImmediate)
  expect(remark()).toBe(said)
  expect(asked).toBe(1)
})

test('a machine that can not be asked says nothing', async () => {
  const remark = clockRemark({ ask: () => Promise.reject(new Error('no systemd')) })
  await new Promise(setImmediate)
  expect(remark()).toBe('clock of unknown accuracy')
})

test('time that is not the machine’s is called so, and the machine is not asked', () => {
  const ask = () => expect.unreachable()
  expect(clockRemark({ clock: scaledClock(60), ask })()).toBe("clock not the machine's own")
})
