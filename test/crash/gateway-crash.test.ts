import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Contracts, readChainAsset, setUpChain } from '../../src/cli/demo/chain.ts'
import { plants } from '../../src/cli/demo/plants.ts'
import { openLog } from '../../src/config/index.ts'
import { toWattHours } from '../../src/core/energy.ts'
import type { StoredEntry } from '../../src/core/log.ts'
import { toGrams } from '../../src/core/mass.ts'
import { parseInstant } from '../../src/core/time.ts'
import { gatewayFaultPoints } from '../../src/gateway/index.ts'
import { newKeystore } from '../../src/keys/index.ts'
import {
  EvmNetwork,
  meterReadEvents,
  networkPresets,
  submissionFaultPoints,
} from '../../src/ledgers/index.ts'
import { checkChainOfFiles } from '../../src/proof/chain-of-files.ts'
import { compareChainOfFiles } from '../../src/proof/compare-chain-of-files.ts'
import {
  chainFileFaultPoints,
  checkLog,
  readChainOfFiles,
  storageFaultPoints,
} from '../../src/storage/index.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'

/*
 * The whole gateway, ended with SIGKILL at each step of a reading's way, twenty times, on the same data folder and the
 * same chain. Each point must be hit; at the end nothing is lost and nothing registered twice.
 */

const folder = mkdtempSync(join(tmpdir(), 'energyweb-crash-'))
const child = new URL('./gateway-child.ts', import.meta.url).pathname
const acknowledged = new Map<string, string>()
const ids = { roof: 0, field: 1, house: 0 }
let anvil: Anvil
let contracts: Contracts
const password = 'correct horse battery staple'

beforeAll(async () => {
  anvil = await startAnvil()
  const accounts = new Map<string, string>()
  const cost = { n: 2 ** 10, r: 8, p: 1 }
  for (const { name } of plants) {
    const { text, address } = await newKeystore({ algorithm: 'secp256k1', password, cost })
    writeFileSync(join(folder, `${name}.json`), text, { mode: 0o600 })
    accounts.set(name, address ?? '')
  }
  const { text } = await newKeystore({ algorithm: 'ed25519', password, cost })
  writeFileSync(join(folder, 'log.json'), text, { mode: 0o600 })
  contracts = await setUpChain(anvil, accounts)
  writeFileSync(join(folder, 'energyweb.yml'), configuration())
})

afterAll(async () => {
  await anvil?.stop()
  rmSync(folder, { recursive: true, force: true })
})

function configuration(): string {
  const key = (name: string) => `{ keystore: ./${name}.json, password: { env: CRASH_PASSWORD } }`
  const assets = plants.map(({ name, role, capacity }) => {
    const producer = role === 'producer'
    // Not the sun, which gives nothing to count after six in the evening (UTC).
    return `  - { name: ${name}, role: ${role}, capacity: ${capacity}, every: 700ms, channel: import,
      source: { kind: simulator, profile: load, peak: ${capacity}, start: 2020-01-01T00:00:00Z },
      ${producer ? 'carbon: { kind: static, factor: 400 g/kWh, basis: marginal },' : ''}
      report: [{ ledger: origin, assetId: ${ids[name]}, key: ${name}, files: ./files-${name} }] }`
  })
  return `energyweb: 1
data: ./data
log: { key: log, origin: crash.invalid/test, checkpoint: 1s }
keys: { log: ${key('log')}, roof: ${key('roof')}, field: ${key('field')}, house: ${key('house')} }
networks: { local: { preset: local, rpc: ['${anvil.url}'], confirmations: 2 } }
ledgers: { origin: { kind: origin-a, network: local, producing: '${contracts.producing}', consuming: '${contracts.consuming}', every: 300ms } }
assets:
${assets.join('\n')}
`
}

/** Runs the gateway until it ends by itself, by a fault point, or by SIGKILL after so long. */
async function run(options: { fault?: string; killAfter?: number; mode?: string }) {
  const environment = { ...process.env, CRASH_PASSWORD: password, ENERGYWEB_FAULT: options.fault ?? '' }
  const gateway = spawn(process.execPath, [child, join(folder, 'energyweb.yml'), options.mode ?? ''], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const limit = setTimeout(() => gateway.kill('SIGKILL'), options.killAfter ?? 40_000)
  const began = performance.now()
  const complaint = listen(gateway)
  const [code, signal] = await new Promise<[number | null, string | null]>(done => {
    gateway.once('close', (code, signal) => done([code, signal]))
  })
  clearTimeout(limit)
  return { code, signal, milliseconds: performance.now() - began, complaint: complaint() }
}

function listen({ stdout, stderr }: ChildProcess): () => string {
  let text = ''
  let complaint = ''
  stderr?.on('data', chunk => {
    complaint += chunk
  })
  stdout?.on('data', chunk => {
    text += chunk
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) {
      const { asset, measuredAt, energy } = JSON.parse(line) as Record<string, string>
      acknowledged.set(`${asset}/${measuredAt}`, energy ?? '')
    }
  })
  return () => complaint
}

async function allEntries(log: Awaited<ReturnType<typeof openLog>>, stream: string): Promise<StoredEntry[]> {
  const entries: StoredEntry[] = []
  for (;;) {
    const some = await log.entries(stream, { after: entries.length - 1, limit: 1_000 })
    if (some.length === 0) return entries
    entries.push(...some)
  }
}

describe('a gateway that is killed at every step of a reading', () => {
  const points = [
    ...storageFaultPoints,
    ...gatewayFaultPoints,
    ...submissionFaultPoints,
    ...chainFileFaultPoints,
  ]
  const rounds = points.map((point, at) => ({
    point,
    nth: /locked|migration/.test(point) ? 1 : 1 + (at % 3),
  }))

  // The migration runs only where there is no database yet: it comes first.
  rounds.sort((a, b) => Number(b.point.includes('migration')) - Number(a.point.includes('migration')))

  it.each(rounds)(
    'dies at $point, passage $nth',
    async ({ point, nth }) => {
      const ended = await run({ fault: `${point}:${nth}` })
      expect(ended, ended.complaint).toMatchObject({ signal: 'SIGKILL' })
      expect(ended.milliseconds, `${point} was never passed`).toBeLessThan(39_000)
    },
    60_000,
  )

  it.each([900, 1_700, 2_600])(
    'dies after %i ms, anywhere',
    async killAfter => {
      expect((await run({ killAfter })).signal).toBe('SIGKILL')
    },
    60_000,
  )

  it('has lost nothing, registered nothing twice, and its log is sound', async () => {
    const drained = await run({ mode: 'drain', killAfter: 110_000 })
    expect(drained, drained.complaint).toMatchObject({ code: 0 })
    expect(acknowledged.size).toBeGreaterThan(10)
    const log = await openLog({ folder: join(folder, 'data') })
    try {
      for (const plant of plants) await sound(log, plant)
    } finally {
      await log.close()
    }
    expect(await checkLog({ folder: join(folder, 'data') })).toMatchObject({ ok: true })
  }, 120_000)

  /** One file a registration, each linked to the one before, as the contract's events say. */
  async function filesFollow({ name, role }: (typeof plants)[number], count: number): Promise<void> {
    const report = checkChainOfFiles(readChainOfFiles(join(folder, `files-${name}`)))
    expect({ breaks: report.breaks, strangers: report.strangers }).toEqual({ breaks: [], strangers: [] })
    const network = await EvmNetwork.open({ name: 'local', ...networkPresets.local, rpc: [anvil.url] })
    const contract = role === 'producer' ? contracts.producing : contracts.consuming
    const { number } = await network.ready()
    const asset = { contract: contract.toLowerCase(), role, assetId: BigInt(ids[name]) }
    const events = await meterReadEvents(network, asset, { from: 0n, to: number })
    const compared = compareChainOfFiles(report.files, events)
    expect(compared).toMatchObject({ matched: count, waiting: [], first: undefined })
  }

  async function sound(log: Awaited<ReturnType<typeof openLog>>, plant: (typeof plants)[number]) {
    const entries = await allEntries(log, plant.name)
    const readings = entries.filter(entry => entry.kind === 'reading')
    const logged = new Map(
      readings.map(({ document }) => [parseInstant(String(document?.measuredAt)), String(document?.energy)]),
    )
    for (const [key, energy] of acknowledged) {
      const [asset, measuredAt] = key.split('/')
      if (asset === plant.name) expect(logged.get(Number(measuredAt)), key).toBe(energy)
    }
    const submissions = (await log.ofLine(`${plant.name}/origin`, 100_000)).filter(
      ({ state }) => state !== 'skipped',
    )
    expect(submissions.every(({ state }) => state === 'final')).toBe(true)
    const registered = submissions.map(({ reading }) => reading)
    expect(new Set(registered).size).toBe(registered.length)
    for (const { sequence } of readings) expect(registered).toContain(sequence)
    for (const { variants } of submissions) {
      const receipts = await Promise.all(
        variants.map(({ hash }) => anvil.rpc('eth_getTransactionReceipt', [hash])),
      )
      expect(receipts.filter(receipt => receipt !== null)).toHaveLength(1)
    }
    const { account } = submissions[0]!
    expect(Number(await anvil.rpc('eth_getTransactionCount', [account, 'latest']))).toBe(submissions.length)
    await filesFollow(plant, submissions.length)
    const { total, events, carbon } = await readChainAsset(anvil, contracts, plant)
    if (plant.role === 'producer') {
      const register = await log.carbon(plant.name)
      expect(register).toMatchObject({ waiting: 0, missing: 0, cursor: entries.length - 1 })
      expect(carbon).toBe(toGrams(register?.total ?? -1n))
    }
    expect(events).toBe(submissions.length)
    expect(total).toBe(toWattHours((await log.register(plant.name)).total))
  }
})
