import { type ChildProcess, spawn } from 'node:child_process'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Abi, encodeFunctionData, type Hex } from 'viem'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openLog } from '../../src/storage/index.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { Bench } from '../contracts/bench.ts'
import requests from '../contracts/generated/MeterRequests.json' with { type: 'json' }
import { temporaryFolder } from '../prove/support.ts'

const root = join(import.meta.dirname, '../..')
const abi = requests.abi as Abi
const meter = 5

let anvil: Anvil
let bench: Bench
let contract: Hex
let gateway: ChildProcess | undefined
const mining: NodeJS.Timeout[] = []

beforeAll(async () => {
  anvil = await startAnvil({ noMining: true })
  bench = new Bench(anvil)
  const code = { abi, bytecode: requests.bytecode as Hex }
  contract = await bench.deploy(code, [bench.account(meter).address])
})
afterEach(() => {
  gateway?.kill('SIGKILL')
  for (const timer of mining.splice(0)) clearInterval(timer)
})
afterAll(() => anvil?.stop())

const ask = () => bench.send(bench.account(2), contract, encodeFunctionData({ abi, functionName: 'ask' }))
const answer = async (request: bigint) =>
  (await bench.call(abi, contract, 'answers', [request])) as readonly [bigint, Hex]

function start(folder: string): { said: () => string } {
  const env = {
    ...process.env,
    ENERGYWEB_SOURCE: '1',
    METER_KEY: anvil.accounts[meter]?.privateKey ?? '',
  }
  gateway = spawn(process.execPath, [join(root, 'bin/energyweb.js'), 'run'], { cwd: folder, env })
  let said = ''
  gateway.stderr?.on('data', data => {
    said += data
  })
  return { said: () => said }
}

test('a gateway from its configuration answers each request once, also one from while it was killed', {
  timeout: 120_000,
}, async () => {
  const folder = temporaryFolder()
  await cp(join(root, 'examples/meter-on-request'), folder, { recursive: true })
  const file = join(folder, 'energyweb.yml')
  const text = (await readFile(file, 'utf8'))
    .replaceAll('127.0.0.1:8545', new URL(anvil.url).host)
    .replace(/address: '0x\w+'/, `address: '${contract}'`)
  await writeFile(file, text)
  await ask()
  mining.push(setInterval(() => void anvil.mine(), 300))

  const first = start(folder)
  await expect
    .poll(() => first.said(), { timeout: 50_000 })
    .toMatch(/request 0 of 0x[0-9a-fA-F]{40} is answered/)
  expect(first.said()).not.toContain('is used nowhere')
  const [wattHours, leafHash] = await answer(0n)
  expect(leafHash).not.toMatch(/^0x0+$/)
  gateway?.kill('SIGKILL')
  await ask()

  const second = start(folder)
  await expect.poll(() => second.said(), { timeout: 50_000 }).toContain('request 1 of')
  expect((await answer(0n))[0]).toBe(wattHours)
  expect((await answer(1n))[1]).not.toMatch(/^0x0+$/)
  gateway?.kill('SIGTERM')
  await new Promise(resolve => gateway?.once('exit', resolve))

  const log = await openLog({ folder: join(folder, 'data') })
  const entries = await log.entries('flat', { after: -1, limit: 10_000 })
  await log.close()
  const notes = entries.flatMap(({ kind, document }) => (kind === 'note' ? [String(document?.text)] : []))
  expect(notes.map(note => note.slice(0, 9))).toEqual(['request 0', 'request 1'])
  // What stands on the chain is an entry of the log.
  expect(entries.map(entry => `0x${Buffer.from(entry.leafHash).toString('hex')}`)).toContain(leafHash)
})
