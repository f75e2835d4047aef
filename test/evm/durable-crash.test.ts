import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EvmNetwork } from '../../src/evm.ts'
import { callFaultPoints, submissionFaultPoints } from '../../src/ledgers/evm/submission-fault-points.ts'
import { checkLog } from '../../src/storage/index.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { deployProbe, networkOf } from './probe.ts'

/* Killed at every step of a call's life, twice in each, and started again: what was asked for is on the chain once. */

let anvil: Anvil
let network: EvmNetwork
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'energyweb-calls-'))
  anvil = await startAnvil({ blockTime: 1 })
  network = await networkOf(anvil.url)
})
afterAll(async () => {
  await anvil?.stop()
  await rm(folder, { recursive: true, force: true })
})

const calls = 3

function run(address: string, options: { account: number; fault?: string; at: string }) {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'durable-child.ts'), options.at, anvil.url, address, String(calls)],
    {
      env: {
        ...process.env,
        CHILD_KEY: anvil.accounts[options.account]?.privateKey,
        ENERGYWEB_FAULT: options.fault ?? '',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let output = ''
  child.stdout.on('data', data => (output += data))
  child.stderr.on('data', data => (output += data))
  return new Promise<{ signal: string | null; output: string }>(resolve => {
    child.on('close', (_, signal) => resolve({ signal, output }))
  })
}

test('kill -9 at every step: each call is made once, with its coins', async () => {
  const contract = await deployProbe(network, anvil)
  const points = [...callFaultPoints, ...submissionFaultPoints]
  const at = join(folder, 'killed')
  let killed = 0
  for (const point of points) {
    const { signal } = await run(contract.address, { account: 1, fault: `${point}:1`, at })
    if (signal === 'SIGKILL') killed += 1
  }
  const { output } = await run(contract.address, { account: 1, at })
  expect(output).toContain('done')
  // What is done can't be passed again: the last ones may find nothing left to do.
  expect(killed).toBeGreaterThanOrEqual(callFaultPoints.length + 6)
  expect(await contract.call('writes')).toBe(BigInt(2 * calls))
  const events = contract.createEventFilter({
    event: 'Written',
    from: 0n,
    to: (await network.ready()).number,
    confirmations: 1,
  })
  const paid = (await Array.fromAsync(events)).map(({ args }) => args.paid)
  expect(paid).toEqual(Array.from({ length: calls }, (_, i) => BigInt(i)))
  expect(await checkLog({ folder: at })).toMatchObject({ ok: true })
}, 240_000)
