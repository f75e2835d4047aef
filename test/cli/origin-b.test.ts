import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { GatewayApp, gatewayOptions, loadConfig } from '../../src/index.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { deployReleaseBDouble } from '../contracts/release-b-double.ts'
import { deployReleaseB, hasReleaseB, type ReleaseB } from '../support/release-b.ts'
import { energyweb } from './memory-io.ts'

/* A plant whose readings the real gateway registers in release B, from the configuration to what each command says of it. */

let anvil: Anvil
let releaseB: ReleaseB
let cwd: string
let environment: Record<string, string>

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'origin-b-cli-'))
  anvil = await startAnvil()
  releaseB = await (hasReleaseB() ? deployReleaseB(anvil) : deployReleaseBDouble(anvil))
  const [ADMIN = '', METER = '', OWNER = ''] = anvil.accounts.map(({ privateKey }) => privateKey)
  environment = { ADMIN, METER, OWNER, LOG: '07'.repeat(32) }
})
afterAll(async () => {
  await anvil?.stop()
  await rm(cwd, { recursive: true })
})

async function writeConfig(): Promise<string> {
  const file = join(cwd, 'energyweb.yml')
  const text = `energyweb: 1
log: { key: log, origin: origin-b.invalid/cli, checkpoint: 1s }
keys: { admin: { env: ADMIN }, owner: { env: OWNER }, meter: { env: METER }, log: { env: LOG } }
networks: { local: { preset: local, rpc: ['${anvil.url}'], confirmations: 2 } }
ledgers: { origin: { kind: origin-b, network: local, assetLookup: '${releaseB.assetLookup.address}', every: 1s } }
assets:
  - name: roof
    role: producer
    channel: import
    capacity: 2 MW
    every: 1s
    source: { kind: simulator, profile: load, peak: 1 MW }
    report: [{ ledger: origin, assetId: 0, key: meter }]
`
  await writeFile(file, text)
  return file
}

test('configure, register, run, look, prove and verify by a node', async () => {
  const world = { cwd, env: environment }
  const file = await writeConfig()
  const checked = await energyweb(['check'], world)
  expect(checked.code, checked.stdout + checked.stderr).toBe(0)
  expect(checked.stdout + checked.stderr).toMatch(/:\d+:\d+.*release B can never give the asset another key/)
  const early = await energyweb(['ledger', 'show', 'roof'], world)
  expect(early.stdout + early.stderr).toMatch(/asset 0 of the producing registry 0x\w+ does not exist/)

  const as = (key: string) => ['--ledger', 'origin', '--key', key]
  for (const words of [
    ['register-user', 'owner', '--organization', 'Sonne eG', ...as('admin')],
    ['grant', 'owner', 'AssetManager,Trader', ...as('admin')],
    ['register-asset', 'roof', '--owner', 'owner', '--meter-key', 'meter', ...as('admin')],
    ['change-asset', 'roof', '--market-lookup', releaseB.originLookup.address, ...as('owner')],
  ]) {
    const done = await energyweb(['ledger', ...words], world)
    expect(done.code, done.stdout + done.stderr).toBe(0)
  }
  const { config } = await loadConfig(file, { environment })
  const gateway = new GatewayApp(await gatewayOptions(config, { environment }))
  const ending = new AbortController()
  const running = gateway.run({ signal: ending.signal, signals: false })
  const minted = async () => {
    const entries = await gateway.gatewayLog.entries('roof', { after: -1, limit: 500 }).catch(() => [])
    return entries.filter(({ document }) => document?.certificate !== undefined).length
  }
  await expect.poll(minted, { timeout: 60_000 }).toBeGreaterThan(1)
  ending.abort()
  await running

  expect((await energyweb(['log', 'check'], world)).code).toBe(0)
  const list = await energyweb(['log', 'ls', '--asset', 'roof'], world)
  expect(list.stdout).toMatch(/certificate/)
  const shown = await energyweb(['ledger', 'show', 'roof', '--json'], world)
  expect(shown.code, shown.stdout + shown.stderr).toBe(0)

  const proved = await energyweb(['prove', 'roof', '--from', '2020-01-01', '--to', '2100-01-01'], world)
  expect(proved.code, proved.stdout + proved.stderr).toBe(0)
  const evidence = (await readdir(cwd)).find(name => name.endsWith('.json')) ?? ''
  const verified = await energyweb(['verify', evidence, '--rpc', anvil.url], world)
  expect(verified.stdout).toMatch(/each stands there as the file says/)
}, 120_000)
