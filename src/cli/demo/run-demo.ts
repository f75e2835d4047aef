import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../core/clock.ts'
import { EnergywebError } from '../../core/errors.ts'
import { gatewayStream } from '../../core/log.ts'
import type { GatewayApp, GatewayStatus } from '../../gateway/index.ts'
import { type Anvil, startAnvil } from '../../testing/anvil.ts'
import { askGateway } from '../control-client.ts'
import {
  type ChainAsset,
  type Contracts,
  hasContracts,
  readAnchors,
  readChainAsset,
  setUpChain,
} from './chain.ts'
import { demoConfig } from './demo-config.ts'
import { demoClock, newDemoState, readDemoState, writeDemoState } from './demo-state.ts'
import { type DemoFolder, openDemoFolder } from './folder.ts'
import { startMeters } from './meters.ts'
import { plants } from './plants.ts'
import {
  type AnchorFigures,
  type AssetFigures,
  anchorDifferences,
  countReceipts,
  differences,
  logFigures,
} from './summary.ts'

export interface DemoOptions {
  readonly folder: string
  readonly fresh: boolean
  /** How many times faster than the calendar. */
  readonly factor: number
  /** Ends by itself after so many real milliseconds. */
  readonly milliseconds: number | undefined
  readonly signal: AbortSignal
  /** Called about once a second while it runs. */
  onLook(status: GatewayStatus, chain: ReadonlyMap<string, ChainAsset>): Promise<void>
  onStart(demo: { folder: DemoFolder; rpc: string }): Promise<void>
  onDrain(): Promise<void>
}

export interface DemoResult {
  readonly figures: readonly AssetFigures[]
  readonly anchors: AnchorFigures
  /** What log and chain disagree on, or what is wrong with the log; empty when all is well. */
  readonly differences: readonly string[]
  /** How many entries the log has. */
  readonly entries: number
}

/** How long the chain may take, once the polls have stopped, until everything is final. */
const longestDrain = 120_000

/**
 * Runs meters, a chain and the gateway until the time is over or the signal aborts; then lets the chain side finish and
 * compares the log with the chain.
 * @throws EnergywebError `dependency-missing` without the anvil package; `ledger-conflict` when the chain was lost;
 * `log-locked` when another one runs in the folder
 */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  await mustBeAlone(options.folder)
  const folder = await openDemoFolder(options.folder, options)
  const state = readDemoState(folder.state) ?? newDemoState(options.factor, Date.now())
  writeDemoState(folder.state, state)
  const clock = demoClock(state)
  // The service has an hour of readings already when the gateway first asks.
  const start = state.began.scaled - 3_600_000
  const meters = await startMeters({ clock, start, password: folder.meterPassword })
  const anvil = await startAnvil({ stateFile: folder.chain })
  try {
    const contracts = await contractsOf(anvil, { folder, known: state.contracts })
    writeDemoState(folder.state, { ...state, contracts })
    const { factor } = state
    const addresses = { eumel: meters.eumel.url, energyApi: meters.energyApi.url, rpc: anvil.url }
    writeFileSync(folder.config, demoConfig({ factor, ...addresses, contracts }))
    await options.onStart({ folder, rpc: anvil.url })
    const gateway = await composeDemo(folder, clock)
    const result = await runUntilDrained(gateway, { ...options, anvil, contracts })
    return await withCheck(folder, result)
  } finally {
    await meters.close()
    await anvil.stop()
  }
}

/** A second one would write over the first one's chain and configuration before the log's lock could stop it. */
async function mustBeAlone(folder: string): Promise<void> {
  const { running } = await askGateway(join(folder, 'data'), 'status')
  if (!running) return
  throw new EnergywebError('log-locked', `a demonstration runs in ${folder} already`, {
    hint: 'Look at it with `energyweb status`, or name another folder with --folder.',
  })
}

/** Works the log out anew, as `energyweb log check` does. */
async function withCheck(folder: DemoFolder, result: Omit<DemoResult, 'entries'>): Promise<DemoResult> {
  const { checkLog } = await import('../../storage/index.ts')
  const { entries, firstBad } = await checkLog({ folder: folder.data })
  const wrong = firstBad === undefined ? [] : [`the log is not sound: ${firstBad.reason}: ${firstBad.detail}`]
  return { ...result, entries, differences: [...result.differences, ...wrong] }
}

async function contractsOf(
  anvil: Anvil,
  { folder, known }: { folder: DemoFolder; known: Contracts | undefined },
): Promise<Contracts> {
  if (known === undefined) return setUpChain(anvil, folder.accounts)
  if (await hasContracts(anvil, known)) {
    // The head is as old as the last start's end; the gateway would take the node for one that lags behind.
    await anvil.mine()
    return known
  }
  throw new EnergywebError('ledger-conflict', `the chain kept in ${folder.chain} has no registry`, {
    hint: 'It was lost or replaced. Start afresh with --fresh.',
  })
}

async function composeDemo(folder: DemoFolder, clock: ReturnType<typeof demoClock>): Promise<GatewayApp> {
  const [{ gatewayOptions, loadConfig }, { ControlTask, GatewayApp }, { openLogger }] = await Promise.all([
    import('../../config/index.ts'),
    import('../../gateway/index.ts'),
    import('../../logging/index.ts'),
  ])
  const { config } = await loadConfig(folder.config)
  const log = await openLogger({ level: 'error' })
  // Scaled like everything else: half an hour is ten seconds.
  const options = await gatewayOptions(config, { clock, log, grace: '30m' })
  const gateway = new GatewayApp(options)
  gateway.addTask(new ControlTask({ folder: config.data, gateway }))
  return gateway
}

async function runUntilDrained(
  gateway: GatewayApp,
  options: DemoOptions & { anvil: Anvil; contracts: Contracts },
): Promise<Omit<DemoResult, 'entries'>> {
  const ending = new AbortController()
  const running = gateway.run({ signal: ending.signal, signals: false })
  const watching = watch(gateway, options).finally(() =>
    ending.abort(new EnergywebError('aborted', 'the demonstration is over')),
  )
  const [, result] = await Promise.all([running, watching])
  return result
}

async function watch(
  gateway: GatewayApp,
  options: DemoOptions & { anvil: Anvil; contracts: Contracts },
): Promise<Omit<DemoResult, 'entries'>> {
  const { signal, milliseconds, anvil, contracts } = options
  const until = milliseconds === undefined ? Number.POSITIVE_INFINITY : systemClock.monotonic() + milliseconds
  const look = async () => {
    const status = await gateway.status()
    const chain = new Map(
      await Promise.all(
        plants.map(async plant => [plant.name, await readChainAsset(anvil, contracts, plant)] as const),
      ),
    )
    await options.onLook(status, chain)
    return status
  }
  while (!signal.aborted && systemClock.monotonic() < until) {
    await pause(1_000, signal)
    await look()
  }
  await options.onDrain()
  await gateway.stopPolls()
  const latest = systemClock.monotonic() + longestDrain
  while (!drained(await look()) && systemClock.monotonic() < latest) await pause(500)
  const log = gateway.gatewayLog
  const { assets } = await gateway.status()
  const figures = await Promise.all(
    plants.map(async plant => ({
      ...(await logFigures(log, plant.name)),
      carbon: assets.find(({ asset }) => asset === plant.name)?.carbon?.register?.total,
      chain: await readChainAsset(anvil, contracts, plant),
    })),
  )
  const anchors = {
    receipts: await countReceipts(log, gatewayStream),
    chain: await readAnchors(anvil, contracts),
  }
  return { figures, anchors, differences: [...differences(figures), ...anchorDifferences(anchors)] }
}

function drained(status: GatewayStatus): boolean {
  const lines = status.ledgers.flatMap(ledger => ledger.lines)
  return lines.length === plants.length + 1 && lines.every(line => line.backlog === 0)
}

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, milliseconds)
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
}
