/**
 * The drain after a long time off line: the backlog of 100 assets, read every quarter of an hour, is registered by one
 * account on blocks of one second; against a bare sender of as many calls, that keeps and checks nothing. Then every slot is
 * looked for on the chain.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { meterReadTopic } from '../src/ledgers/origin-a/calls.ts'
import { type Anvil, startAnvil } from '../src/testing/anvil.ts'
import { sendBare } from './counterpart-sender.ts'
import { type FigureResult, ratioRow } from './figure.ts'
import { deploy, logOf } from './submission.ts'
import { registerAll } from './throughput.ts'

const assets = 100
const slotsADay = 96

export interface OfflineFigure {
  /** Readings registered a second, from the first call to the last receipt that is final. */
  readonly ours: number
  readonly bare: number
  readonly readings: number
}

/** @throws Error when a slot is missing on the chain, or there twice */
export async function offlineFigure(days: number, bareCalls = 5_000): Promise<OfflineFigure> {
  const anvil = await startAnvil({ blockTime: 1, pruneHistory: 256 })
  const folder = await mkdtemp(join(tmpdir(), 'energyweb-bench-'))
  try {
    const [, writer, other] = anvil.accounts
    if (writer === undefined || other === undefined) throw new Error('the node has no accounts')
    const writers = [...Array.from({ length: assets }, () => writer.address), other.address]
    const registry = await deploy(anvil, writers)
    const target = { url: anvil.url, key: other.privateKey, registry, assetId: BigInt(assets) }
    const bare = bareCalls / (await secondsOf(() => sendBare(target, bareCalls)))
    const streams = Array.from({ length: assets }, (_, id) => `asset ${id}`)
    const slots = days * slotsADay
    const log = await logOf(folder, slots, streams)
    try {
      const keys = [writer.privateKey]
      const seconds = await secondsOf(() => registerAll(anvil, { registry, log, keys, streams }))
      await requireEverySlot(anvil, registry, slots)
      return { ours: (slots * assets) / seconds, bare, readings: slots * assets }
    } finally {
      await log.close()
    }
  } finally {
    await anvil.stop()
    await rm(folder, { recursive: true })
  }
}

async function secondsOf(run: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await run()
  return (performance.now() - start) / 1_000
}

interface EventLog {
  readonly topics: readonly string[]
  readonly data: string
}

/** One event for each slot of each asset, the values one after the other. */
async function requireEverySlot(anvil: Anvil, registry: string, slots: number): Promise<void> {
  const head = Number(await anvil.rpc('eth_blockNumber'))
  const values = new Map<number, bigint[]>()
  for (let from = 0; from <= head; from += 50) {
    const range = { fromBlock: hex(from), toBlock: hex(Math.min(head, from + 49)) }
    const filter = { address: registry, topics: [meterReadTopic.producer], ...range }
    for (const { topics, data } of (await anvil.rpc('eth_getLogs', [filter])) as EventLog[]) {
      const id = Number(topics[1])
      const value = BigInt(`0x${data.slice(2 + 64, 2 + 128)}`)
      values.set(id, [...(values.get(id) ?? []), value])
    }
  }
  for (let id = 0; id < assets; id++) {
    const got = values.get(id) ?? []
    // The first value opens the register at zero; each later slot is one watt-hour more.
    const isEvery = got.length === slots && got.every((value, at) => value === BigInt(at))
    if (!isEvery) throw new Error(`asset ${id}: ${got.length} of ${slots} slots are on the chain`)
  }
}

const hex = (value: number) => `0x${value.toString(16)}`

/** The rows of the table. */
export async function offlineRows(
  days = Number(process.env.ENERGYWEB_BENCH_DAYS ?? 2),
): Promise<readonly FigureResult[]> {
  const { ours, bare, readings } = await offlineFigure(days)
  const name = `drain after ${days} days off line with ${assets} assets (${readings.toLocaleString('en')} readings), every slot there`
  return [ratioRow(name, { ours, theirs: bare, unit: '/s', goal: 0.5, better: 'more' })]
}

if (import.meta.main) console.log(await offlineFigure(Number(process.argv[2] ?? 2)))
