import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeFunctionData, type Hex, parseAbi } from 'viem'
import { fromHex } from '../src/core/bytes.ts'
import { secp256k1Signer } from '../src/keys/secp256k1-signer.ts'
import { EvmNetwork, networkPresets, openOriginA } from '../src/ledgers/index.ts'
import { producingBytecode } from '../src/ledgers/origin-a/generated/energy-registry.ts'
import { type LogStore, openLog } from '../src/storage/index.ts'
import { type Anvil, startAnvil } from '../src/testing/anvil.ts'
import { sendBare } from './counterpart-sender.ts'

export interface SubmissionFigure {
  /** CPU milliseconds of this process for one registered reading. */
  readonly ours: number
  readonly counterpart: number
  readonly ratio: number
  readonly goal: number
}

const setUp = parseAbi([
  'function createAsset()',
  'function initGeneral(uint256, address, address, uint256, bool)',
])

/** CPU time of this process alone: the node runs in another one. */
async function cpuOf(count: number, run: () => Promise<void>): Promise<number> {
  globalThis.gc?.()
  const before = process.cpuUsage()
  await run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000 / count
}

export async function deploy(anvil: Anvil, writers: readonly Hex[]): Promise<Hex> {
  const from = anvil.accounts[0]?.address
  const send = async (to: Hex | undefined, data: Hex) => {
    const hash = await anvil.rpc('eth_sendTransaction', [{ from, data, gas: '0x4c4b40', ...(to && { to }) }])
    await anvil.mine()
    return (await anvil.rpc('eth_getTransactionReceipt', [hash])) as { contractAddress: Hex }
  }
  const { contractAddress } = await send(undefined, producingBytecode)
  for (const [id, writer] of writers.entries()) {
    await send(contractAddress, encodeFunctionData({ abi: setUp, functionName: 'createAsset' }))
    const args = [BigInt(id), writer, writer, 0n, true] as const
    await send(contractAddress, encodeFunctionData({ abi: setUp, functionName: 'initGeneral', args }))
  }
  return contractAddress
}

/** The same for many writers, whose accounts are given what they need; the calls of one block go together. */
export async function deployAtOnce(anvil: Anvil, writers: readonly Hex[]): Promise<Hex> {
  const registry = await deploy(anvil, [])
  const from = anvil.accounts[0]?.address
  const send = (data: Hex) => anvil.rpc('eth_sendTransaction', [{ from, to: registry, data, gas: '0x7a120' }])
  for (let at = 0; at < writers.length; at += 20) {
    const part = writers.slice(at, at + 20)
    for (const _ of part) await send(encodeFunctionData({ abi: setUp, functionName: 'createAsset' }))
    for (const [i, writer] of part.entries()) {
      const args = [BigInt(at + i), writer, writer, 0n, true] as const
      await send(encodeFunctionData({ abi: setUp, functionName: 'initGeneral', args }))
      await anvil.rpc('anvil_setBalance', [writer, '0x56bc75e2d63100000'])
    }
    await anvil.mine(2)
  }
  return registry
}

/** A log on disk with a backlog of counted readings, as many in each stream. */
export async function logOf(folder: string, count: number, streams: readonly string[] = ['roof']) {
  const log = await openLog({ folder })
  for (const stream of streams) await fill(log, stream, count)
  return log
}

async function fill(log: LogStore, stream: string, count: number): Promise<void> {
  await log.openStream({ name: stream })
  const limits = { resolution: 0n, opening: 'zero' } as const
  const raw = { bytes: new Uint8Array([1]), mediaType: 'text/plain' }
  const shared = {
    channel: 'export',
    kind: 'counter',
    fraction: '',
    device: {},
    raw,
    provenance: 'bench',
  } as const
  const readings = Array.from({ length: count }, (_, i) => {
    const at = 1_800_000_000_000 + i * 1_000
    return { ...shared, energy: BigInt(i + 1) * 3_600_000n, measuredAt: at, receivedAt: at }
  })
  for (let at = 0; at < count; at += 500) await log.record(stream, readings.slice(at, at + 500), limits)
}

/** Registers a backlog through the whole submission law, out of a log on disk. */
async function sendOurs(
  anvil: Anvil,
  registry: Hex,
  stores: Awaited<ReturnType<typeof logOf>>,
): Promise<void> {
  const ledger = await openOriginA({
    name: 'origin',
    network: await EvmNetwork.open({ name: 'local', ...networkPresets.local, rpc: [anvil.url] }),
    producing: registry,
    signers: new Map([['meter', await secp256k1Signer(fromHex(anvil.accounts[1]?.privateKey ?? ''))]]),
    lines: [{ name: 'roof/origin', stream: 'roof', role: 'producer', assetId: 0n, key: 'meter' }],
    stores,
    settings: { inFlight: 600, window: 600 },
  })
  for (;;) {
    await ledger.work({ signal: AbortSignal.timeout(60_000) })
    const [line] = await ledger.status()
    if (line?.backlog === 0) return
    if (line?.stopped !== undefined || line?.trouble !== undefined)
      throw new Error(line.stopped ?? line.trouble)
    await new Promise(resolve => setTimeout(resolve, 250))
  }
}

/** Our CPU per registered reading against a bare sender, in turns, in a warm process; the median of three rounds. */
export async function submissionFigure(count = 1_500): Promise<SubmissionFigure> {
  const anvil = await startAnvil({ gasLimit: 80_000_000n, blockTime: 1 })
  try {
    const [, first, second] = anvil.accounts
    if (first === undefined || second === undefined) throw new Error('the node has no accounts')
    const { url } = anvil
    const rounds: { ours: number; counterpart: number }[] = []
    for (const readings of [100, count, count, count]) {
      const registry = await deploy(anvil, [first.address, second.address])
      const target = { url, key: second.privateKey, registry, assetId: 1n }
      const counterpart = await cpuOf(readings, () => sendBare(target, readings))
      const folder = await mkdtemp(join(tmpdir(), 'energyweb-bench-'))
      const log = await logOf(folder, readings)
      try {
        rounds.push({ ours: await cpuOf(readings, () => sendOurs(anvil, registry, log)), counterpart })
      } finally {
        await log.close()
        await rm(folder, { recursive: true })
      }
    }
    const [, middle] = rounds.slice(1).sort((a, b) => a.ours / a.counterpart - b.ours / b.counterpart)
    if (middle === undefined) throw new Error('nothing was measured')
    return { ...middle, ratio: middle.ours / middle.counterpart, goal: 1.5 }
  } finally {
    await anvil.stop()
  }
}

if (import.meta.main) console.log(await submissionFigure())
