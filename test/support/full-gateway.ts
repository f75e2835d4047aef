import { EnergywebError } from '../../src/core/errors.ts'
import {
  GatewayMetrics,
  type GatewayMetricsOptions,
  type KeyFigures,
  ProcessMetrics,
  Tally,
} from '../../src/gateway/metrics/index.ts'
import type { GatewayStatus } from '../../src/gateway/status.ts'
import { fakeReading, fakeSource } from '../../src/testing/fake-source.ts'
import { VirtualClock } from '../../src/testing/virtual-clock.ts'
import { MemoryLog } from '../gateway/memory-log.ts'
import { noteOf } from './witnessed-log.ts'

/*
 * A gateway that has one of everything, and tells something of all that is measured.
 */

export const fullNow = Date.parse('2024-05-01T12:00:00Z')
const minute = 60_000

const register = {
  stream: 'roof',
  sequence: 41,
  opened: true,
  total: 4_444_444_080_123n,
  debit: 3_600_000n,
  held: 7_200_000n,
  heldReadings: 2,
  holdReason: 'rise' as const,
  since: fullNow - minute,
}

const key: KeyFigures = {
  key: 'meter',
  signatures: 7,
  failures: { 'key-unavailable': 2 },
  durations: { counts: [0, 0, 4, 3, 0, 0, 0, 0, 0, 0], sum: 0.035 },
}

/** Everything that a status can say. */
export const fullStatus: GatewayStatus = {
  at: fullNow,
  since: fullNow - 60 * minute,
  assets: [
    {
      asset: 'roof',
      channel: 'export',
      last: undefined,
      newest: fullNow - minute,
      register,
      outage: { reason: 'source-timeout', since: fullNow - minute },
      polls: 60,
      failures: 1,
      carbon: {
        register: { basis: 'marginal', total: 5_500_000_000n, waiting: 3, missing: 1 } as never,
        trouble: 'no factors',
      },
    },
  ],
  ledgers: [
    {
      ledger: 'origin',
      trouble: 'no node answers',
      lastTurn: fullNow - 5_000,
      spending: {
        network: 'ewc',
        transactions: { registered: 12, reverted: 1, 'without-event': 0, adopted: 1, filler: 1 },
        gas: {
          registered: 720_000n,
          reverted: 30_000n,
          'without-event': 0n,
          adopted: 60_000n,
          filler: 21_000n,
        },
        fees: {
          registered: 720_000_000_000_123n,
          reverted: 30n,
          'without-event': 0n,
          adopted: 60n,
          filler: 21n,
        },
      },
      lines: [
        {
          line: 'roof/origin',
          cursor: -1,
          backlog: 2,
          pending: { signed: 1, mined: 1 },
          stopped: 'reverted',
          trouble: 'no coins',
          unanswered: { requests: 1, energy: 5n },
        },
      ],
    },
  ],
  networks: [
    {
      network: 'ewc',
      nodes: [
        {
          node: 'a.example',
          state: 'good',
          inUse: true,
          detail: undefined,
          again: undefined,
          latency: 120,
          failures: 0.25,
          head: 12_345n,
          headAge: 4_000,
        },
        {
          node: 'a.example',
          state: 'wrong-chain',
          inUse: false,
          detail: undefined,
          again: undefined,
          latency: undefined,
          failures: undefined,
          head: undefined,
          headAge: undefined,
        },
      ],
    },
  ],
  evidenceKey: {
    name: 'tpm',
    key: undefined,
    size: 41,
    readings: { signed: 12, waiting: 3 },
    awaySince: fullNow,
    trouble: 'away',
  },
  witnesses: [
    {
      witness: 'w1',
      url: 'https://w1.example',
      size: 40,
      newest: 42,
      at: fullNow,
      trouble: 'x',
      isAlarm: true,
    },
    {
      witness: 'w1',
      url: 'https://w2.example',
      size: undefined,
      newest: undefined,
      at: undefined,
      trouble: undefined,
      isAlarm: false,
    },
  ],
  quorum: 1,
  keys: [{ key: 'meter', state: 'away', since: fullNow, trouble: 'pulled out' }],
  logTrouble: undefined,
  disk: {
    free: 5e9,
    total: 1e10,
    keepFree: 2e8,
    used: 1e6,
    growth: 3_600,
    hoursLeft: 10,
    trouble: undefined,
  },
  drainOf: () => ({ perHour: 60, arrivingPerHour: 4 }),
  remoteLog: {
    destinations: [
      {
        destination: 'loki',
        kind: 'loki',
        waiting: 3,
        oldest: fullNow - minute,
        delivered: 10,
        shed: 1,
        refused: 0,
        deliveredAt: fullNow,
        trouble: 'away',
      },
    ],
    bytes: 4_096,
    cap: 20_000_000,
    trouble: undefined,
  },
  selfCheck: { at: fullNow - minute, size: 42, verified: 42 },
  clockTrouble: undefined,
}

/** Metrics of such a gateway. */
export async function fullMetrics(
  options: Partial<Omit<GatewayMetricsOptions, 'gateway'>> & {
    readonly gateway?: Partial<GatewayMetricsOptions['gateway']>
  } = {},
): Promise<{ metrics: GatewayMetrics; tally: Tally; clock: VirtualClock }> {
  const clock = new VirtualClock({ start: fullNow })
  const log = new MemoryLog(() => clock.now())
  await log.openStream({ name: 'roof' })
  const reading = fakeReading({ energy: 3_600_000n, measuredAt: fullNow - minute })
  const receivedAt = fullNow - minute
  const limits = { resolution: 0n, opening: 'zero' as const }
  await log.record('roof', [{ ...reading, receivedAt, provenance: 'fake' }], limits)
  const tally = new Tally(clock)
  const poll = { type: 'poll-ended', asset: 'roof', source: 'simulator', lateness: 5, duration: 40 } as const
  tally.observe({ ...poll, recording: 3, code: undefined })
  tally.observe({ ...poll, recording: undefined, code: 'source-timeout' })
  const readings = { asset: 'roof', readings: [], register }
  tally.observe({ type: 'readings-recorded', statuses: ['counted', 'counted', 'held'], ...readings })
  tally.observe({ type: 'reading-held', asset: 'roof', reading: {} as never, reason: 'rise', register })
  tally.observe({
    type: 'outage-began',
    asset: 'roof',
    reason: 'source-timeout',
    detail: '',
    from: undefined,
  })
  tally.observe({ type: 'log-committed', duration: 4 })
  tally.observe({ type: 'log-failed', error: new EnergywebError('log-io', 'full') })
  tally.observe({ type: 'checkpoint-signed', note: await noteOf({ size: 42 }) })
  const { gateway, ...others } = options
  const metrics = new GatewayMetrics({
    gateway: {
      clock,
      keyFigures: [key],
      gatewayLog: log,
      assets: [{ name: 'roof', source: fakeSource([]), channel: 'export' }],
      status: async () => fullStatus,
      uncovered: async () => 2,
      statistics: () =>
        ['poll roof', 'report origin'].map(name => ({
          name,
          state: 'waiting' as const,
          runs: 5,
          failures: 1,
          consecutiveFailures: 1,
          skipped: 2,
          skips: { overlap: 2, 'back-off': 0, gate: 0, late: 0 },
          lastError: undefined,
          lastErrorAt: undefined,
          lastStartedAt: fullNow,
          lastSucceededAt: fullNow,
          lateness: { last: 0, maximum: 0, mean: 0 },
        })),
      ...gateway,
    },
    tally,
    version: '1.2.3',
    process: new ProcessMetrics(),
    ...others,
  })
  return { metrics, tally, clock }
}

/** The part of a gateway that has so many assets like that, each with a report line. */
export function manyAssets(count: number): Partial<GatewayMetricsOptions['gateway']> {
  const names = Array.from({ length: count }, (_, n) => `asset ${n + 1}`)
  const status: GatewayStatus = {
    ...fullStatus,
    assets: fullStatus.assets.flatMap(one => names.map(asset => ({ ...one, asset }))),
    ledgers: fullStatus.ledgers.map(ledger => ({
      ...ledger,
      lines: ledger.lines.flatMap(line =>
        names.map(name => ({ ...line, line: `${name}/origin`, backlog: 0 })),
      ),
    })),
  }
  return {
    status: async () => status,
    assets: names.map(name => ({ name, source: fakeSource(), channel: 'export' as const })),
  }
}
