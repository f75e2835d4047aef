import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contractEvent } from '../../src/ledgers/events/contract-event.ts'
import { MemoryEventBook } from '../../src/ledgers/events/memory-event-book.ts'
import { EvmNetwork, networkPresets } from '../../src/ledgers/index.ts'
import { FakeChain, type FakeEvent, fakeAddress } from './fake-chain.ts'

/*
 * The law: whatever reorgs (no deeper than told), restarts, failures of the node and of the task come, in the end every event
 * of the chain was handled, in order; every one that was handled and is gone was announced as reverted; and for each key
 * handling and reverting took turns: none twice.
 */

const depth = 12
const final = 4

type Step =
  | { readonly do: 'mine'; readonly events: number; readonly again: number }
  | { readonly do: 'reorg'; readonly depth: number; readonly longer: number; readonly again: number }
  | { readonly do: 'handle'; readonly count: number; readonly fail: boolean }
  | { readonly do: 'restart' }
  | { readonly do: 'mood'; readonly fails: number; readonly behind: number; readonly hides: boolean }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('mine' as const), events: fc.nat(3), again: fc.nat(2) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('reorg' as const),
      depth: fc.integer({ min: 1, max: depth - 2 }),
      longer: fc.nat(2),
      again: fc.nat(3),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('handle' as const),
      count: fc.integer({ min: 1, max: 5 }),
      fail: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('mood' as const),
      fails: fc.nat(2),
      behind: fc.nat(3),
      hides: fc.boolean(),
    }),
  },
)

interface Told {
  readonly key: string
  readonly number: number
  readonly reverted: boolean
  readonly occurrence: number
  readonly failed: boolean
}

class Model {
  readonly chain = new FakeChain()
  readonly #book = new MemoryEventBook()
  readonly #confirmations: number
  readonly told: Told[] = []
  /** Dropped by a reorg, to be mined again maybe. */
  #pool: FakeEvent[] = []
  #count = 0
  restarts = 0
  #source: ReturnType<typeof contractEvent<undefined, 'Pong(uint256 indexed number)'>> | undefined

  constructor(confirmations: number) {
    this.#confirmations = confirmations
  }

  async source() {
    this.#source ??= contractEvent({
      network: await EvmNetwork.open({
        name: 'fake',
        ...networkPresets.local,
        confirmations: final,
        rpc: ['http://fake.example'],
        fetch: this.chain.fetch,
        random: () => 0,
        timeout: 1_000,
      }),
      address: fakeAddress,
      event: 'Pong(uint256 indexed number)',
      from: 'earliest',
      confirmations: this.#confirmations,
      depth,
      poll: 10,
      cursors: this.#book,
    })
    return this.#source
  }

  mine(events: number, again: number): void {
    const fresh = Array.from({ length: events }, (): FakeEvent => {
      this.#count += 1
      return { transaction: `0x${this.#count.toString(16).padStart(64, '0')}`, number: this.#count }
    })
    this.chain.mine([...this.#pool.splice(0, again), ...fresh])
  }

  reorg(blocks: number, longer: number, again: number): void {
    const real = Math.min(blocks, this.chain.blocks.length - 1)
    this.#pool.push(...this.chain.drop(real))
    for (let i = 0; i < real + longer; i++) this.mine(i % 2, i === 0 ? again : 0)
  }

  async restart(): Promise<void> {
    this.#source = undefined
    this.restarts += 1
    // Two of one name would be two processes: the first must have done what it was at.
    for (let i = 0; i < 100; i++) await turn()
  }

  /** Handles up to so many; the first fails once where asked. */
  async handle(count: number, fail: boolean, looks = 6): Promise<number> {
    const source = await this.source()
    for (let i = 0; i < count; i++) {
      const taken = await source.take({ signal: this.chain.looks.after(looks) }).catch(() => undefined)
      if (taken === undefined) return i
      const { key, args, reverted, occurrence } = taken.item
      const failed = fail && i === 0
      this.told.push({ key, number: Number(args.number), reverted, occurrence, failed })
      await taken.settle(!failed)
    }
    return count
  }
}

async function run(steps: readonly Step[], confirmations: number): Promise<Model> {
  const model = new Model(confirmations)
  for (const each of steps) {
    if (each.do === 'mine') model.mine(each.events, each.again)
    else if (each.do === 'reorg') model.reorg(each.depth, each.longer, each.again)
    else if (each.do === 'handle') await model.handle(each.count, each.fail)
    else if (each.do === 'restart') await model.restart()
    else {
      let requests = 0
      const { fails, behind, hides } = each
      model.chain.mood = () => {
        requests += 1
        return requests > 4 ? {} : { fails: requests <= fails, behind, hides: hides && requests === 2 }
      }
    }
  }
  model.chain.mood = () => ({})
  for (const blocks of [depth, final, final]) {
    for (let i = 0; i < blocks; i++) model.mine(0, 0)
    await model.handle(10_000, false, 15)
  }
  return model
}

function judge({ chain, told: all, restarts }: Model): void {
  const onChain = chain.blocks.flatMap(({ events }) => events.map(({ number }) => number))
  // Whoever fails is told again, or of the reversal.
  const told = all.filter(({ failed }) => !failed)
  const byKey = Map.groupBy(told, ({ key }) => key)
  for (const [key, list] of byKey) {
    const turns = list.map(({ reverted, occurrence }) => 2 * occurrence + (reverted ? 1 : 0))
    expect(turns, `${key} twice or in the wrong turn`).toEqual([...new Set(turns)].toSorted((a, b) => a - b))
    for (const { reverted, occurrence, key } of list) {
      const wasTold = all.some(each => each.key === key && each.occurrence === occurrence && !each.reverted)
      expect(!reverted || wasTold || restarts > 0, `${key} is reverted and nobody was told of it`).toBe(true)
    }
  }
  const standing = [...byKey.values()]
    .filter(list => list.at(-1)?.reverted === false)
    .map(list => list[0]?.number)
  expect(standing.toSorted((a = 0, b = 0) => a - b)).toEqual(onChain.toSorted((a, b) => a - b))
  // Those that were never dropped came in the order of the chain.
  const dropped = new Set(chain.removed.map(({ number }) => number))
  const steady = (numbers: readonly (number | undefined)[]) =>
    numbers.filter(n => n !== undefined && !dropped.has(n))
  expect(steady(told.map(({ number }) => number))).toEqual(steady(onChain))
}

test.each([1, 3])(
  'with %i confirmations: every event of the chain is handled, in order, none twice; what is gone is reverted',
  { timeout: 600_000 },
  async confirmations => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async steps => {
        judge(await run(steps, confirmations))
      }),
      { numRuns: 40, endOnFailure: true },
    )
  },
)
