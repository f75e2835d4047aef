import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { demoClock } from '../../src/cli/demo/demo-state.ts'
import type { StoredEntry } from '../../src/core/log.ts'
import { parsePower } from '../../src/core/power.ts'
import { rawCidOf, recordCidOf } from '../../src/ledgers/defined/registered-names.ts'
import { decodeRequestData } from '../../src/ledgers/issuer/request-data.ts'
import { decodeRequestMetadata } from '../../src/ledgers/issuer/request-metadata.ts'
import { linkOfCall } from '../../src/ledgers/origin-b/read-link.ts'
import { isRawCid } from '../../src/ledgers/records/judge-cid.ts'
import { simulatedEnergy } from '../../src/sources/simulated-energy.ts'
import { openLogReader } from '../../src/storage/index.ts'
import { startAnvil } from '../../src/testing/anvil.ts'
import { startEumelMeter } from '../../src/testing/meters/index.ts'
import { readBookOfIssuer } from '../e2e/chain-books.ts'
import { commandsIn, type RunCommand } from '../e2e/desk.ts'
import { GatewayProcess } from '../e2e/gateway-process.ts'
import { keyOfLog, proveDay } from '../e2e/prove-day.ts'
import { environmentOf, logOrigin, type Stage, setUpStage } from '../e2e/stage.ts'
import { named } from '../storage/machine.ts'
import { hasIssuer } from '../support/issuer.ts'
import { hasReleaseB } from '../support/release-b.ts'
import { FakeKubo } from './fake-kubo.ts'
import { HeliaNode, keeperOf, missingHelia } from './helia-node.ts'

/*
 * One configuration, from the meter to every place that its content gets to: into the log, by its CID into release B and into an
 * Issuer (contracts that nobody here wrote), and by its bytes into a node of IPFS that nobody here wrote. The gateway is killed
 * on the way. What stands there then is proven to somebody else; one entry is erased; and it is looked at what stays where.
 */

const missing =
  missingHelia ?? ([hasReleaseB(), hasIssuer()].every(Boolean) ? undefined : 'contracts are missing')
const closing: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** How many times faster than the calendar meter and gateway live; when readings begin and end. */
const factor = 120
const from = Date.UTC(2024, 5, 20, 8, 30)
const to = from + 12 * 3_600_000

function configText(stage: Stage, { rpc, eumel, kubo }: Record<'rpc' | 'eumel' | 'kubo', string>): string {
  const { releaseB, issuer } = stage
  return `energyweb: 1
data: ./data
log: { key: log, origin: ${logOrigin}, checkpoint: 15m }
keys: { log: { env: KEY_LOG }, roofB: { env: KEY_ROOF_B }, desk: { env: KEY_ROOF_CERTIFICATES } }
networks: { local: { preset: local, rpc: ['${rpc}'], confirmations: 4 } }
ledgers:
  b: { kind: origin-b, network: local, assetLookup: '${releaseB.assetLookup.address}', every: 3m }
  certificates: { kind: issuer, network: local, issuer: '${issuer.issuer.address}', period: hour, grace: 20m, every: 3m }
  node: { kind: kubo, url: '${kubo}', content: [raw, documents], every: 3m }
assets:
  - name: roof
    role: producer
    capacity: 10 kW
    every: 15m
    deadline: 14m
    source: { kind: eumel-v2, url: '${eumel}', tls: { allow: lan-http, reason: a meter on loopback } }
    channel: export
    publish: cid
    report:
      - { ledger: b, assetId: 0, key: roofB, carries: raw.cid }
      - { ledger: certificates, key: desk, deviceId: roof-1, carries: document.cid }
      - { ledger: node }
`
}

async function startWorld() {
  const folder = mkdtempSync(join(tmpdir(), 'energyweb-published-'))
  closing.push(async () => rmSync(folder, { recursive: true, force: true }))
  const anvil = await startAnvil({ gasLimit: 60_000_000n })
  closing.push(() => anvil.stop())
  const stage = await setUpStage(anvil)
  const keeper = new HeliaNode()
  closing.push(() => keeper.stop())
  await keeper.next()
  const api = new FakeKubo(keeperOf(keeper))
  closing.push(() => api.close())
  const began = { real: Date.now(), scaled: from }
  const energyOf = simulatedEnergy({ profile: 'solar', seed: 7, peak: parsePower('10 kW') })
  const meter = await startEumelMeter({
    clock: demoClock({ factor, began }),
    energyAt: (channel, instant) => (channel === 'export' ? energyOf(instant) : 0n),
  })
  closing.push(() => meter.close())
  const config = join(folder, 'energyweb.yml')
  const addresses = { rpc: anvil.url, eumel: meter.url, kubo: await api.open() }
  writeFileSync(config, configText(stage, addresses))
  const environment = environmentOf(stage)
  /** One that reads the meter until then; with 0 it only reports, so that there is an end to it. */
  const gatewayUntil = (end: number) => {
    const scenario = { seed: 7, factor, from, to: end, deeds: [] }
    const gateway = new GatewayProcess({ folder, config, environment, scenario, began })
    closing.push(() => gateway.kill())
    return gateway
  }
  return { folder, stage, keeper, api, gatewayUntil, run: commandsIn(folder, environment) }
}

/** Waits, and says what was waited for when it does not come. */
async function until(
  what: string,
  { gateway, folder }: { readonly gateway: GatewayProcess; readonly folder: string },
  done: () => Promise<boolean> | boolean,
): Promise<void> {
  const end = performance.now() + 240_000
  while (!(await done())) {
    if (gateway.hasFallen) throw new Error(`the gateway has fallen; see ${folder}/gateway.log`)
    if (performance.now() > end) throw new Error(`not in four minutes: ${what}`)
    await pause(200)
  }
}

/** True once no line has anything left to do. */
async function isAtRest(gateway: GatewayProcess): Promise<boolean> {
  const lines = (await gateway.status())?.ledgers.flatMap(ledger => ledger.lines) ?? []
  return lines.length === 3 && lines.every(({ backlog, pending }) => backlog === 0 && isNone(pending))
}

const isNone = (pending: object) => Object.values(pending).every(count => count === 0)

/** The text of each reading in release B, and the metadata of each request at the Issuer, in the order of the chain. */
async function onChain(stage: Stage) {
  const { anvil, releaseB, issuer } = stage
  const logsOf = async (address: string) =>
    (await anvil.rpc('eth_getLogs', [{ address, fromBlock: '0x0', toBlock: 'latest' }])) as {
      readonly transactionHash: string
    }[]
  const texts: string[] = []
  for (const { transactionHash } of await logsOf(releaseB.producing.address)) {
    const { input } = (await anvil.rpc('eth_getTransactionByHash', [transactionHash])) as { input: string }
    const text = linkOfCall(input)
    // A meter that is silent is told, too, by the hash of an entry without raw bytes.
    if (isRawCid(text)) texts.push(text)
  }
  const count = (await readBookOfIssuer(stage)).transactions
  const requests = []
  for (let id = 1; id <= count; id++) {
    const { data } = (await issuer.issuer.read('getCertificationRequest', BigInt(id))) as { data: string }
    const metadata = decodeRequestMetadata(decodeRequestData(data)?.metadata ?? '')
    if (metadata === undefined) throw new Error(`request ${id} is none of ours`)
    requests.push(metadata)
  }
  return { texts, requests }
}

async function readingsIn(folder: string): Promise<readonly StoredEntry[]> {
  const log = openLogReader({ folder: join(folder, 'data') })
  try {
    const all = [...log.pages({ stream: 'roof' })].flat()
    return all.filter(({ kind }) => kind === 'reading')
  } finally {
    log.close()
  }
}

/** Exit code and what was printed, for a message that helps when it fails. */
async function ends(run: RunCommand, code: number, ...words: readonly string[]): Promise<string> {
  const ended = await run(...words)
  expect(ended.code, `${words.join(' ')}\n${ended.stdout}${ended.stderr}`).toBe(code)
  return ended.stdout
}

test.skipIf(missing !== undefined)(
  named(
    'one file: from the meter into the log, by its CID into two contracts, by its bytes into a node; killed on the way, proven, and one entry erased',
    missing,
  ),
  async () => {
    const { folder, stage, keeper, api, gatewayUntil, run } = await startWorld()
    const gateway = gatewayUntil(to)
    const reading = { gateway, folder }

    gateway.start()
    await until('content at the node', reading, () => api.puts.length > 2)
    await gateway.kill()
    gateway.start()
    await until('a request', reading, async () => (await onChain(stage)).requests.length > 0)
    await gateway.kill()
    const reporter = gatewayUntil(0)
    reporter.start()
    await until('everything is final', { gateway: reporter, folder }, () => isAtRest(reporter))
    await reporter.stop()

    const readings = await readingsIn(folder)
    // The register begins at zero, which is no news to a contract that holds zero.
    const counted = readings.filter(({ document }) => document?.status === 'counted' && document.total !== 0n)
    const { texts, requests } = await onChain(stage)
    expect(counted.length).toBeGreaterThan(1)
    expect(texts).toEqual(counted.map(entry => rawCidOf(entry)))
    for (const { last, document } of requests) {
      expect(document).toBe(recordCidOf(readings.find(({ sequence }) => sequence === last)!))
    }
    for (const entry of readings) {
      for (const cid of [rawCidOf(entry), recordCidOf(entry)]) {
        expect(await keeper.ask({ has: cid })).toEqual({ has: true })
      }
    }
    await ends(run, 0, 'ipfs', 'validate', `roof/${requests[0]?.last}`, '--from', 'node')
    const told: string[] = []
    const proof = { run, rpc: stage.anvil.url, tell: (line: string) => told.push(line), assets: ['roof'] }
    const log = openLogReader({ folder: join(folder, 'data') })
    expect(await proveDay(log, proof)).toEqual([])
    log.close()
    expect(told.at(-1)).toMatch(/^verify roof: PROVEN: roof delivered/)

    // The entry whose raw bytes release B has by their CID, and whose record the Issuer has.
    const gone = readings.find(({ sequence }) => sequence === requests[0]?.last)!
    const { sequence } = gone
    const range = ['--first', String(sequence), '--last', String(sequence)]
    const said = await ends(run, 0, 'log', 'erase', 'roof', ...range, '--reason', 'asked for', '--yes')
    for (const [cid, contract, what] of [
      [rawCidOf(gone), stage.releaseB.producing.address, 'raw bytes'],
      [recordCidOf(gone), stage.issuer.issuer.address, 'record'],
    ]) {
      const place = `stand for ever on chain 31337, contract ${contract?.toLowerCase()}`
      const line = said.split('\n').find(one => one.includes(place)) ?? said
      expect(line).toContain(`${cid} (${what} of entry ${sequence})`)
    }
    const eraser = gatewayUntil(0)
    eraser.start()
    await until('the node let go of it', { gateway: eraser, folder }, async () => {
      const { has } = await keeper.ask({ has: recordCidOf(gone) })
      return has === false
    })
    await until('everything is at rest again', { gateway: eraser, folder }, () => isAtRest(eraser))
    await eraser.stop()
    expect(await keeper.ask({ has: rawCidOf(gone) })).toEqual({ has: false })
    for (const entry of readings.filter(one => one.sequence !== sequence)) {
      expect(await keeper.ask({ has: rawCidOf(entry) })).toEqual({ has: true })
    }
    // What was told to the chains stands there as it did, and what was proven before can still be proven.
    const still = await onChain(stage)
    expect(still.texts.slice(0, texts.length)).toEqual(texts)
    expect(still.requests.slice(0, requests.length)).toEqual(requests)
    const trust = ['--key', await keyOfLog(), '--rpc', stage.anvil.url]
    const again = await ends(run, 0, 'verify', 'roof.evidence.json', ...trust)
    expect(again).toMatch(/^PROVEN/)

    await ends(run, 0, 'log', 'check')
  },
  600_000,
)
