import { afterAll, beforeAll, expect, test } from 'vitest'
import { fromHex } from '../../src/core/bytes.ts'
import { EnergywebError } from '../../src/core/errors.ts'
import type { AssetLine, LineStatus } from '../../src/core/ledger.ts'
import type { Signer } from '../../src/core/signer.ts'
import { secp256k1Signer } from '../../src/keys/secp256k1-signer.ts'
import { accountOf } from '../../src/ledgers/evm/transaction.ts'
import { type EvmLedger, openOriginA } from '../../src/ledgers/index.ts'
import { addReading } from '../../src/testing/fake-entry.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import { faultyFetch } from '../../src/testing/rpc-faults.ts'
import { people } from '../contracts/bench.ts'
import { World } from './world.ts'

/* Several keys in one ledger: each has its own account, and none waits for another. */

let world: World
let otherSigner: Signer
let other: string

beforeAll(async () => {
  world = await World.open()
  const account = world.anvil.accounts[people.newMeter]!
  otherSigner = await secp256k1Signer(fromHex(account.privateKey))
  other = account.address.toLowerCase()
})
afterAll(() => world.anvil.stop())

interface Key {
  readonly name: string
  readonly signer: Signer | Promise<Signer>
  /** The asset takes readings from the other account. */
  readonly isOther?: boolean
}

/** One asset a key, named after it, with readings 1 and 2. */
async function open(keys: readonly Key[], options: { fetch?: typeof fetch; timeout?: number } = {}) {
  const stores = new MemoryStores()
  const registry = world.registries.producing
  const lines: AssetLine[] = []
  for (const { name, isOther } of keys) {
    const id = await registry.readyAsset()
    if (isOther) await registry.send('updateSmartMeter', [id, other])
    for (const value of [1n, 2n]) addReading(stores.entries, name, value)
    lines.push({ ...world.line(id, 'producing', name), key: name })
  }
  const ledger = await openOriginA({
    name: 'origin',
    network: await world.network(options),
    producing: registry.address,
    signers: new Map(keys.map(({ name, signer }) => [name, signer])),
    lines,
    stores,
  })
  const status = async (name: string): Promise<LineStatus> => {
    const found = (await ledger.status()).find(({ line }) => line === `${name}/origin`)
    if (found === undefined) throw new Error(`no line ${name}`)
    return found
  }
  const values = (name: string) => world.values(lines.find(line => line.stream === name)?.assetId ?? -1n)
  return { ledger, status, values }
}

const never = () => new Promise<Signer>(() => undefined)

async function settle(ledger: EvmLedger, done: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 8 && !(await done()); i++) {
    await world.work(ledger)
    await world.anvil.mine()
  }
}

/** A node that never answers what concerns this account. */
function silentAbout(account: string) {
  const state = { silent: true, asked: 0 }
  const silent: typeof fetch = async (input, init) => {
    if (!state.silent || !String(init?.body).toLowerCase().includes(account.slice(2)))
      return fetch(input, init)
    state.asked += 1
    const { promise, reject } = Promise.withResolvers<Response>()
    init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
    return promise
  }
  return { state, fetch: silent }
}

test('an account whose calls hang holds no other key back for long, says so, and catches up', async () => {
  // Fails when keys take their turns one after another: the first hangs, and throws before the second's turn comes. And
  // when keys whose turn failed go on sharing requests with the others: then none of them has a good turn ever.
  const node = silentAbout(world.meter)
  const { ledger, status, values } = await open(
    [
      { name: 'slow', signer: world.signer },
      { name: 'good', signer: otherSigner, isOther: true },
    ],
    { fetch: node.fetch, timeout: 1_500 },
  )
  // They share their requests, until one has failed.
  await expect(world.work(ledger)).rejects.toMatchObject({ code: 'network-unreachable' })
  const turn = world.work(ledger)
  await expect.poll(async () => (await status('good')).pending, { timeout: 1_400 }).toEqual({ sent: 2 })
  // The slow one is still at it.
  expect((await status('slow')).trouble).toBeUndefined()
  await turn
  expect(await status('slow')).toMatchObject({
    cursor: -1,
    trouble: expect.stringMatching(/network-unreachable: key slow: .*no answer within 1500 ms/),
  })
  node.state.silent = false
  await settle(ledger, async () => (await status('slow')).backlog + (await status('good')).backlog === 0)
  expect([await values('slow'), await values('good')]).toEqual([
    [1n, 2n],
    [1n, 2n],
  ])
  expect((await status('slow')).trouble).toBeUndefined()
})

test('where no key has a good turn it is the trouble of the ledger', async () => {
  const down: typeof fetch = async () => {
    throw new TypeError('fetch failed')
  }
  const keys = [
    { name: 'one', signer: world.signer },
    { name: 'two', signer: never() },
  ]
  const { ledger } = await open(keys, { fetch: down })
  await expect(world.work(ledger)).rejects.toMatchObject({ code: 'network-unreachable' })
})

test('keys that never open hold no other key back, however many they are', async () => {
  const closed = Array.from({ length: 7 }, (_, i) => ({ name: `closed-${i}`, signer: never() }))
  const { ledger, status } = await open([...closed, { name: 'good', signer: world.signer }])
  const begin = performance.now()
  const turn = world.work(ledger)
  await expect.poll(async () => (await status('good')).pending, { timeout: 1_500 }).toEqual({ sent: 2 })
  await turn
  // Side by side: the patience of one.
  expect(performance.now() - begin).toBeLessThan(4_000)
  expect((await status('closed-0')).trouble).toMatch(/key-unavailable: .*not open yet/)
  await world.anvil.mine()
})

test('a ledger that waits for a key can be closed at once', async () => {
  const { ledger } = await open([{ name: 'closed', signer: never() }])
  const turn = world.work(ledger).catch(error => error)
  const begin = performance.now()
  await ledger.close()
  expect(performance.now() - begin).toBeLessThan(1_000)
  expect(await turn).toMatchObject({ name: 'AbortError' })
})

test('two keys of one account take its nonces in turn', async () => {
  const keys = ['one', 'two'].map(name => ({ name, signer: world.signer }))
  const { ledger, status, values } = await open(keys)
  const before = await world.nonce()
  await settle(ledger, async () => (await status('one')).backlog + (await status('two')).backlog === 0)
  expect([await values('one'), await values('two')]).toEqual([
    [1n, 2n],
    [1n, 2n],
  ])
  expect(await world.nonce()).toBe(before + 4)
})

test('many keys ask little more often than one: they share requests, and those at rest ask nothing', async () => {
  // Fails when each key makes requests of its own (some 25 a key until all is registered), or asks although nothing is new.
  const registry = world.registries.producing
  const stores = new MemoryStores()
  const keys = Array.from({ length: 24 }, (_, i) => `many-${i}`)
  const signers = new Map<string, Signer>()
  const lines: AssetLine[] = []
  for (const [i, name] of keys.entries()) {
    const signer = await secp256k1Signer(new Uint8Array(32).fill(i + 1))
    const account = accountOf(signer)
    await world.anvil.rpc('anvil_setBalance', [account, '0x56bc75e2d63100000'])
    const id = await registry.readyAsset()
    await registry.send('updateSmartMeter', [id, account])
    addReading(stores.entries, name, 1n)
    signers.set(name, signer)
    lines.push({ ...world.line(id, 'producing', name), key: name })
  }
  const faulty = faultyFetch()
  const network = await world.network({ fetch: faulty.fetch })
  const options = { name: 'origin', network, producing: registry.address, signers, lines, stores }
  const ledger = await openOriginA(options)
  const waiting = async () => (await ledger.status()).reduce((sum, { backlog }) => sum + backlog, 0)
  await settle(ledger, async () => (await waiting()) === 0)
  expect(await waiting()).toBe(0)
  expect(faulty.requests).toBeLessThan(60)
  faulty.requests = 0
  await world.work(ledger)
  expect(faulty.requests).toBe(1)
})

test("each key's first call is estimated for itself; what the other shapes cost is asked once for all", async () => {
  // Fails when a line takes its first limit from another: the contract may refuse this one alone.
  const estimates: string[] = []
  const counting: typeof fetch = async (input, init) => {
    estimates.push(
      ...(String(init?.body).match(/"eth_estimateGas","params":\[\{"from":"0x[0-9a-f]{40}/g) ?? []),
    )
    return fetch(input, init)
  }
  const { ledger, status, values } = await open(
    [
      { name: 'ours', signer: world.signer },
      { name: 'theirs', signer: otherSigner, isOther: true },
    ],
    { fetch: counting },
  )
  await world.work(ledger)
  const of = (account: string) => estimates.filter(text => text.endsWith(account)).length
  expect([of(world.meter), of(other)].sort()).toEqual([1, 2])
  await settle(ledger, async () => (await status('ours')).backlog + (await status('theirs')).backlog === 0)
  expect([await values('ours'), await values('theirs')]).toEqual([
    [1n, 2n],
    [1n, 2n],
  ])
})

test('lines whose key was away sign in the first turn after it is back, not after their pause', async () => {
  let isAway = true
  const token: Signer = {
    algorithms: ['secp256k1'],
    publicKey: algorithm => world.signer.publicKey(algorithm),
    sign(data, options) {
      const away = new EnergywebError('key-unavailable', 'the token is out', { retryable: true })
      return isAway ? Promise.reject(away) : world.signer.sign(data, options)
    },
  }
  const { ledger, status } = await open([{ name: 'token', signer: token }])
  await world.work(ledger)
  expect((await status('token')).trouble).toMatch(/^key-unavailable: the token is out/)
  isAway = false
  await world.work(ledger)
  expect(await status('token')).toMatchObject({ pending: {}, backlog: 2 })
  ledger.keyIsReady('another')
  await world.work(ledger)
  expect((await status('token')).pending).toEqual({})
  ledger.keyIsReady('token')
  await world.work(ledger)
  expect(await status('token')).toMatchObject({ pending: { sent: 2 }, trouble: undefined })
  await settle(ledger, async () => (await status('token')).backlog === 0)
})
