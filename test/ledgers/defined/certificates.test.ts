import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Certificate } from '../../../src/core/certificate.ts'
import type { AnyLedgerDefinition, LedgerContract } from '../../../src/ledgers/defined/define-ledger.ts'
import { addReading } from '../../../src/testing/fake-entry.ts'
import { MemoryStores } from '../../../src/testing/memory-stores.ts'
import meterBookContract from '../../contracts/generated/MeterBook.json' with { type: 'json' }
import { DefinedWorld } from './defined-world.ts'
import { meterBook } from './meter-book.ts'

type Question = NonNullable<LedgerContract<unknown>['certificates']>
type Asked = Parameters<Question>[1]

let world: DefinedWorld
let answer: (asked: Asked) => Promise<readonly Certificate[]>
let asked: Asked[] = []

/** The meter book, with a question about certificates that each test answers in its way. */
const withCertificates: AnyLedgerDefinition = {
  ...meterBook,
  open: (options, context) => ({
    ...meterBook.open(options, context),
    certificates(_line, question) {
      asked.push(question)
      return answer(question)
    },
  }),
}

beforeAll(async () => {
  world = await DefinedWorld.open(withCertificates, meterBookContract)
})
afterAll(() => world.anvil.stop())

/** The first event of each registration, as a certificate for its energy. */
async function minted({ open, chain }: Asked): Promise<readonly Certificate[]> {
  return Promise.all(
    open
      .filter(({ isNew }) => isNew)
      .map(async registration => {
        const { first, last, energy, transaction, block, blockHash } = registration
        const [log] = await registration.logs()
        const place = { transaction, block, blockHash, logIndex: log?.logIndex ?? -1 }
        return {
          ...place,
          state: 'issued' as const,
          chainId: chain.chainId,
          contract: world.contract.address.toLowerCase(),
          id: BigInt(first),
          energy,
          owner: world.account,
          first,
          last,
        }
      }),
  )
}

async function opened(meter: string) {
  asked = []
  const line = await world.line(meter)
  const stores = new MemoryStores()
  const cursors = new Map<string, string>()
  const open = () =>
    world.ledger([line], {
      stores,
      certificates: stores,
      cursors: {
        eventCursor: async name => cursors.get(name),
        async keepEventCursor(name, cursor) {
          cursors.set(name, cursor)
        },
      },
    })
  return { line, stores, cursors, open }
}

test('certificates of final registrations are kept once, with the energy that each stands for', async () => {
  answer = minted
  const { line, stores, open } = await opened('mint')
  for (const total of [10n, 10n, 25n]) addReading(stores.entries, 'mint', total)
  const ledger = await open()
  await world.settle(ledger)
  const kept = await stores.certificates(line.name)
  expect(kept.map(({ id, energy, first, last }) => ({ id, energy, first, last }))).toEqual([
    { id: 0n, energy: 10n, first: 0, last: 0 },
    { id: 2n, energy: 15n, first: 2, last: 2 },
  ])
  expect(asked.every(({ open, upTo }) => open.every(({ block }) => block <= upTo))).toBe(true)
  world.clock.push(3_600_000)
  await world.work(await open())
  expect(await stores.certificates(line.name)).toEqual(kept)
  expect(stores.entries.filter(({ document }) => document?.certificate !== undefined)).toHaveLength(2)
})

test('what is issued later is found later; blocks that were looked at are not looked at again, restarts included', async () => {
  const issuedIn: bigint[] = []
  answer = async question => {
    issuedIn.push(question.since)
    if (question.upTo < 10_000n && !(await late)) return []
    return minted({ ...question, open: question.open.map(one => ({ ...one, isNew: true })) })
  }
  let late: Promise<boolean> = Promise.resolve(false)
  const { line, stores, open } = await opened('later')
  addReading(stores.entries, 'later', 7n)
  const ledger = await open()
  await world.settle(ledger)
  expect(await stores.certificates(line.name)).toEqual([])
  late = Promise.resolve(true)
  world.clock.push(700_000)
  await world.anvil.mine(3)
  await world.work(await open())
  expect((await stores.certificates(line.name)).map(({ energy }) => energy)).toEqual([7n])
  expect(issuedIn[0]).toBe(0n)
  expect(issuedIn.at(-1)).toBeGreaterThan(0n)
})

test('a contract that never gives one is asked ever more seldom, and each registration is new once', async () => {
  answer = async () => []
  const { stores, open } = await opened('never')
  for (let total = 1n; total <= 5n; total++) addReading(stores.entries, 'never', total)
  const ledger = await open()
  await world.settle(ledger)
  const first = asked.length
  for (let minute = 0; minute < 120; minute++) {
    world.clock.push(60_000)
    await world.work(ledger)
  }
  expect(asked.length - first).toBeLessThan(20)
  const news = asked.flatMap(({ open }) => open.filter(({ isNew }) => isNew).map(({ first }) => first))
  expect(news).toEqual([0, 1, 2, 3, 4])
})

test('a question that fails is told and stops nothing', async () => {
  answer = async () => {
    throw new Error('boom')
  }
  const { stores, open } = await opened('fails')
  addReading(stores.entries, 'fails', 3n)
  const ledger = await open()
  await world.settle(ledger)
  expect((await world.only(ledger)).trouble).toMatch(/certificates: internal: boom/)
  addReading(stores.entries, 'fails', 4n)
  await world.settle(ledger)
  expect((await world.events('fails', 'Counted')).map(({ total }) => total)).toEqual([3n, 4n])
})
