import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { systemClock } from '../../src/core/clock.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { type MeterServer, startEumelMeter } from '../../src/testing/meters/index.ts'
import { energyweb } from '../cli/memory-io.ts'
import { missing, named } from '../storage/machine.ts'
import { type SoftwareTpm, startTpm } from './software-tpm.ts'

/*
 * A gateway whose configuration is sealed with every secret in it runs, is killed, and is edited by an editor that is killed
 * too. Then every byte that is left on disk or in memory folders is searched for every secret.
 */

const bin = new URL('../../bin/energyweb.js', import.meta.url).pathname
const noTpm = missing({ programs: ['swtpm', 'tpm2_unseal'] })

const secrets = {
  meter: 'p"a\\s&s/w<ö>rd-of-the-meter',
  logKeystore: "log's pass#word 42",
  privateKey: '5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a',
  nodeToken: 'token-of-the-node-0123456789',
  python: 'ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
  passphrase: 'tulip harbour nine green clocks',
} as const

/** Forms in which who finds the card would recognise a secret; of base64 the part that no neighbour changes, at each offset. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const inner = [0, 1, 2].map(offset => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    return text.slice(offset === 0 ? 0 : 4, -2)
  })
  const json = JSON.stringify(secret).slice(1, -1)
  const raw = /^[0-9a-f]{64}$/.test(secret) ? [Buffer.from(secret, 'hex').toString('latin1')] : []
  return [
    secret,
    bytes.toString('latin1'),
    json,
    encodeURIComponent(secret),
    bytes.toString('hex'),
    ...inner,
    ...raw,
  ]
}

let home: string
let meter: MeterServer
let anvil: Anvil
let tpm: SoftwareTpm | undefined
let gateway: ChildProcess | undefined

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'card-'))
  await mkdir(join(home, 'tmp'))
  await mkdir(join(home, 'card'))
  anvil = await startAnvil()
  if (noTpm === undefined) tpm = await startTpm()
  meter = await startEumelMeter({
    clock: systemClock,
    auth: { user: 'admin', password: secrets.meter },
    energyAt: (_, instant) => BigInt(instant) * 3_600n,
  })
})
afterAll(async () => {
  gateway?.kill('SIGKILL')
  await meter.close()
  await anvil.stop()
  tpm?.stop()
  await rm(home, { recursive: true, maxRetries: 3 })
})

const card = () => join(home, 'card')
const machine = () => ({
  ...process.env,
  ...tpm?.environment,
  TMPDIR: join(home, 'tmp'),
  ENERGYWEB_SOURCE: '1',
  ENERGYWEB_PASSPHRASE: '',
})

async function setUp(): Promise<void> {
  const cwd = card()
  for (const name of ['meter', 'logKeystore', 'nodeToken'] as const)
    await writeFile(join(cwd, `${name}.secret`), `${secrets[name]}\n`, { mode: 0o600 })
  const words = ['keys', 'new', 'log-key.json', '--log', '--password-file', 'logKeystore.secret']
  expect(await energyweb(words, { cwd })).toMatchObject({ code: 0 })
  await writeFile(
    join(cwd, 'energyweb.yml'),
    `energyweb: 1
logging: { file: ./logs/energyweb.log, level: debug }
log: { key: log, origin: example.org/card, checkpoint: 1s }
keys:
  log: { keystore: ./log-key.json, password: { file: ./logKeystore.secret } }
  roof: { env: ROOF_KEY }
networks:
  local: { preset: local, rpc: [{ url: '${anvil.url}', headers: { x-token: { file: ./nodeToken.secret } } }] }
ledgers:
  origin: { kind: origin-a, network: local, producing: '0x5FbDB2315678afecb367f032d93F642f64180aa3', every: 200ms }
assets:
  - name: roof
    role: producer
    channel: export
    every: 200ms
    source: { kind: eumel-v2, url: '${meter.url}', tls: { allow: lan-http, reason: test }, auth: { user: admin, password: { file: ./meter.secret } } }
    report: [{ ledger: origin, assetId: 0, key: roof }]
`,
  )
  await writeFile(join(cwd, 'old.json'), JSON.stringify(pythonConfig(), null, 2))
  const env = { ...machine(), ROOF_KEY: secrets.privateKey, PASS: secrets.passphrase }
  const to = [
    '--to',
    'passphrase',
    '--passphrase-env',
    'PASS',
    ...(tpm === undefined ? [] : ['--to', 'tpm:sha256:7,16']),
  ]
  for (const more of [['energyweb.yml', '--take-secrets'], ['old.json']]) {
    const sealed = await energyweb(['config', 'seal', ...more, '--remove', ...to], { cwd, env })
    expect({ ...sealed, stdout: '' }).toEqual({ code: 0, stdout: '', stderr: '' })
  }
  expect((await readdir(cwd)).sort()).toEqual(['energyweb.sealed', 'log-key.json', 'old.sealed'])
}

it(named('a copied card shows no secret, whatever happened on it', noTpm), { timeout: 180_000 }, async () => {
  await setUp()
  const env = tpm === undefined ? { ...machine(), ENERGYWEB_PASSPHRASE: secrets.passphrase } : machine()
  gateway = spawn(process.execPath, [bin, 'run', '--log-level', 'debug'], { cwd: card(), env })
  let said = ''
  for (const stream of [gateway.stdout, gateway.stderr]) stream?.on('data', chunk => (said += chunk))
  // It reads the meter with the password, signs with the log key, and asks the node with the token.
  const entries = async () => {
    const { stdout } = await energyweb(['status', '--json'], { cwd: card(), env })
    return stdout === ''
      ? 0
      : Number(
          JSON.parse(stdout).assets[0].register?.readings ?? JSON.parse(stdout).assets[0].register !== null,
        )
  }
  // A TPM without a resource manager has room for one: it must not be asked by `status` while the gateway opens its configuration.
  await expect.poll(() => said, { timeout: 60_000, interval: 250 }).toContain('the gateway starts')
  await expect.poll(entries, { timeout: 60_000, interval: 1_000 }).toBeGreaterThan(0)
  await expect.poll(() => readdir(join(card(), 'data')), { timeout: 20_000 }).not.toEqual([])
  gateway.kill('SIGKILL')
  await once(gateway, 'close')

  const editor = join(home, 'editor')
  await writeFile(
    editor,
    '#!/bin/sh\ncp "$1" "$(dirname "$1")/.swap"; grep -c "^secrets:" "$1" > "$SEEN"; echo x >> "$1"; kill -9 $$\n',
  )
  await chmod(editor, 0o700)
  const seen = join(home, 'seen')
  const edit = spawn(process.execPath, [bin, 'config', 'edit'], {
    cwd: card(),
    env: { ...env, EDITOR: editor, VISUAL: '', SEEN: seen },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [edit.stdout, edit.stderr]) stream.on('data', chunk => (said += chunk))
  const [code] = await once(edit, 'close')
  expect(code).toBe(exitCodes.failed)
  // It did see the secrets: else nothing is shown here.
  expect(await readFile(seen, 'utf8')).toBe('1\n')

  const places = new Map<string, Buffer>([['what was said', Buffer.from(said)]])
  for (const folder of [card(), join(home, 'tmp'), '/dev/shm'])
    for (const [path, bytes] of await contentOf(folder)) places.set(path, bytes)
  expect([...places.keys()].filter(path => path.includes('data/')).length).toBeGreaterThan(0)
  for (const [name, secret] of Object.entries(secrets))
    for (const form of formsOf(secret))
      for (const [path, bytes] of places)
        if (bytes.includes(Buffer.from(form, 'latin1')) || bytes.includes(form))
          expect.fail(`${name} stands in ${path}`)

  const copy = join(home, 'copy')
  await cp(card(), copy, { recursive: true, filter: path => !path.endsWith('.sock') })
  const elsewhere = { ...process.env, TPM2TOOLS_TCTI: 'swtpm:host=127.0.0.1,port=1' }
  for (const words of [
    ['check'],
    ['run'],
    ['config', 'show'],
    ['config', 'show', 'old.sealed', '--secrets'],
  ]) {
    const { code, stdout, stderr } = await energyweb(words, { cwd: copy, env: elsewhere })
    expect({ code, stdout }).toEqual({ code: exitCodes.configuration, stdout: '' })
    expect(stderr).toMatch(/\.sealed can't be opened/)
    expect(stderr).toContain('the environment variable PASS is not set')
    if (tpm !== undefined) expect(stderr).toContain('TPM, in the state of PCR sha256:7,16: ')
  }
})

/** Every file of a folder that is ours to read. */
async function contentOf(folder: string): Promise<[string, Buffer][]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  return Promise.all(
    files.map(
      async (path): Promise<[string, Buffer]> => [path, await readFile(path).catch(() => Buffer.alloc(0))],
    ),
  )
}

function pythonConfig(): object {
  return {
    producers: [
      {
        name: 'roof',
        'energy-meter': {
          module: 'energyweb.eds.eumel',
          class_name: 'DataLoggerV2d1d1',
          class_parameters: { ip: 'http://192.168.1.20', user: 'admin', password: secrets.meter },
        },
        'smart-contract': {
          module: 'energyweb.smart_contract.origin_v1',
          class_name: 'OriginProducer',
          class_parameters: {
            asset_id: 2,
            wallet_add: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
            wallet_pwd: secrets.python,
            client_url: 'https://rpc.energyweb.org',
            addresses: { producer: { address: '0x5FbDB2315678afecb367f032d93F642f64180aa3' } },
          },
        },
      },
    ],
  }
}
