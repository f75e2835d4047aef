import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { EvmNetworkOptions, Signer } from '../../src/evm.ts'
import { type LogStore, openLog } from '../../src/storage/index.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { PushedClock } from '../ledgers/world.ts'
import { deployProbe, key, networkOf, probeAbi, signerOf } from './probe.ts'

/* Calls that are kept in a real log, on a chain that mines when told to. */

let anvil: Anvil
let folder: string
let address: string
let account = 0
let signer: Signer
let logs: LogStore[] = []
const clock = new PushedClock()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'energyweb-durable-'))
  anvil = await startAnvil({ noMining: true, flags: ['--accounts', '20'] })
  const network = await open()
  const deploying = deployProbe(network, anvil)
  const mining = setInterval(() => void anvil.mine(), 100)
  address = (await deploying).address
  clearInterval(mining)
})
afterAll(async () => {
  await anvil?.stop()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  account += 1
  signer = await signerOf(anvil, account)
  logs = []
})
afterEach(() => Promise.all(logs.map(log => log.close())))

const open = (options: EvmNetworkOptions = {}) =>
  networkOf(anvil.url, { confirmations: 3, realClock: clock, ...options })

async function logAt(name: string): Promise<LogStore> {
  const log = await openLog({ folder: join(folder, name) })
  logs.push(log)
  return log
}

async function fresh(options: EvmNetworkOptions = {}) {
  const log = await logAt(`log-${account}`)
  const network = await open(options)
  const contract = await network.contract({ address, abi: probeAbi })
  return { log, network, contract, options: { signer, log, pollEvery: 20 } }
}

const soon = { pollEvery: 20, timeout: 20_000 }

/** Mines until it settles. */
async function mined<Result>(promise: Promise<Result>): Promise<Result> {
  const mining = setInterval(() => void anvil.mine(), 60)
  try {
    return await promise
  } finally {
    clearInterval(mining)
  }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let round = 0; round < 400; round++) {
    if (await isSo()) return
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  throw new Error('it never became so')
}

const pool = async () => Number(await anvil.rpc('eth_getTransactionCount', [accountOf(), 'pending']))
const accountOf = () => anvil.accounts[account]?.address ?? ''

test('with coins and its event; and one without any event', async () => {
  const { contract, options } = await fresh()
  const writing = await contract.sendRaw('write', [key('x'), 4n], { ...options, value: 9n })
  const counting = await contract.sendRaw('count', [], options)
  const [written, counted] = await mined(Promise.all([writing.wait(soon), counting.wait(soon)]))
  expect(written.events[0]?.args).toMatchObject({ value: 4n, paid: 9n })
  expect(counted.logs).toEqual([])
})

test('what would be refused is refused before it is kept', async () => {
  const { contract, log, options } = await fresh()
  await expect(contract.sendRaw('refuse', [1], options)).rejects.toMatchObject({
    code: 'transaction-reverted',
    revert: { kind: 'custom', name: 'TooLow' },
  })
  expect(await log.head()).toMatchObject({ size: 0 })
})

test('a key stands for one call, for ever', async () => {
  const { contract, options } = await fresh()
  const before = await contract.call('writes')
  const asked = { ...options, callKey: 'monday' }
  const both = await Promise.all([contract.sendRaw('count', [], asked), contract.sendRaw('count', [], asked)])
  expect(both[0]?.entry).toBe(both[1]?.entry)
  await mined(Promise.all(both.map(call => call.wait(soon))))
  const late = await contract.sendRaw('count', [], asked)
  expect((await late.wait(soon)).block).toBeGreaterThan(0n)
  expect(await contract.call('writes')).toBe(before + 1n)
  await expect(contract.sendRaw('countAt', [3n], asked)).rejects.toMatchObject({ code: 'argument-invalid' })
})

test('a call that needs what an earlier one does waits for it; one that is refused is given up, and the next goes on', async () => {
  const { contract, options } = await fresh()
  const now = await contract.call('writes')
  const first = await contract.sendRaw('count', [], options)
  const second = await contract.sendRaw('countAt', [now + 1n], { ...options, settings: {} })
  const never = await contract.sendRaw('countAt', [now + 77n], { ...options, callKey: 'never' })
  const last = await contract.sendRaw('count', [], options)
  await mined(Promise.all([first.wait(soon), second.wait(soon)]))
  await mined(
    expect(never.wait(soon)).rejects.toMatchObject({
      code: 'transaction-reverted',
      revert: { kind: 'custom', name: 'TooLow', args: [now + 77n, expect.anything()] },
    }),
  )
  await mined(last.wait(soon))
  expect(await contract.call('writes')).toBe(now + 3n)
})

test('refused in its block: made, once, and the reason is told', async () => {
  const { contract, options } = await fresh()
  const now = await contract.call('writes')
  const call = await contract.sendRaw('countAt', [now], options)
  await until(async () => (await pool()) === 1)
  // Somebody else is faster, in the same block.
  const other = await signerOf(anvil, 0)
  const dearer = { type: 'legacy', floor: 10n ** 11n, cap: 10n ** 12n, tip: 1n } as const
  const rival = await (await open({ fees: dearer })).contract({ address, abi: probeAbi })
  await rival.sendRaw('count', [], { signer: other })
  await mined(expect(call.wait(soon)).rejects.toMatchObject({ code: 'transaction-reverted' }))
  expect(await contract.call('writes')).toBe(now + 1n)
  expect(await pool()).toBe(1)
})

test('a nonce that was taken from outside: signed anew, made once', async () => {
  const { contract, options } = await fresh()
  const now = await contract.call('writes')
  const call = await contract.sendRaw('count', [], options)
  await until(async () => (await pool()) === 1)
  await anvil.rpc('anvil_dropAllTransactions', [])
  await anvil.rpc('eth_sendTransaction', [
    { from: accountOf(), to: accountOf(), gas: '0x5208', gasPrice: '0xba43b7400', nonce: '0x0' },
  ])
  await mined(call.wait(soon))
  expect(await contract.call('writes')).toBe(now + 1n)
  expect(await anvil.rpc('eth_getTransactionCount', [accountOf(), 'latest'])).toBe('0x2')
})

test('the nonce was taken by the very call, signed elsewhere: that is it', async () => {
  const { contract, options } = await fresh()
  const now = await contract.call('writes')
  const call = await contract.sendRaw('count', [], options)
  await until(async () => (await pool()) === 1)
  await anvil.rpc('anvil_dropAllTransactions', [])
  const data = contract.encode('count')
  const same = { from: accountOf(), to: address, data, gas: '0x186a0', gasPrice: '0xba43b7400', nonce: '0x0' }
  await anvil.rpc('eth_sendTransaction', [same])
  await mined(call.wait(soon))
  expect(await contract.call('writes')).toBe(now + 1n)
  expect(await anvil.rpc('eth_getTransactionCount', [accountOf(), 'latest'])).toBe('0x1')
})

test('stuck: replaced with the same nonce, the same payload and the same coins', async () => {
  const fees = { type: 'eip1559', floor: 1n, cap: 10n ** 12n, tip: 1n } as const
  const { contract, log, options } = await fresh({ fees })
  const call = await contract.sendRaw('write', [key('stuck'), 1n], { ...options, value: 3n })
  await until(async () => (await pool()) === 1)
  clock.push(100_000)
  const line = `calls 31337 ${accountOf().toLowerCase()}/calls`
  await until(async () => ((await log.ofLine(line, 1))[0]?.variants.length ?? 0) > 1)
  const { events } = await mined(call.wait(soon))
  expect(events[0]?.args).toMatchObject({ value: 1n, paid: 3n })
})

test('closed in the middle, and opened anew on the same log: it is made once', async () => {
  const { contract, network, options } = await fresh()
  const now = await contract.call('writes')
  const call = await contract.sendRaw('count', [], { ...options, callKey: 'closed' })
  await until(async () => (await pool()) === 1)
  await (await network.durableCalls(options)).close()
  await expect(call.wait(soon)).rejects.toMatchObject({ code: 'aborted' })
  const again = await contract.sendRaw('count', [], { ...options, callKey: 'closed' })
  await mined(again.wait(soon))
  expect(await contract.call('writes')).toBe(now + 1n)
})

test('a reorg takes it out of its block: it goes in again', async () => {
  const { contract, log, options } = await fresh()
  const now = await contract.call('writes')
  const call = await contract.sendRaw('count', [], options)
  await until(async () => (await pool()) === 1)
  await anvil.mine()
  const line = `calls 31337 ${accountOf().toLowerCase()}/calls`
  await until(async () => (await log.ofLine(line, 1))[0]?.state === 'mined')
  await anvil.rpc('anvil_reorg', [1, []])
  expect(await contract.call('writes')).toBe(now)
  await mined(call.wait(soon))
  expect(await contract.call('writes')).toBe(now + 1n)
})

test('no node is there: kept at once, made when there is one', async () => {
  const { log, options } = await fresh()
  const away = await networkOf('http://127.0.0.1:9', { confirmations: 3 })
  const unreachable = await away.contract({ address, abi: probeAbi })
  const kept = await unreachable.sendRaw('count', [], { ...options, callKey: 'offline' })
  expect(kept.entry).toBe(0)
  await (await away.durableCalls(options)).close()
  const network = await open()
  const contract = await network.contract({ address, abi: probeAbi })
  const now = await contract.call('writes')
  const again = await contract.sendRaw('count', [], { ...options, callKey: 'offline' })
  expect(again.entry).toBe(0)
  await mined(again.wait(soon))
  expect(await contract.call('writes')).toBe(now + 1n)
  expect(await log.head()).toMatchObject({ size: 2 })
})

test('restored from a backup of the time before it was signed: what the chain has is taken over, not made again', async () => {
  const { contract, log, options } = await fresh()
  const now = await contract.call('writes')
  // Kept, and nothing signed: the account can't be reached by the network that asks.
  const away = await networkOf('http://127.0.0.1:9', { confirmations: 3 })
  const head = BigInt(Number(await anvil.rpc('eth_blockNumber', [])))
  const calls = await away.durableCalls(options)
  const data = contract.encode('count')
  for (const what of ['one', 'two']) {
    await calls.keep({ to: contract.address, data, value: 0n, what, since: head }, what)
  }
  await calls.close()
  await log.close()
  logs = []
  const [before, after] = [join(folder, `log-${account}`), join(folder, `backup-${account}`)]
  await cp(before, after, { recursive: true })
  const first = await logAt(`log-${account}`)
  const network = await open()
  const early = await network.durableCalls({ ...options, log: first })
  await mined(until(async () => !(await early.isBusy())))
  await early.close()
  expect(await contract.call('writes')).toBe(now + 2n)

  const restored = await logAt(`backup-${account}`)
  const later = await (await open()).durableCalls({ ...options, log: restored })
  await mined(until(async () => !(await later.isBusy())))
  expect(await contract.call('writes')).toBe(now + 2n)
  expect((await later.submissionOf(1))?.state).toBe('final')
  await later.close()
})
