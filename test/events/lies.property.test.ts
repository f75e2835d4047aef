import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isEnergywebError } from '../../src/core/errors.ts'
import { contractEvent } from '../../src/ledgers/events/contract-event.ts'
import { MemoryEventBook } from '../../src/ledgers/events/memory-event-book.ts'
import { EvmNetwork, networkPresets } from '../../src/ledgers/index.ts'
import { LyingNode, randomBy } from '../support/lying-node.ts'
import { FakeChain, fakeAddress } from './fake-chain.ts'

/*
 * Of a node that lies events can be lost, or heard that never were: nobody else was asked. But when the truth is told again what
 * happens then is heard, each event once and in order, by the same process and by the next, whatever was kept of the lies.
 */

async function followThroughLies(seed: number): Promise<void> {
  const random = randomBy(seed)
  const chain = new FakeChain()
  const node = new LyingNode(random, chain.fetch)
  const cursors = new MemoryEventBook()
  let ahead = 0
  const realClock = {
    now: () => Date.now(),
    monotonic: () => performance.now() + ahead,
    after: (milliseconds: number, run: () => void) => {
      const timer = setTimeout(run, Math.min(20, milliseconds))
      return () => clearTimeout(timer)
    },
  }
  const open = async () =>
    contractEvent({
      network: await EvmNetwork.open({
        name: 'fake',
        ...networkPresets.local,
        confirmations: 4,
        rpc: ['http://fake.example'],
        fetch: node.fetch,
        random: () => 0,
        timeout: 1_000,
        realClock,
      }),
      address: fakeAddress,
      event: 'Pong(uint256 indexed number)',
      from: 'earliest',
      confirmations: 2,
      depth: 12,
      poll: 10,
      cursors,
    })
  let count = 0
  const mine = () => {
    count += 1
    chain.mine([{ transaction: `0x${count.toString(16).padStart(64, '0')}`, number: count }])
  }
  let source = await open()
  const told: { number: number; reverted: boolean; transaction: string }[] = []
  const take = async (quiet: number) => {
    for (;;) {
      let failure: unknown
      const taken = await source.take({ signal: AbortSignal.timeout(quiet) }).catch((error: unknown) => {
        failure = error
      })
      if (taken === undefined) {
        const isQuiet = failure instanceof DOMException && failure.name === 'TimeoutError'
        if (!isQuiet && !isEnergywebError(failure)) throw failure
        expect(isEnergywebError(failure) ? failure.code : '').not.toBe('internal')
        return isQuiet
      }
      const { args, reverted, transaction } = taken.item
      told.push({ number: Number(args.number), reverted, transaction })
      await taken.settle(true)
    }
  }
  try {
    for (let round = 0; round < 12; round++) {
      for (let block = 0; block < 3; block++) mine()
      node.share = random() < 0.5 ? 0.2 : 0.03
      await take(60)
      ahead += 40_000
      if (random() < 0.15) source = await open()
    }
    node.share = 0
    ahead += 400_000
    for (let block = 0; block < 20; block++) chain.mine([])
    for (let round = 0; round < 20 && !(await take(150)); round++) ahead += 400_000
    const before = count
    for (let block = 0; block < 5; block++) mine()
    for (let block = 0; block < 14; block++) chain.mine([])
    const news = () => told.filter(({ number, reverted }) => number > before && number <= count && !reverted)
    for (let round = 0; round < 100 && news().length < 5; round++) await take(150)
    await take(150)
    expect(news().map(({ number }) => number)).toEqual([1, 2, 3, 4, 5].map(i => before + i))
  } catch (error) {
    throw new Error(
      `seed ${seed}: ${error instanceof Error ? error.stack : error}\n${node.lies.join('\n')}`,
      { cause: error },
    )
  }
}

test('whatever a node says for a while, events after it are heard, once and in order', {
  timeout: 600_000,
}, async () => {
  await fc.assert(fc.asyncProperty(fc.nat(2 ** 31), followThroughLies), { numRuns: 4, endOnFailure: true })
})
