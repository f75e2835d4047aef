import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { GatewayApp, gatewayOptions, loadConfig } from '../../src/index.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { energyweb } from './memory-io.ts'

/* A log that is anchored by the real gateway, from the deployment of the contract to what each command says of it. */

let anvil: Anvil
let cwd: string
let environment: Record<string, string>

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'anchor-cli-'))
  anvil = await startAnvil()
  const [owner, anchor] = anvil.accounts
  environment = {
    OWNER: owner?.privateKey ?? '',
    ANCHOR: anchor?.privateKey ?? '',
    LOG: '07'.repeat(32),
  }
})
afterAll(async () => {
  await anvil.stop()
  await rm(cwd, { recursive: true })
})

async function writeConfig(ledgers: string): Promise<string> {
  const file = join(cwd, 'energyweb.yml')
  const text = `energyweb: 1
log: { key: log, origin: anchor.invalid/cli, checkpoint: 1s }
keys: { owner: { env: OWNER }, anchor: { env: ANCHOR }, log: { env: LOG } }
networks: { local: { preset: local, rpc: ['${anvil.url}'], confirmations: 2 } }
${ledgers}
assets:
  - name: roof
    role: consumer
    channel: import
    capacity: 10 kW
    every: 500ms
    source: { kind: simulator, profile: load, peak: 10 kW }
`
  await writeFile(file, text)
  return file
}

test('deploy, look, run, look again', async () => {
  const world = { cwd, env: environment }
  await writeConfig('')
  const deployed = await energyweb(['ledger', 'deploy', 'local', 'anchor', '--key', 'owner', '--json'], world)
  expect(deployed.code, deployed.stderr).toBe(0)
  const { address } = (JSON.parse(deployed.stdout) as { anchor: { address: string } }).anchor
  const ledger = `ledgers: { mainnet: { kind: anchor, network: local, contract: '${address}', key: anchor, every: 1s } }`
  const file = await writeConfig(ledger)

  const before = await energyweb(['ledger', 'show', 'gateway'], world)
  expect(before.code).toBe(0)
  expect(before.stdout).toContain('nothing anchored yet')
  expect((await energyweb(['ledger', 'show', '--ledger', 'mainnet'], world)).stdout).toBe(before.stdout)
  const trial = await energyweb(['check', '--live'], world)
  expect(trial.stdout + trial.stderr).toMatch(/gateway\/mainnet +local +ok +nothing anchored yet; 0x/)

  const { config } = await loadConfig(file, { environment })
  const gateway = new GatewayApp(await gatewayOptions(config, { environment }))
  const ending = new AbortController()
  const running = gateway.run({ signal: ending.signal, signals: false })
  const receipts = () => gateway.gatewayLog.entries('gateway', { after: -1, limit: 10 }).catch(() => [])
  await expect.poll(async () => (await receipts()).length, { timeout: 60_000 }).toBeGreaterThan(1)
  ending.abort()
  await running

  const shown = await energyweb(['ledger', 'show', 'gateway', '--json'], world)
  const [line] = (
    JSON.parse(shown.stdout) as { lines: { line: string; ready: boolean; state: { size: string } }[] }
  ).lines
  expect(line).toMatchObject({ line: 'gateway/mainnet', ready: true })
  expect(Number(line?.state.size)).toBeGreaterThan(1)
  const list = await energyweb(['log', 'ls', '--asset', 'gateway'], world)
  expect(list.stdout).toMatch(
    /receipt.*the first \d+ entries anchored at block \d+ of chain 31337, transaction 0x/,
  )
  const csv = await energyweb(['log', 'export', '--format', 'csv', '--asset', 'gateway'], world)
  expect(csv.stdout, csv.stderr).toMatch(/,anchored_size,/)
  expect((await energyweb(['log', 'check'], world)).code).toBe(0)
  const status = await energyweb(['status', '--json'], world)
  const { ledgers } = JSON.parse(status.stdout) as { ledgers: { lines: { line: string; stopped: null }[] }[] }
  expect(ledgers[0]?.lines[0]).toMatchObject({ line: 'gateway/mainnet', stopped: null })
  const resumed = await energyweb(['ledger', 'resume', 'gateway'], world)
  expect(resumed.stdout).toContain('gateway/mainnet is not stopped')
}, 120_000)
