import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { energyweb } from '../../test/cli/memory-io.ts'
import { silentLogger } from '../core/logger.ts'
import { ControlServer } from '../gateway/control-server.ts'
import { type Anvil, startAnvil } from '../testing/anvil.ts'
import { exitCodes } from './exit-codes.ts'

let anvil: Anvil
let cwd: string

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'ledger-test-'))
  anvil = await startAnvil()
})

afterAll(async () => {
  await anvil?.stop()
  await rm(cwd, { recursive: true })
})

function environment() {
  return { OWNER: anvil.accounts[0]!.privateKey, ROOF: anvil.accounts[1]!.privateKey }
}

async function writeConfig(more: string, report = ''): Promise<void> {
  const text = `energyweb: 1
keys: { owner: { env: OWNER }, roof: { env: ROOF } }
networks: { local: { preset: local, rpc: ['${anvil.url}'] } }
${more}
assets:
  - name: roof
    role: producer
    channel: export
    capacity: 10 kW
    every: 5s
    source: { kind: simulator, profile: solar, peak: 10 kW }
${report === '' ? '' : `    ${report}`}
`
  await writeFile(join(cwd, 'energyweb.yml'), text)
}

test('a registry of one’s own in four commands: deploy, register, put into the configuration, look', async () => {
  const world = { cwd, env: environment() }
  await writeConfig('')
  const deployed = await energyweb(['ledger', 'deploy', 'local', 'producing', '--key', 'owner'], world)
  expect(deployed.code).toBe(0)
  expect(deployed.stderr).toMatch(/deploy the producing registry: transaction 0x[0-9a-f]{64}, waiting/)

  // What a command shows is what belongs into the configuration, as it is.
  await writeConfig(deployed.stdout)
  const words = [
    'ledger',
    'register-asset',
    'roof',
    '--ledger',
    'origin',
    '--key',
    'owner',
    '--meter-key',
    'roof',
  ]
  const registered = await energyweb(words, world)
  expect({ code: registered.code, stdout: registered.stdout }).toEqual({
    code: 0,
    stdout: 'report: [{ ledger: origin, assetId: 0, key: roof }]\n',
  })
  expect(registered.stderr).toContain(`${anvil.accounts[1]!.address} pays for the asset's readings`)

  await writeConfig(deployed.stdout, registered.stdout)
  const shown = await energyweb(['ledger', 'show', 'roof', '--json'], world)
  expect(shown.code).toBe(0)
  expect(JSON.parse(shown.stdout).lines).toMatchObject([
    {
      line: 'roof/origin',
      account: anvil.accounts[1]!.address,
      balance: String(10_000n * 10n ** 18n),
      ready: true,
      state: { active: true, wattHours: '0' },
    },
  ])

  expect((await energyweb(['ledger', 'show', 'roof'], world)).stdout).toMatch(
    /balance +10000\.000000 coins\n/,
  )
  await anvil.rpc('anvil_setBalance', [anvil.accounts[1]!.address, '0x0'])
  expect((await energyweb(['ledger', 'show', 'roof'], world)).stdout).toMatch(/balance +none: /)

  await writeConfig(deployed.stdout, 'report: [{ ledger: origin, assetId: 7, key: roof }]')
  const missing = await energyweb(['ledger', 'show', 'roof'], world)
  expect(missing.code).toBe(exitCodes.failed)
  expect(missing.stdout).toMatch(/ready +no: .*asset 7 .* does not exist/)
})

test.each([
  [
    ['ledger', 'deploy', 'local', 'producing', '--key', 'nobody'],
    'the configuration has no key "nobody"',
    exitCodes.usage,
  ],
  [
    ['ledger', 'deploy', 'lokal', 'producing', '--key', 'owner'],
    'there is no network "lokal"',
    exitCodes.configuration,
  ],
  [
    ['ledger', 'deploy', 'local', 'all', '--key', 'owner'],
    "command-argument value 'all' is invalid",
    exitCodes.usage,
  ],
  [['ledger', 'deploy', 'local', 'both'], "option '--key' is missing", exitCodes.usage],
  [['ledger', 'show', 'shed'], 'the configuration has no asset "shed"', exitCodes.usage],
  [['ledger', 'show', 'rof'], 'the configuration has no asset "rof"; did you mean "roof"?', exitCodes.usage],
])('%j ends with a reason', async (words, message, code) => {
  await writeConfig('')
  const ended = await energyweb(words, { cwd, env: environment() })
  expect(ended.stderr).toContain(message)
  expect(ended.code).toBe(code)
})

test('a key that the running gateway signs with is left alone', async () => {
  const address = `0x${'1'.repeat(40)}`
  const ledgers = `ledgers: { origin: { kind: origin-a, network: local, producing: '${address}' } }`
  await writeConfig(ledgers, 'report: [{ ledger: origin, assetId: 0, key: roof }]')
  await mkdir(join(cwd, 'data'), { recursive: true })
  const nothing = async () => ({})
  const handlers = { status: nothing, resolve: nothing, resume: nothing, erase: nothing, checkpoint: nothing }
  const server = await ControlServer.open({ folder: join(cwd, 'data'), handlers, log: silentLogger })
  const words = ['ledger', 'deploy', 'local', 'producing', '--key', 'roof']
  expect(await energyweb(words, { cwd, env: environment() })).toMatchObject({
    code: exitCodes.failed,
    stderr: expect.stringContaining('the running gateway signs with the key "roof"'),
  })
  await server.close()
})

test('a network that can not be reached is a matter of trying again', async () => {
  await writeConfig('')
  const text = `energyweb: 1
keys: { owner: { env: OWNER } }
networks: { local: { preset: local, rpc: ['http://127.0.0.1:9'] } }
assets:
  - { name: roof, role: producer, channel: export, every: 5s, source: { kind: simulator, profile: solar, peak: 1 kW } }
`
  await writeFile(join(cwd, 'offline.yml'), text)
  const words = ['ledger', 'deploy', 'local', 'producing', '--key', 'owner', '-c', 'offline.yml']
  expect((await energyweb(words, { cwd, env: environment() })).code).toBe(exitCodes.unavailable)
})
