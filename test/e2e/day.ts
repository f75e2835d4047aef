import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { demoClock } from '../../src/cli/demo/demo-state.ts'
import type { Clock } from '../../src/core/clock.ts'
import { parsePower } from '../../src/core/power.ts'
import { formatInstant } from '../../src/core/time.ts'
import { simulatedEnergy } from '../../src/sources/simulated-energy.ts'
import { openLogReader } from '../../src/storage/index.ts'
import { startAnvil } from '../../src/testing/anvil.ts'
import { type MeterServer, startEnergyApiServer, startEumelMeter } from '../../src/testing/meters/index.ts'
import { NodeProxy } from '../ledgers/node-proxy.ts'
import { readBookOfIssuer } from './chain-books.ts'
import { type ComparedLine, compareLines } from './comparison.ts'
import { perform } from './deeds.ts'
import { CertificateDesk, commandsIn } from './desk.ts'
import { GatewayProcess } from './gateway-process.ts'
import { proveDay } from './prove-day.ts'
import { confirmations, type Scenario, wordsOf } from './scenario.ts'
import { configText, environmentOf, type Stage, setUpStage } from './stage.ts'

export interface DayResult {
  readonly lines: readonly ComparedLine[]
  /** What is wrong beside the lines: with the log, or with its proof. */
  readonly wrong: readonly string[]
}

export interface DayOptions {
  readonly folder: string
  readonly tell: (line: string) => void
}

/** Real milliseconds before the readings begin: a busy machine takes long to start the gateway. */
const leadTime = 30_000
/** From the last reading until its hour is asked for at the latest, by the scaled clock. */
const lastPeriod = 100 * 60_000
/** Minutes by the scaled clock that a line with entries may pause: what is left is anchored once an hour. */
const longestPause = 65
/** Real milliseconds from the last reading until everything must be final. */
const longestDrain = 240_000

/**
 * Runs one gateway that reports the same plant to all kinds of ledgers, does to it and to its chain what the scenario says, waits
 * until everything is final, and compares.
 * @throws Error when the gateway falls, or when not everything gets final
 */
export async function runDay(scenario: Scenario, { folder, tell }: DayOptions): Promise<DayResult> {
  const anvil = await startAnvil({ gasLimit: 60_000_000n })
  const closing: (() => Promise<unknown>)[] = [() => anvil.stop()]
  try {
    const stage = await setUpStage(anvil)
    const began = { real: Date.now(), scaled: scenario.from - leadTime * scenario.factor }
    const clock = demoClock({ factor: scenario.factor, began })
    const proxy = await NodeProxy.start(anvil.url)
    closing.unshift(() => proxy.stop())
    const meters = await startMetersOf(scenario, clock)
    closing.unshift(() => Promise.all([meters.eumel.close(), meters.energyApi.close()]))
    const [config, environment] = [join(folder, 'energyweb.yml'), environmentOf(stage)]
    const addresses = { rpc: proxy.url, eumel: meters.eumel.url, energyApi: meters.energyApi.url }
    writeFileSync(config, configText(stage, { ...addresses, confirmations }))
    const gateway = new GatewayProcess({ folder, config, environment, scenario, began })
    closing.unshift(() => gateway.kill())
    const run = commandsIn(folder, environment)
    gateway.start()
    const desk = new CertificateDesk(run)
    closing.unshift(() => desk.close())

    const lasting = (minutes: number) => (minutes * 60_000) / scenario.factor
    await ready(gateway)
    for (const deed of scenario.deeds) {
      await until(clock, deed.at)
      tell(`${formatInstant(clock.now())}  ${wordsOf(deed)}`)
      const outcome = await perform(deed, { anvil, proxy, gateway, lasting })
      tell(`${formatInstant(clock.now())}    ${outcome}`)
    }
    await until(clock, scenario.to)
    tell(`${formatInstant(clock.now())}  the readings end; waiting until everything is final`)
    // A line with an open period has nothing to do, which is not the end.
    await until(clock, scenario.to + lastPeriod)
    await settled({ gateway, desk, stage, folder, rest: lasting(longestPause) })
    tell(`${formatInstant(clock.now())}  everything is final; the desk approved ${desk.approved} times`)
    await desk.close()
    await gateway.stop()
    const log = openLogReader({ folder: join(folder, 'data') })
    closing.unshift(async () => log.close())
    return {
      lines: await compareLines(log, stage),
      wrong: await proveDay(log, { run, rpc: anvil.url, tell }),
    }
  } finally {
    for (const close of closing) await close()
  }
}

async function startMetersOf(
  { seed, from }: Scenario,
  clock: Clock,
): Promise<{ eumel: MeterServer; energyApi: MeterServer }> {
  const roof = simulatedEnergy({ profile: 'solar', seed, peak: parsePower('10 kW') })
  const house = simulatedEnergy({ profile: 'load', seed: seed + 1, peak: parsePower('5 kW') })
  const eumel = await startEumelMeter({
    clock,
    energyAt: (channel, instant) => (channel === 'export' ? roof(instant) : 0n),
  })
  const energyApi = await startEnergyApiServer({
    clock,
    start: from - 6 * 3_600_000,
    assets: [{ id: 2, role: 'consumer', accumulated: true, energyAt: house }],
  })
  return { eumel, energyApi }
}

async function until(clock: Clock, instant: number): Promise<void> {
  while (clock.now() < instant) await pause(100)
}

async function ready(gateway: GatewayProcess): Promise<void> {
  while ((await gateway.status()) === undefined && !gateway.hasFallen) await pause(200)
}

interface Settling {
  readonly gateway: GatewayProcess
  readonly desk: CertificateDesk
  readonly stage: Stage
  readonly folder: string
  /** Real milliseconds of rest in one piece, after which nothing more comes. */
  readonly rest: number
}

/** Waits until nothing was left to do all through one rest: a single look may fall between two steps, or before the next anchor. */
async function settled(settling: Settling): Promise<void> {
  const end = performance.now() + longestDrain
  let why = ''
  for (let busy = performance.now(); performance.now() - busy < settling.rest; ) {
    const left = await leftToDo(settling)
    if (left !== undefined) busy = performance.now()
    why = left ?? why
    if (performance.now() > end) throw new Error(`not everything became final: ${why}`)
    await pause(1_000)
  }
}

/** What is left to do; undefined when that is nothing. */
async function leftToDo({ gateway, desk, stage, folder }: Settling): Promise<string | undefined> {
  if (gateway.hasFallen) throw new Error(`the gateway has fallen; see ${folder}/gateway.log`)
  const status = await gateway.status()
  if (status === undefined) return 'the gateway does not answer'
  const lines = status.ledgers.flatMap(ledger => ledger.lines)
  const busy = lines.filter(
    ({ backlog, pending, stopped }) =>
      backlog > 0 || stopped !== null || Object.values(pending).some(count => count > 0),
  )
  if (lines.length < 6 || busy.length > 0) return JSON.stringify({ lines: lines.length, busy })
  const open = await desk.open()
  if (open === undefined || open.length > 0) return `requests ${open?.join(', ')} are open: ${desk.trouble}`
  const { certificates } = await readBookOfIssuer(stage)
  const log = openLogReader({ folder: join(folder, 'data') })
  try {
    const known = log.certificates('roof/certificates').length
    return known < certificates ? `${known} of ${certificates} certificates are in the log` : undefined
  } finally {
    log.close()
  }
}
