import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { EvmContract, Signer } from '../../src/evm.ts'
import { type LogStore, openLog } from '../../src/storage/index.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { energyweb } from '../cli/memory-io.ts'
import { PushedClock } from '../ledgers/world.ts'
import { deployProbe, key, networkOf, probeAbi, signerOf } from './probe.ts'

/* A kept call that costs more gas than it may: told, never signed, given up by a person or let through by a higher cap. */

let anvil: Anvil
let address: string
let folder: string
let account = 0
let signer: Signer
let log: LogStore
const clock = new PushedClock()
const said: string[] = []
const logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (_: object, text: string) => void said.push(text),
  error: (_: object, text: string) => void said.push(text),
}

beforeAll(async () => {
  anvil = await startAnvil({ blockTime: 1 })
  const contract = await deployProbe(await networkOf(anvil.url), anvil)
  address = contract.address
  // The first count of all costs more.
  await (await contract.sendRaw('count', [], { signer: await signerOf(anvil) })).wait(soon)
})
afterAll(() => anvil?.stop())
beforeEach(async () => {
  account += 1
  said.length = 0
  signer = await signerOf(anvil, account)
  folder = await mkdtemp(join(tmpdir(), 'energyweb-held-'))
  log = await openLog({ folder: join(folder, 'data') })
})
afterEach(async () => {
  await log.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 3 })
})

const open = () => networkOf(anvil.url, { confirmations: 2, realClock: clock })
const soon = { pollEvery: 20, timeout: 30_000 }
const accountOf = () => (anvil.accounts[account]?.address ?? '').toLowerCase()
const used = async () => Number(await anvil.rpc('eth_getTransactionCount', [accountOf(), 'latest']))

/** A count costs some 27,000 gas, what is written into new places some 51,000. */
const cap = 40_000n

/** A cheap call, a dear one, and a cheap one behind it. */
async function keepThree(contract: EvmContract<typeof probeAbi & readonly never[]>) {
  const options = { signer, log, logger, pollEvery: 20, gasCap: cap }
  const first = await contract.sendRaw('count', [], { ...options, callKey: 'first' })
  const dear = await contract.sendRaw('write', [key(`dear ${account}`), 4n], {
    ...options,
    value: 9n,
    callKey: 'dear',
  })
  const last = await contract.sendRaw('count', [], { ...options, callKey: 'last' })
  return { options, first, dear, last }
}

test('is told to whoever waits for it or behind it, once to the log, and takes no nonce', async () => {
  const network = await open()
  const contract = await network.contract({ address, abi: probeAbi })
  const { first, dear, last } = await keepThree(contract as never)
  await first.wait(soon)
  await expect(dear.wait(soon)).rejects.toMatchObject({
    code: 'ledger-not-ready',
    retryable: true,
    message: expect.stringMatching(
      /^write of 0x\w+ the call of entry \d+ is not signed: .* gas, the cap is 40000/,
    ),
    hint: expect.stringMatching(/higher gasCap, or give up entry \d+/),
  })
  await expect(last.wait(soon)).rejects.toMatchObject({
    code: 'ledger-not-ready',
    message: expect.stringMatching(/^count of 0x\w+ waits behind write of 0x\w+: /),
  })
  const calls = await network.durableCalls({ log, signer })
  expect(await calls.held()).toMatchObject({ entry: dear.entry, behind: 1 })
  // Turns go on; nothing is said again, nothing is signed.
  await new Promise(resolve => setTimeout(resolve, 1_000))
  expect(said.filter(text => text.includes('has stopped'))).toHaveLength(1)
  expect(await used()).toBe(1)
  await expect(calls.giveUp(first.entry, { by: 'me', reason: 'no' })).rejects.toMatchObject({
    code: 'argument-invalid',
  })

  await calls.giveUp(dear.entry, { by: 'me', reason: 'the wrong contract' })
  await last.wait(soon)
  await expect(dear.wait(soon)).rejects.toMatchObject({
    code: 'transaction-refused',
    message: expect.stringContaining('was given up: the wrong contract'),
  })
  expect(await calls.held()).toBeUndefined()
  // Two calls, two nonces, none between them.
  expect(await used()).toBe(2)
  const made = await log.ofLine(`calls 31337 ${accountOf()}/calls`, 10)
  expect(made.map(({ state, nonce }) => [state, nonce])).toEqual([
    ['final', 1],
    ['skipped', undefined],
    ['final', 0],
  ])
})

test('is made when the calls are opened with a higher cap, and so are those behind it, in their order', async () => {
  const network = await open()
  const contract = await network.contract({ address, abi: probeAbi })
  const { options, first, dear, last } = await keepThree(contract as never)
  await first.wait(soon)
  await expect(dear.wait(soon)).rejects.toMatchObject({ code: 'ledger-not-ready' })
  await (await network.durableCalls({ log, signer })).close()
  const higher = { ...options, gasCap: 500_000n, callKey: 'dear', value: 9n }
  const again = await contract.sendRaw('write', [key(`dear ${account}`), 4n], higher)
  expect(again.entry).toBe(dear.entry)
  const later = await contract.sendRaw('count', [], { ...options, callKey: 'last' })
  expect(later.entry).toBe(last.entry)
  const [written, counted] = await Promise.all([again.wait(soon), later.wait(soon)])
  expect(written.block <= counted.block).toBe(true)
  expect(await used()).toBe(3)
})

test('status names it with the command that gives it up, and that command does', {
  timeout: 90_000,
}, async () => {
  const network = await open()
  const contract = await network.contract({ address, abi: probeAbi })
  const { options, first, dear } = await keepThree(contract as never)
  await first.wait(soon)
  await expect(dear.wait(soon)).rejects.toMatchObject({ code: 'ledger-not-ready' })
  await (await network.durableCalls({ log, signer })).close()
  await log.close()
  await writeFile(
    join(folder, 'energyweb.yml'),
    `energyweb: 1
data: ./data
assets:
  - { name: roof, role: producer, every: 15m, channel: export, source: { kind: simulator, profile: solar, peak: 10 kW } }
`,
  )
  const stream = `calls 31337 ${accountOf()}`
  const status = await energyweb(['status'], { cwd: folder })
  expect(status.stdout).toMatch(
    new RegExp(`${stream} have stopped at write of 0x\\w+: the call of entry ${dear.entry}`),
  )
  expect(status.stdout).toContain(`energyweb ledger resume '${stream}' --give-up`)
  const plain = JSON.parse((await energyweb(['status', '--json'], { cwd: folder })).stdout)
  expect(plain.calls).toEqual([
    {
      stream,
      waiting: 2,
      first: { entry: dear.entry, what: expect.stringContaining('write') },
      stopped: expect.stringContaining('the cap is 40000'),
      isHeld: true,
    },
  ])
  const other = await energyweb(['ledger', 'resume', `calls 1 ${accountOf()}`, '--give-up'], { cwd: folder })
  expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining(stream) })
  const given = ['ledger', 'resume', stream, '--give-up', '--by', 'me', '--reason', 'wrong contract']
  expect(await energyweb(given, { cwd: folder })).toMatchObject({ code: 0 })
  expect(await energyweb(given, { cwd: folder })).toMatchObject({ code: 2 })
  expect((await energyweb(['log', 'check'], { cwd: folder })).stdout).toMatch(/^good/)

  log = await openLog({ folder: join(folder, 'data') })
  const later = await contract.sendRaw('count', [], { ...options, log, callKey: 'last' })
  await later.wait(soon)
  expect(await used()).toBe(2)
  const notes = await log.entries(stream, { after: -1, limit: 20 })
  expect(notes.map(({ document }) => String(document?.text)).join('\n')).toContain('wrong contract')
})
