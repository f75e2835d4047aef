import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EvmNetwork, Signer } from '../../src/evm.ts'
import { type LogStore, openLog } from '../../src/storage/index.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { deployProbe, key, networkOf, signerOf } from './probe.ts'

/* Loops over events that go on where the last one was, on a real chain with a log on the disk. */

let anvil: Anvil
let network: EvmNetwork
let contract: Awaited<ReturnType<typeof deployProbe>>
let signer: Signer
let folder: string
let log: LogStore
const soon = { pollEvery: 20, confirmations: 1 }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'energyweb-filter-'))
  log = await openLog({ folder })
  anvil = await startAnvil({ blockTime: 1 })
  network = await networkOf(anvil.url)
  contract = await deployProbe(network, anvil)
  signer = await signerOf(anvil, 1)
})
afterAll(async () => {
  await log.close()
  await anvil?.stop()
  await rm(folder, { recursive: true, force: true, maxRetries: 3 })
})

/** Writes these values under a key, several a block. */
async function write(text: string, values: readonly bigint[]): Promise<void> {
  const sent = []
  for (const value of values) sent.push(await contract.sendRaw('write', [key(text), value], { signer }))
  await Promise.all(sent.map(one => one.wait({ pollEvery: 20, confirmations: 1, timeout: 20_000 })))
}

const follow = (text: string, more: { from?: bigint; to?: bigint; name?: string } = {}) =>
  contract.createEventFilter({ event: 'Written', args: { key: key(text) }, cursors: log, ...soon, ...more })

/** Takes so many and breaks off within the last one. */
async function take(text: string, count: number): Promise<readonly bigint[]> {
  const seen: bigint[] = []
  for await (const { args } of follow(text, { from: 0n })) {
    seen.push(args.value)
    if (seen.length === count) break
  }
  return seen
}

test('the next loop begins with what the last one had not finished, also after the log was opened anew', async () => {
  await write('one', [1n, 2n, 3n, 4n])
  expect(await take('one', 2)).toEqual([1n, 2n])
  expect(await take('one', 1)).toEqual([2n])
  await log.close()
  log = await openLog({ folder })
  await write('one', [5n])
  expect(await take('one', 4)).toEqual([2n, 3n, 4n, 5n])
  await write('one', [6n])
  expect(await take('one', 2)).toEqual([5n, 6n])
})

test('one that came to its end begins behind it; what it broke off by an error comes again', async () => {
  await write('two', [1n, 2n])
  const to = (await network.ready()).number
  const all = await Array.fromAsync(follow('two', { from: 0n, to }), ({ args }) => args.value)
  expect(all).toEqual([1n, 2n])
  expect(await Array.fromAsync(follow('two', { from: 0n, to }))).toEqual([])
  await write('two', [3n, 4n])
  const failing = async () => {
    for await (const { args } of follow('two')) if (args.value === 4n) throw new Error('no room')
  }
  await expect(failing()).rejects.toThrow('no room')
  expect(await take('two', 1)).toEqual([4n])
})

test('two loops have a name each, and a cursor of other events is refused', async () => {
  await write('three', [1n])
  const to = (await network.ready()).number
  const values = (name: string) =>
    Array.fromAsync(follow('three', { from: 0n, to, name }), ({ args }) => args.value)
  expect(await values('left')).toEqual([1n])
  expect(await values('right')).toEqual([1n])
  expect(await values('left')).toEqual([])
  await expect(follow('one', { name: 'left' }).next()).rejects.toMatchObject({
    code: 'argument-invalid',
    message: 'the cursor "left" is of other events',
  })
  await log.keepEventCursor('broken', '{"v":1')
  await expect(follow('one', { name: 'broken' }).next()).rejects.toMatchObject({ code: 'log-corrupt' })
})
