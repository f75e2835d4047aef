/**
 * Readings registered a second for many assets, each with a key, an account and a line of its own, in one process, on blocks
 * of one second; against what the blocks could hold: their gas limit divided by the gas of the call. The backlog stands in a
 * log on disk; everything of the submission law is done. Beside it a bare sender of as many calls from as many accounts.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Hex, keccak256, toHex } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import { type Anvil, startAnvil } from '../src/testing/anvil.ts'
import { sendBareOf } from './counterpart-sender.ts'
import { boundRow, type FigureResult, ratioRow } from './figure.ts'
import { deployAtOnce, logOf } from './submission.ts'
import { figureOf, registerAll, type ThroughputFigure } from './throughput.ts'

export interface OwnKeysFigure extends ThroughputFigure {
  /** Readings mined a second of a bare sender. */
  readonly bare: number
  /** CPU seconds of this process for a thousand registered readings. */
  readonly cpu: number
}

/** @param gasLimit - of a block; Energy Web Chain began with 6,000,000 */
export async function ownKeysFigure(
  assets: number,
  readings: number,
  gasLimit: bigint,
): Promise<OwnKeysFigure> {
  const keys = Array.from({ length: assets }, (_, i) => keccak256(toHex(`asset ${i}`)))
  const bare = await onNode({ keys, gasLimit }, async (anvil, registry) => {
    await sendBareOf({ url: anvil.url, registry, keys }, readings)
  })
  const folder = await mkdtemp(join(tmpdir(), 'energyweb-bench-'))
  const streams = keys.map((_, id) => `asset ${id}`)
  try {
    const log = await logOf(folder, readings, streams)
    const before = process.cpuUsage()
    try {
      const ours = await onNode({ keys, gasLimit }, (anvil, registry) =>
        registerAll(anvil, { registry, log, keys, streams }),
      )
      const { user, system } = process.cpuUsage(before)
      return { ...ours, bare: bare.perSecond, cpu: (user + system) / 1_000 / (assets * readings) }
    } finally {
      await log.close()
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function onNode(
  { keys, gasLimit }: { keys: readonly Hex[]; gasLimit: bigint },
  run: (anvil: Anvil, registry: Hex) => Promise<void>,
): Promise<ThroughputFigure> {
  const anvil = await startAnvil({ gasLimit, blockTime: 1, baseFee: 0n, gasPrice: 0n })
  try {
    const writers = keys.map(key => privateKeyToAddress(key))
    const registry = await deployAtOnce(anvil, writers)
    const first = Number(await anvil.rpc('eth_blockNumber')) + 1
    await run(anvil, registry)
    return await figureOf(anvil, first)
  } finally {
    await anvil.stop()
  }
}

/** The rows of the table. */
export async function ownKeysRows(assets = 1_000, readings = 20): Promise<readonly FigureResult[]> {
  const { perSecond, bound, bare, cpu } = await ownKeysFigure(assets, readings, 30_000_000n)
  const of = `registered by ${assets.toLocaleString('en')} assets with their own keys, blocks of 1 s and 30,000,000 gas`
  const row = { unit: '/s', goal: 0.9, better: 'more' } as const
  return [
    ratioRow(`${of}, against what they could hold`, { ours: perSecond, theirs: bound, ...row }),
    ratioRow(`${of}, against a bare sender`, { ours: perSecond, theirs: bare, ...row }),
    boundRow(`${of}: our CPU for a reading, keys and set-up of the chain included`, {
      value: cpu,
      unit: 'ms',
      goal: 1.5,
    }),
  ]
}

if (import.meta.main) {
  const [assets = '1000', readings = '20', gasLimit = '30000000'] = process.argv.slice(2)
  console.log(await ownKeysFigure(Number(assets), Number(readings), BigInt(gasLimit)))
}
