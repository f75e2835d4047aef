import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { composeGateway, type GatewayStorage, loadConfig, openLog } from '../../src/config/index.ts'
import { scaledClock } from '../../src/core/clock.ts'
import type { GatewayEvent } from '../../src/gateway/index.ts'
import { openLogger, Redactor } from '../../src/logging/index.ts'
import { type MeterServer, startEumelMeter } from '../../src/testing/meters/index.ts'

/*
 * The gateway's own code with nothing faked but the meters: configuration, drivers over HTTP, the log in SQLite. A minute of
 * the gateway takes half a second.
 */

const password = 'correct horse battery'
const logKey = '4a'.repeat(32)
let folder = ''
let meter: MeterServer
const clock = scaledClock(120)

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'energyweb-gateway-'))
  await writeFile(join(folder, 'meter.password'), `${password}\n`)
  await chmod(join(folder, 'meter.password'), 0o600)
  meter = await startMeter()
})

afterEach(async () => {
  await meter.close()
  await rm(folder, { recursive: true })
})

const startOfMeter = clock.now()

/** Counts 1 Wh a second, exactly. */
function startMeter(port?: number): Promise<MeterServer> {
  return startEumelMeter({
    clock,
    auth: { user: 'admin', password },
    energyAt: (_, instant) => 1_000_000_000n + (BigInt(instant - startOfMeter) * 3_600_000n) / 1_000n,
    ...(port !== undefined && { port }),
  })
}

/** One real meter that reports to a chain nobody can reach with a key that isn't there, and one simulated. */
function configText(): string {
  return `energyweb: 1
log: { key: log, origin: test.invalid/gateway, checkpoint: 1m }
keys:
  log: { env: LOG_KEY }
  garden: { env: NOT_SET }
networks:
  nowhere: { preset: local, rpc: ['http://127.0.0.1:9'] }
ledgers:
  origin: { kind: origin-a, network: nowhere, producing: '0x5FbDB2315678afecb367f032d93F642f64180aa3' }
assets:
  - name: garden
    role: producer
    channel: export
    capacity: 10 kW
    every: 1m
    source:
      kind: eumel-v2
      url: ${meter.url}
      tls: { allow: lan-http, reason: test on loopback }
      auth: { user: admin, password: { file: ./meter.password } }
    report: [{ ledger: origin, assetId: 0, key: garden }]
  - name: roof
    role: producer
    channel: export
    capacity: 20 kW
    every: 1m
    source: { kind: simulator, profile: solar, peak: 10 kW, seed: 7 }
`
}

async function startGateway() {
  const file = join(folder, 'energyweb.yml')
  await writeFile(file, configText())
  const environment = { LOG_KEY: logKey }
  const { config } = await loadConfig(file, { environment })
  const redactor = new Redactor()
  const output = new PassThrough()
  const lines: string[] = []
  output.on('data', chunk => lines.push(String(chunk)))
  const events: GatewayEvent[] = []
  const waiting = new Set<() => void>()
  const kept: { storage: GatewayStorage | undefined } = { storage: undefined }
  const gateway = await composeGateway(config, {
    clock,
    environment,
    grace: '20m',
    log: await openLogger({ output, redactor, level: 'debug' }),
    addSecret: secret => redactor.add(secret),
    onGatewayEvent: event => {
      events.push(event)
      for (const look of waiting) look()
    },
    openStorage: async options => {
      kept.storage = await openLog(options)
      return kept.storage
    },
  })
  const end = new AbortController()
  const running = gateway.run({ signal: end.signal, signals: false })
  const until = (expected: (events: readonly GatewayEvent[]) => boolean) =>
    Promise.race([
      running.then(() => Promise.reject(new Error('the gateway ended'))),
      new Promise<void>(resolve => {
        const look = () => {
          if (expected(events)) resolve()
        }
        waiting.add(look)
        look()
      }),
    ])
  const entries = async (stream: string) => {
    const found = await kept.storage?.entries(stream, { after: -1, limit: 1_000 })
    return found ?? []
  }
  const stop = async () => {
    end.abort()
    await running
  }
  return { gateway, events, lines, until, entries, stop }
}

const recorded = (asset: string) => (event: GatewayEvent) =>
  event.type === 'readings-recorded' && event.asset === asset

test('from a configuration to durable readings, through an outage and a restart, without chain or chain key', async () => {
  const first = await startGateway()
  await first.until(events => events.some(recorded('garden')))
  await first.until(
    events => events.filter(recorded('garden')).length >= 3 && events.filter(recorded('roof')).length >= 3,
  )
  await first.until(events => events.some(({ type }) => type === 'checkpoint-signed'))

  const port = Number(new URL(meter.url).port)
  const told = first.events.length
  const since = (type: GatewayEvent['type']) => (events: readonly GatewayEvent[]) =>
    events.slice(told).some(event => event.type === type && 'asset' in event && event.asset === 'garden')
  await meter.close()
  await first.until(since('outage-began'))
  meter = await startMeter(port)
  await first.until(since('outage-ended'))

  const kinds = (await first.entries('garden')).map(({ kind }) => kind)
  expect(kinds.filter(kind => kind !== 'gap').slice(0, 2)).toEqual(['opening', 'reading'])
  // On a busy machine, whose minutes are short here, there may be others.
  expect(kinds.lastIndexOf('gap')).toBeGreaterThan(kinds.indexOf('opening'))
  const readings = (await first.entries('garden')).filter(({ kind }) => kind === 'reading')
  const energies = readings.map(({ document }) => document?.energy as bigint)
  const status = await first.gateway.status()
  const garden = status.assets.find(({ asset }) => asset === 'garden')
  expect(garden?.register?.total).toBe((energies.at(-1) ?? 0n) - (energies[0] ?? 0n))
  expect(garden?.register?.heldReadings).toBe(0)
  expect(readings[0]?.document?.provenance).toMatch(
    /^eumel-v2; lan-http: test on loopback; credentials without TLS; driver tested with a simulator; clock /,
  )
  await expect
    .poll(async () => (await first.gateway.status()).ledgers)
    .toMatchObject([
      { ledger: 'origin', lines: [{ line: 'garden/origin', backlog: expect.any(Number), cursor: -1 }] },
    ])
  await first.stop()
  expect(await readFile(join(folder, 'data', 'checkpoint'), 'utf8')).toContain('test.invalid/gateway\n')

  const second = await startGateway()
  await second.until(events => events.filter(recorded('garden')).length >= 2)
  const after = await second.gateway.status()
  const register = after.assets.find(({ asset }) => asset === 'garden')?.register
  expect(register?.total).toBeGreaterThan(garden?.register?.total ?? 0n)
  expect((await second.entries('garden')).filter(({ kind }) => kind === 'opening')).toHaveLength(1)
  await second.stop()

  const log = [...first.lines, ...second.lines].join('')
  expect(log).toContain('NOT_SET')
  for (const secret of [password, logKey]) expect(log).not.toContain(secret)
}, 30_000)

test('a second gateway on the same data folder is refused', async () => {
  const first = await startGateway()
  await first.until(events => events.length > 0)
  const second = await startGateway()
  await expect(second.until(() => false)).rejects.toMatchObject({ code: 'log-locked' })
  await first.stop()
})

test('the example of a gateway in code runs', async () => {
  const register = `
    import { registerHooks } from 'node:module'
    registerHooks({
      resolve: (specifier, context, next) =>
        next(specifier === 'energyweb' ? ${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)} : specifier, context),
    })
  `
  const hooks = `data:text/javascript,${encodeURIComponent(register)}`
  const example = new URL('../../examples/gateway-app.ts', import.meta.url).pathname
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    hooks,
    example,
    join(folder, 'example'),
  ])
  expect(stdout).toMatch(/ledger: opening 0\nledger: reading 1\n/)
  expect(stdout).toMatch(/garden: [1-9] Wh, held 0\n/)
  expect(stdout.endsWith('meter closed\nledger closed\n')).toBe(true)
})
