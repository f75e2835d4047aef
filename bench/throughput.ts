/**
 * Readings registered a second by one account on blocks of one second, against what the blocks could hold: their gas limit
 * divided by the gas of the call. The backlog stands in a log on disk; everything of the submission law is done.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromHex } from '../src/core/bytes.ts'
import type { LineStatus } from '../src/core/ledger.ts'
import { secp256k1Signer } from '../src/keys/secp256k1-signer.ts'
import { EvmNetwork, networkPresets, openOriginA } from '../src/ledgers/index.ts'
import type { LogStore } from '../src/storage/index.ts'
import { type Anvil, startAnvil } from '../src/testing/anvil.ts'
import { deploy, logOf } from './submission.ts'

export interface ThroughputFigure {
  /** Readings mined a second, between the first full block and the last. */
  readonly perSecond: number
  /** Readings that fit into a block. */
  readonly bound: number
}

interface Block {
  readonly number: string
  readonly timestamp: string
  readonly gasUsed: string
  readonly gasLimit: string
  readonly transactions: readonly string[]
}

/** @param gasLimit - of a block; Energy Web Chain began with 6,000,000 */
export async function throughputFigure(count: number, gasLimit: bigint): Promise<ThroughputFigure> {
  const anvil = await startAnvil({ gasLimit, blockTime: 1 })
  const folder = await mkdtemp(join(tmpdir(), 'energyweb-bench-'))
  try {
    const writer = anvil.accounts[1]
    if (writer === undefined) throw new Error('the node has no accounts')
    const registry = await deploy(anvil, [writer.address])
    const log = await logOf(folder, count)
    try {
      await registerAll(anvil, { registry, log, keys: [writer.privateKey] })
    } finally {
      await log.close()
    }
    return await figureOf(anvil)
  } finally {
    await anvil.stop()
    await rm(folder, { recursive: true })
  }
}

/** Lets a ledger register what stands in the log, until nothing waits any more; asset ids are the places of the streams. */
export async function registerAll(
  anvil: Anvil,
  options: {
    registry: string
    log: LogStore
    /** One for all streams, or one for each. */
    keys: readonly string[]
    streams?: readonly string[]
  },
): Promise<void> {
  const { registry, log, keys, streams = ['roof'] } = options
  const signers = await Promise.all(
    keys.map(async (key, i) => [`meter ${i}`, await secp256k1Signer(fromHex(key))] as const),
  )
  const ledger = await openOriginA({
    name: 'origin',
    network: await EvmNetwork.open({ name: 'local', ...networkPresets.local, rpc: [anvil.url] }),
    producing: registry,
    signers: new Map(signers),
    lines: streams.map((stream, id) => {
      const key = `meter ${id % keys.length}`
      return { name: `${stream}/origin`, stream, role: 'producer', assetId: BigInt(id), key }
    }),
    stores: log,
  })
  // The gateway does not ask for the status of all lines after each turn.
  const every = Math.ceil(streams.length / 100)
  for (let turn = 1; ; turn++) {
    await ledger.work({ signal: AbortSignal.timeout(120_000) })
    if (turn % every === 0 && isDone(await ledger.status())) break
    // As the gateway does: woken by the receipts that it wrote.
    await new Promise(resolve => setTimeout(resolve, 250))
  }
  await ledger.close()
}

function isDone(lines: readonly LineStatus[]): boolean {
  const wrong = lines.find(({ stopped, trouble }) => stopped ?? trouble)
  if (wrong !== undefined) throw new Error(wrong.stopped ?? wrong.trouble)
  return lines.every(({ backlog }) => backlog === 0)
}

/** What the chain itself says: the blocks from the first that was full to the last before the end of the backlog. */
export async function figureOf(anvil: Anvil, from?: number): Promise<ThroughputFigure> {
  const head = Number(await anvil.rpc('eth_blockNumber'))
  const blocks: Block[] = []
  for (let number = from ?? Math.max(1, head - 250); number <= head; number++) {
    blocks.push((await anvil.rpc('eth_getBlockByNumber', [`0x${number.toString(16)}`, false])) as Block)
  }
  const most = Math.max(...blocks.map(block => block.transactions.length))
  const full = blocks.findIndex(block => block.transactions.length >= most * 0.9)
  const last = blocks.findLastIndex(block => block.transactions.length > 0)
  const counted = blocks.slice(full, Math.max(full + 1, last))
  const readings = counted.reduce((sum, block) => sum + block.transactions.length, 0)
  const gas = counted.reduce((sum, block) => sum + Number(block.gasUsed), 0)
  const seconds = Number(counted.at(-1)?.timestamp) - Number(counted[0]?.timestamp) + 1
  return { perSecond: readings / seconds, bound: Math.floor(Number(counted[0]?.gasLimit) / (gas / readings)) }
}

if (import.meta.main) {
  const [count = '6000', gasLimit = '30000000'] = process.argv.slice(2)
  console.log(await throughputFigure(Number(count), BigInt(gasLimit)))
}
