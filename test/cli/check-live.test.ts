import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { systemClock } from '../../src/core/clock.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { type MeterServer, startEumelMeter } from '../../src/testing/meters/index.ts'
import { energyweb } from './memory-io.ts'

// `check --live` against a meter and a chain that are there, and against each thing that may be wrong with them.

let anvil: Anvil
let meter: MeterServer
let ahead: MeterServer
let cwd: string
let contract: string

const tenMinutes = 600_000

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'check-live-'))
  const clock = systemClock
  const auth = { user: 'admin', password: 'meter password' }
  const energyAt = () => 12_345_000n * 3_600_000n
  meter = await startEumelMeter({ clock, auth, energyAt })
  ahead = await startEumelMeter({ clock: { ...clock, now: () => clock.now() + tenMinutes }, auth, energyAt })
  anvil = await startAnvil()
  await config({ ledgers: false })
  const world = { cwd, env: environment() }
  const deployed = await energyweb(
    ['ledger', 'deploy', 'local', 'producing', '--key', 'owner', '--json'],
    world,
  )
  contract = (JSON.parse(deployed.stdout) as { producing: { address: string } }).producing.address
  await config({})
  const words = ['roof', '--ledger', 'origin', '--key', 'owner', '--meter-key', 'roof']
  expect((await energyweb(['ledger', 'register-asset', ...words], world)).code).toBe(0)
})

afterAll(async () => {
  await Promise.all([anvil.stop(), meter.close(), ahead.close()])
  await rm(cwd, { recursive: true })
})

function environment(): Record<string, string> {
  const [owner, roof] = anvil.accounts
  return {
    OWNER: owner?.privateKey ?? '',
    ROOF: roof?.privateKey ?? '',
    METER: 'meter password',
  }
}

async function config(options: {
  ledgers?: boolean
  url?: string
  rpc?: string
  assetId?: number
  key?: string
}): Promise<void> {
  const { ledgers = true, url = meter.url, rpc = anvil.url, assetId = 0, key = 'roof' } = options
  const address = contract ?? ''
  const text = `energyweb: 1
keys: { owner: { env: OWNER }, roof: { env: ROOF } }
networks: { local: { preset: local, rpc: ['${rpc}'], timeout: 2s } }
${ledgers ? `ledgers: { origin: { kind: origin-a, network: local, producing: '${address}' } }` : ''}
assets:
  - name: roof
    role: producer
    channel: export
    capacity: 10 kW
    every: 5s
    source: { kind: eumel-v2, url: '${url}', tls: { allow: lan-http, reason: no TLS in it }, auth: { user: admin, password: { env: METER } } }
    carbon: { kind: static, factor: 420 g/kWh, basis: average }
${ledgers ? `    report: [{ ledger: origin, assetId: ${assetId}, key: ${key} }]` : ''}
`
  await writeFile(join(cwd, 'energyweb.yml'), text)
}

function check(env: Record<string, string> = {}) {
  return energyweb(['check', '--live'], { cwd, env: { ...environment(), ...env } })
}

it('says that all is well, what the meter and the registry say, and by which exceptions; and writes nothing', async () => {
  await config({})
  const block = await anvil.rpc('eth_getTransactionCount', [anvil.accounts[1]?.address, 'latest'])
  const { code, stdout } = await check()
  expect(code, stdout).toBe(0)
  expect(stdout).toMatch(/^roof +eumel-v2 +ok +12345\.000 kWh \(counter\), \d+ s old$/m)
  expect(stdout).toContain('no TLS in it')
  expect(stdout).toMatch(/^roof\/carbon +static +ok +says 420\.000 g\/kWh \(average\) until /m)
  expect(stdout).toMatch(
    /^roof\/origin +local +ok +0 Wh registered; 0x[0-9a-fA-F]{40} has 10000\.000000 coins$/m,
  )
  expect(stdout).toContain('3 of 3 are good')
  expect(await anvil.rpc('eth_getTransactionCount', [anvil.accounts[1]?.address, 'latest'])).toBe(block)
  expect(await readdir(cwd)).toEqual(['energyweb.yml'])
  expect(existsSync(join(cwd, 'data'))).toBe(false)
})

it('gives all of it to a program', async () => {
  await config({ assetId: 7 })
  const { code, stdout } = await energyweb(['check', '--live', '--json'], { cwd, env: environment() })
  expect(code).toBe(1)
  expect((JSON.parse(stdout) as { live: object }).live).toMatchObject({
    sources: [{ subject: 'roof', ok: true }],
    carbon: [{ subject: 'roof/carbon', ok: true }],
    lines: [{ subject: 'roof/origin', ok: false, error: { code: 'ledger-not-ready' } }],
  })
})

it.each([
  [
    'a wrong password',
    { env: { METER: 'guessed' } },
    /roof +eumel-v2 +FAIL +source-unauthorized[^\n]*401/,
    /roof\/origin +local +ok/,
  ],
  [
    'a meter that is gone',
    { url: 'http://127.0.0.1:9' },
    /roof +eumel-v2 +FAIL +source-unreachable/,
    /roof\/origin +local +ok/,
  ],
  [
    'a node that is gone',
    { rpc: 'http://127.0.0.1:9' },
    /roof +eumel-v2 +ok/,
    /roof\/origin +local +FAIL +network-unreachable/,
  ],
  [
    'a key of somebody else',
    { key: 'owner' },
    /roof +eumel-v2 +ok/,
    /roof\/origin +local +FAIL +ledger-not-ready: [^\n]* takes readings from/,
  ],
  [
    'an asset that is not there',
    { assetId: 7 },
    /roof +eumel-v2 +ok/,
    /FAIL +ledger-not-ready: [^\n]*does not exist/,
  ],
] as const)('tells the one thing that is wrong: %s', async (_what, wrong, source, line) => {
  const { env = {}, ...rest } = { env: {}, ...wrong }
  await config(rest)
  const { code, stdout } = await check(env)
  expect(code).not.toBe(0)
  expect(stdout).toMatch(source)
  expect(stdout).toMatch(line)
  expect(stdout).toContain('hint: ')
  expect(stdout).toContain('2 of 3 are good')
  for (const secret of ['meter password', 'guessed', anvil.accounts[1]?.privateKey ?? 'none']) {
    expect(stdout).not.toContain(secret)
  }
})

it('warns of a meter whose readings would be held, and of an account that can pay nothing', async () => {
  await config({ url: ahead.url })
  const account = anvil.accounts[1]?.address
  await anvil.rpc('anvil_setBalance', [account, '0x0'])
  const { code, stdout } = await check()
  await anvil.rpc('anvil_setBalance', [account, '0x21e19e0c9bab2400000'])
  expect(code).toBe(0)
  expect(stdout).toContain('more than 5 minutes ahead')
  expect(stdout).toContain('our account has no coins')
})
