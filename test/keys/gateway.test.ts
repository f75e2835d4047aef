import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openTokenKey } from '../../src/keys/index.ts'
import { openLogReader } from '../../src/storage/index.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { named } from '../storage/machine.ts'
import { Registries } from '../support/registries.ts'
import { noSofthsm, pin, Softhsm, softhsmLibrary } from '../support/softhsm.ts'

/*
 * A gateway as it is started by a person, whose accounts and log key live in a token: it registers on a chain, loses the token,
 * is killed, gets the token back.
 */

const reason = noSofthsm()
const bin = fileURLToPath(new URL('../../bin/energyweb.js', import.meta.url))

let anvil: Anvil
let registries: Registries
let tokens: Softhsm
let folder = ''
let account = ''
const gateways: ChildProcess[] = []

async function addressOf(label: string): Promise<string> {
  const key = await openTokenKey({
    library: softhsmLibrary,
    token: 'ew',
    pin,
    key: { label },
    expect: 'secp256k1',
    environment: tokens.environment,
  })
  key.close()
  return key.address ?? ''
}

function configText(fees: string): string {
  const key = (label: string) =>
    `{ pkcs11: ${softhsmLibrary}, token: ew, label: ${label}, pin: { env: TOKEN_PIN } }`
  return `energyweb: 1
log: { key: log, origin: keys.invalid/gateway, checkpoint: 2s }
keys: { log: ${key('log')}, meter: ${key('meter')} }
networks: { local: { preset: local, rpc: ['${anvil.url}'], confirmations: 2, fees: { type: ${fees} } } }
ledgers: { origin: { kind: origin-a, network: local, consuming: '${registries.address('consumer')}' } }
assets:
  - name: house
    role: consumer
    channel: import
    every: 1s
    source: { kind: simulator, profile: load, peak: 3 MW }
    report: [{ ledger: origin, assetId: 0, key: meter }]
`
}

const environment = () => ({ ...process.env, ...tokens.environment, TOKEN_PIN: pin, ENERGYWEB_SOURCE: '1' })

function start() {
  const child = spawn(process.execPath, [bin, 'run', '--log-level', 'info'], {
    cwd: folder,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  gateways.push(child)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (said += String(chunk)))
  return { child, said: () => said, ended: once(child, 'exit') }
}

function energyweb(...words: string[]): string {
  return execFileSync(process.execPath, [bin, ...words], {
    cwd: folder,
    env: environment(),
    encoding: 'utf8',
  })
}

/** Entries of the house, its register in Wh, and checkpoints, as the log on the disk has them. */
function kept() {
  const log = openLogReader({ folder: join(folder, 'data') })
  try {
    const register = log.streams().find(({ stream }) => stream === 'house')
    return {
      entries: (register?.sequence ?? -1) + 1,
      wattHours: (register?.total ?? 0n) / 3_600_000n,
      checkpoint: log.lastCheckpoint(),
    }
  } finally {
    log.close()
  }
}

const registered = () => registries.total('consumer', 0)
const slow = { timeout: 60_000, interval: 500 }

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'energyweb-token-gateway-'))
  tokens = new Softhsm()
  tokens.addToken('ew')
  tokens.makeKey('ew', { label: 'meter', type: 'EC:secp256k1', id: '01' })
  tokens.makeKey('ew', { label: 'log', type: 'EC:edwards25519', id: '02' })
  anvil = await startAnvil()
  registries = await Registries.deploy(anvil)
  account = await addressOf('meter')
  await registries.register('consumer', account)
  await anvil.rpc('anvil_setBalance', [account, '0xde0b6b3a7640000'])
})
afterEach(async () => {
  for (const child of gateways.splice(0)) child.kill('SIGKILL')
  await anvil.stop()
  tokens.remove()
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
})

async function transactions(): Promise<readonly { type: string; nonce: number }[]> {
  const head = Number(await anvil.rpc('eth_blockNumber', []))
  const blocks = await Promise.all(
    Array.from({ length: head + 1 }, (_, number) =>
      anvil.rpc('eth_getBlockByNumber', [`0x${number.toString(16)}`, true]),
    ),
  )
  return blocks.flatMap(block => {
    const { transactions: list } = block as { transactions: { from: string; type: string; nonce: string }[] }
    return list
      .filter(({ from }) => from.toLowerCase() === account.toLowerCase())
      .map(({ type, nonce }) => ({ type, nonce: Number(nonce) }))
  })
}

describe.skipIf(reason !== undefined)(named('a gateway whose keys are in a token', reason), () => {
  test.each([
    ['legacy', '0x0'],
    ['eip1559', '0x2'],
  ])(
    'registers by %s transactions, is killed, loses the token, and goes on when it is back',
    {
      timeout: 240_000,
    },
    async (fees, type) => {
      writeFileSync(join(folder, 'energyweb.yml'), configText(fees))
      const first = start()
      await expect.poll(registered, slow).toBeGreaterThan(0n)
      await expect.poll(() => kept().checkpoint, slow).toMatch(/^keys\.invalid\/gateway\n/)

      tokens.takeAway()
      await expect
        .poll(() => JSON.parse(energyweb('status', '--json')).keys, slow)
        .toContainEqual({
          key: 'meter',
          state: 'away',
          since: expect.any(String),
          trouble: expect.any(String),
          exchanged: null,
        })
      const before = { ...kept(), registered: await registered(), sent: (await transactions()).length }
      await expect.poll(() => kept().entries, slow).toBeGreaterThan(before.entries + 3)
      expect(kept().checkpoint).toBe(before.checkpoint)
      expect((await transactions()).length).toBe(before.sent)
      first.child.kill('SIGKILL')
      await first.ended
      expect(first.said().match(/the key meter is away/g)).toHaveLength(1)

      // Started without its token: readings go on, nothing is signed.
      const second = start()
      await expect.poll(() => kept().entries, slow).toBeGreaterThan(before.entries + 6)
      expect((await transactions()).length).toBe(before.sent)
      tokens.bringBack()
      await expect.poll(registered, slow).toBeGreaterThan(before.registered)
      await expect.poll(() => kept().checkpoint !== before.checkpoint, slow).toBe(true)
      second.child.kill('SIGTERM')
      expect(await second.ended).toEqual([0, null])

      // What is on the chain was counted, once: nonces without a hole, each a transaction of the kind that was asked for.
      const sent = await transactions()
      expect(sent.map(({ nonce }) => nonce).sort((a, b) => a - b)).toEqual(sent.map((_, at) => at))
      expect(new Set(sent.map(one => one.type))).toEqual(new Set([type]))
      expect(await registered()).toBeLessThanOrEqual(kept().wattHours)
      expect(energyweb('log', 'check')).toMatch(/^good: /)
      expect(first.said() + second.said()).not.toContain(`"${pin}"`)
    },
  )

  test('hears of its token that goes and comes while nothing is to be signed', {
    timeout: 180_000,
  }, async () => {
    // One reading; then nothing for an hour.
    const rare = configText('legacy')
      .replaceAll('every: 1s', 'every: 1h')
      .replace('checkpoint: 2s', 'checkpoint: 1h')
    writeFileSync(join(folder, 'energyweb.yml'), rare)
    const gateway = start()
    const keys = () => JSON.parse(energyweb('status', '--json')).keys
    const be = (key: string, state: string) =>
      expect.objectContaining({ key, state, since: expect.stringMatching(/Z$/) })
    const meter = (state: string) => be('meter', state)
    await expect.poll(keys, slow).toContainEqual(meter('ready'))
    // The first checkpoint is an hour away.
    await expect.poll(keys, slow).toContainEqual(be('log', 'ready'))
    tokens.takeAway()
    await expect.poll(keys, slow).toContainEqual(meter('away'))
    await expect.poll(keys, slow).toContainEqual(be('log', 'away'))
    expect(energyweb('status')).toMatch(/! key meter can not sign now, since .*Z: /)
    tokens.bringBack()
    await expect.poll(keys, slow).toContainEqual(meter('ready'))
    expect(energyweb('status')).not.toMatch(/key meter can not sign/)
    gateway.child.kill('SIGTERM')
    expect(await gateway.ended).toEqual([0, null])
    for (const words of [/the key meter is away/g, /the key meter is back after/g]) {
      expect(gateway.said().match(words)).toHaveLength(1)
    }
  })
})
