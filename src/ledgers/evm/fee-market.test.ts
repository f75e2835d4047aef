import { expect, test } from 'vitest'
import { FeeMarket } from './fee-market.ts'
import type { RpcAnswer } from './rpc-calls.ts'

const head = { number: 1n, hash: '0x', timestamp: 0n, baseFee: 100n }
const settings = { type: 'eip1559', floor: 1n, cap: 1_000n, tip: 5n, tipPercentile: 50 } as const

function history(...rewards: number[]): RpcAnswer {
  return {
    result: {
      reward: rewards.map(reward => [`0x${reward.toString(16)}`]),
      gasUsedRatio: rewards.map(reward => (reward === 0 ? 0 : 0.5)),
    },
  }
}

async function tipOf(answer: RpcAnswer, more: object = {}): Promise<bigint> {
  const market = new FeeMarket({ ...settings, ...more })
  return (await market.settings(head, { now: 0, batch: async () => [answer] })).tip
}

test('the tip is the middle of what the blocks with transactions paid', async () => {
  expect(await tipOf(history(0, 10, 30, 0, 20))).toBe(20n)
})

test('never below the configured tip, never above what the cap leaves', async () => {
  expect(await tipOf(history(1, 2, 3))).toBe(5n)
  expect(await tipOf(history(5_000))).toBe(900n)
  expect(await tipOf(history(5_000), { cap: 101n })).toBe(5n)
})

test.each([
  ['an error', { error: { code: -32601, message: 'no such method', data: undefined } }],
  ['empty blocks', history(0, 0)],
  ['nonsense', { result: { reward: [['x'], 7, null] } }],
])('%s leaves the configured tip', async (_, answer) => {
  expect(await tipOf(answer)).toBe(5n)
})

test('asks once a minute, and not at all where nothing was configured', async () => {
  let asked = 0
  const batch = async () => {
    asked++
    return [history(10)]
  }
  const market = new FeeMarket(settings)
  for (const now of [0, 59_999, 60_000]) await market.settings(head, { now, batch })
  expect(asked).toBe(2)
  const { tipPercentile: _, ...plain } = settings
  expect(await new FeeMarket(plain).settings(head, { now: 0, batch })).toEqual(plain)
  expect(asked).toBe(2)
})
