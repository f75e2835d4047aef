import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../../src/config/check-config.ts'
import { type GatewayStorage, gatewayOptions } from '../../../src/config/compose-gateway.ts'
import { type Clock, systemClock } from '../../../src/core/clock.ts'
import { decodeRequestData } from '../../../src/ledgers/issuer/request-data.ts'
import { decodeRequestMetadata } from '../../../src/ledgers/issuer/request-metadata.ts'
import { checkLog } from '../../../src/storage/index.ts'
import { reading } from '../../storage/support.ts'
import { IssuerWorld } from '../issuer-world.ts'

/* A ledger of the catalogue as a configuration makes it, on the log in SQLite. */

const hour = 3_600_000
const midnight = Date.UTC(2024, 4, 1)
let now = midnight + 30 * hour
const clock: Clock = {
  now: () => now,
  monotonic: () => systemClock.monotonic(),
  after: systemClock.after,
}

let world: IssuerWorld
let folder: string

beforeAll(async () => {
  world = await IssuerWorld.open('double')
  folder = await mkdtemp(join(tmpdir(), 'composed-'))
})
afterAll(async () => {
  await world.anvil.stop()
  await rm(folder, { recursive: true })
})

const text = () => `energyweb: 1
data: ./data
keys: { roof: { env: ROOF } }
networks: { local: { preset: local, rpc: ['${world.anvil.url}'] } }
ledgers: { certificates: { kind: issuer, network: local, issuer: '${world.issuer.address}', period: hour, grace: 10m } }
assets:
  - name: roof
    role: producer
    channel: export
    capacity: 1 MW
    opening: meter
    every: 1h
    source: { kind: simulator, profile: solar, peak: 1 kW }
    report: [{ ledger: certificates, key: roof, deviceId: roof-1 }]
`

/** A gateway's storage and its only ledger, opened anew. */
async function started() {
  const environment = { ROOF: world.anvil.accounts[1]?.privateKey ?? '' }
  const { config } = await loadConfig(join(folder, 'gateway.yml'), { text: text(), environment })
  const { openLog, ledgers = [] } = await gatewayOptions(config, { clock, environment })
  const storage = (await openLog()) as GatewayStorage
  // As a gateway does, before it opens ledgers.
  await storage.openStream({ name: 'roof' })
  const ledger = await ledgers[0]?.open({ signal: new AbortController().signal })
  if (ledger === undefined) throw new Error('no ledger')
  return { storage, ledger }
}

test('what a meter had counted before is asked for by nobody, and a restart asks for nothing twice', async () => {
  const first = await started()
  // 100 kWh stand on the meter when it is read first; it makes 1.5 kWh an hour.
  const readings = Array.from({ length: 7 }, (_, i) => {
    const measuredAt = midnight + i * 0.5 * hour
    const energy = (100_000_000n + BigInt(i) * 750_000n) * 3_600n
    return reading(i, { energy, measuredAt, receivedAt: measuredAt })
  })
  await first.storage.record('roof', readings, { opening: 'meter', resolution: 0n })
  await settle(first.ledger)
  await first.ledger.close()
  await first.storage.close()

  // Nothing more came for a minute: the last hour is over, too.
  now += 61_000
  const second = await started()
  await settle(second.ledger)
  expect(await second.ledger.status()).toMatchObject([{ stopped: undefined, trouble: undefined, backlog: 0 }])
  await second.ledger.close()
  await second.storage.close()

  expect(await requests()).toEqual([
    { from: midnight, energy: 1_500n, total: 1_500n },
    { from: midnight + hour, energy: 1_500n, total: 3_000n },
    { from: midnight + 2 * hour, energy: 1_500n, total: 4_500n },
  ])
  expect(await checkLog({ folder: join(folder, 'data') })).toMatchObject({ ok: true })
})

async function settle(ledger: Awaited<ReturnType<typeof started>>['ledger']): Promise<void> {
  const { signal } = new AbortController()
  for (let round = 0; round < 12; round++) {
    await ledger.work({ signal })
    await world.anvil.mine()
  }
}

async function requests() {
  const found = []
  for (let id = 1n; id <= 3n; id++) {
    const { data } = (await world.issuer.read('getCertificationRequest', id)) as { data: string }
    const decoded = decodeRequestData(data)
    const { energy, total } = decodeRequestMetadata(decoded?.metadata ?? '') ?? {}
    found.push({ from: Number(decoded?.generationStart) * 1_000, energy, total })
  }
  return found
}
