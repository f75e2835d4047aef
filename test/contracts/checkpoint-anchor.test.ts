import fc from 'fast-check'
import { type Address, encodeFunctionData, type Hex, pad } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { anchorAbi, anchorBytecode } from '../../src/ledgers/anchor/generated/checkpoint-anchor.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { Bench, eventIn, type Outcome } from './bench.ts'

let anvil: Anvil
let bench: Bench
let at: Address
beforeAll(async () => {
  anvil = await startAnvil({ noMining: true })
  bench = new Bench(anvil)
})
beforeEach(async () => {
  at = await bench.deploy({ abi: anchorAbi, bytecode: anchorBytecode })
})
afterAll(() => anvil.stop())

const roof = pad('0x01')
const barn = pad('0x02')
/** A root without a zero byte, as roots are: calldata of zeros would be cheaper. */
const rootOf = (seed: number): Hex => `0x${(0x11 + (seed % 200)).toString(16).repeat(32)}`

function anchor(log: Hex, size: bigint, root: Hex, account = 1): Promise<Outcome> {
  const data = encodeFunctionData({ abi: anchorAbi, functionName: 'anchor', args: [log, size, root] })
  return bench.send(bench.account(account), at, data)
}

function newest(log: Hex, account = 1): Promise<unknown> {
  return bench.call(anchorAbi, at, 'newest', [bench.account(account).address, log])
}

function eventOf(outcome: Outcome): Record<string, unknown> | undefined {
  return eventIn(outcome, anchorAbi, 'Anchored')
}

describe('the anchor of a log', () => {
  test('goes forward, and each event names the size before', async () => {
    expect(await newest(roof)).toEqual([0n, `0x${'00'.repeat(24)}`])
    const first = await anchor(roof, 5n, rootOf(1))
    const account = bench.account(1).address
    expect(eventOf(first)).toEqual({ account, log: roof, size: 5n, root: rootOf(1), previous: 0n })
    const second = await anchor(roof, 9n, rootOf(2))
    expect(eventOf(second)).toEqual({ account, log: roof, size: 9n, root: rootOf(2), previous: 5n })
    expect(await newest(roof)).toEqual([9n, rootOf(2).slice(0, 50)])
    const isNewest = (size: bigint, root: Hex) =>
      bench.call(anchorAbi, at, 'isNewest', [account, roof, size, root])
    expect(await isNewest(9n, rootOf(2))).toBe(true)
    expect(await isNewest(9n, rootOf(1))).toBe(false)
    expect(await isNewest(5n, rootOf(1))).toBe(false)
    expect(await bench.call(anchorAbi, at, 'isNewest', [account, barn, 0n, pad('0x')])).toBe(false)
  })

  test('never goes back, takes no second root of a size, and no log of nothing', async () => {
    await anchor(roof, 9n, rootOf(2))
    expect((await anchor(roof, 8n, rootOf(1))).text).toBe('reverted: a larger size is anchored')
    expect((await anchor(roof, 9n, rootOf(3))).text).toBe('reverted: another root of this size is anchored')
    expect((await anchor(roof, 0n, rootOf(3))).text).toBe('reverted: size is missing')
    expect((await anchor(barn, 0n, pad('0x'))).text).toBe('reverted: size is missing')
    expect(await newest(roof)).toEqual([9n, rootOf(2).slice(0, 50)])
  })

  test('takes the same once more in silence: no second event', async () => {
    await anchor(roof, 9n, rootOf(2))
    const again = await anchor(roof, 9n, rootOf(2))
    expect(again).toMatchObject({ text: 'accepted', logs: [] })
  })

  test('takes the largest size, and coins are sent back', async () => {
    const largest = 2n ** 64n - 1n
    expect((await anchor(roof, largest, rootOf(7))).text).toBe('accepted')
    expect(await newest(roof)).toEqual([largest, rootOf(7).slice(0, 50)])
    const data = encodeFunctionData({ abi: anchorAbi, functionName: 'anchor', args: [barn, 1n, rootOf(1)] })
    expect((await bench.send(bench.account(1), at, data, { value: 1n })).text).toBe('reverted')
  })

  test('costs at most 35,000 gas, and the first of a log 50,000', async () => {
    const log: Hex = `0x${'ab'.repeat(32)}`
    const first = await anchor(log, 100_000n, rootOf(1))
    const later = await anchor(log, 100_096n, rootOf(2))
    const again = await anchor(log, 100_096n, rootOf(2))
    expect({ first: first.gasUsed, later: later.gasUsed, again: again.gasUsed }).toMatchInlineSnapshot(`
      {
        "again": 24913n,
        "first": 47608n,
        "later": 30496n,
      }
    `)
    expect(later.gasUsed).toBeLessThanOrEqual(35_000n)
    expect(first.gasUsed).toBeLessThanOrEqual(50_000n)
  })

  test('that a reorganisation took away can be sent again, the same bytes', async () => {
    await anchor(roof, 5n, rootOf(1))
    await anvil.rpc('evm_mine')
    const account = bench.account(2)
    const data = encodeFunctionData({ abi: anchorAbi, functionName: 'anchor', args: [roof, 7n, rootOf(2)] })
    const nonce = Number(await anvil.rpc('eth_getTransactionCount', [account.address, 'latest']))
    const raw = await account.signTransaction({
      chainId: 31337,
      type: 'legacy',
      nonce,
      gas: 100_000n,
      gasPrice: 2_000_000_000n,
      to: at,
      data,
    })
    await anvil.rpc('eth_sendRawTransaction', [raw])
    await anvil.mine()
    expect(await newest(roof, 2)).toEqual([7n, rootOf(2).slice(0, 50)])
    await anvil.rpc('anvil_reorg', [1, []])
    expect(await newest(roof, 2)).toEqual([0n, `0x${'00'.repeat(24)}`])
    await anvil.rpc('eth_sendRawTransaction', [raw])
    await anvil.mine()
    expect(await newest(roof, 2)).toEqual([7n, rootOf(2).slice(0, 50)])
  })
})

/** What the contract promises, without a chain. */
class Model {
  readonly #newest = new Map<string, { readonly size: bigint; readonly root: Hex }>()

  anchor(place: string, size: bigint, root: Hex): 'accepted' | 'silent' | 'refused' {
    const before = this.#newest.get(place)
    if (size === 0n) return 'refused'
    if (before?.size === size) return before.root === root ? 'silent' : 'refused'
    if (before !== undefined && size < before.size) return 'refused'
    this.#newest.set(place, { size, root })
    return 'accepted'
  }

  newest(place: string): readonly [bigint, Hex] {
    const { size, root } = this.#newest.get(place) ?? { size: 0n, root: pad('0x') }
    return [size, root.slice(0, 50) as Hex]
  }
}

const deed = fc.record({
  account: fc.constantFrom(3, 4),
  log: fc.constantFrom(roof, barn),
  size: fc.integer({ min: 0, max: 4 }).map(BigInt),
  root: fc.constantFrom(rootOf(1), rootOf(2)),
})

test('does what the model does: two accounts, two logs, any order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 1, maxLength: 12 }), async deeds => {
      at = await bench.deploy({ abi: anchorAbi, bytecode: anchorBytecode })
      const model = new Model()
      for (const { account, log, size, root } of deeds) {
        const place = `${account} ${log}`
        const before = model.newest(place)
        const outcome = await anchor(log, size, root, account)
        const expected = model.anchor(place, size, root)
        expect(outcome.text === 'accepted').toBe(expected !== 'refused')
        expect(eventOf(outcome)).toEqual(
          expected === 'accepted'
            ? { account: bench.account(account).address, log, size, root, previous: before[0] }
            : undefined,
        )
      }
      for (const account of [3, 4]) {
        for (const log of [roof, barn]) {
          expect(await newest(log, account)).toEqual(model.newest(`${account} ${log}`))
        }
      }
    }),
    { numRuns: 25 },
  )
})
