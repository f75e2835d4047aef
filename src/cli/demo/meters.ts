import type { Clock } from '../../core/clock.ts'
import type { Instant } from '../../core/time.ts'
import { type MeterServer, startEnergyApiServer, startEumelMeter } from '../../testing/meters/index.ts'
import { plants } from './plants.ts'

export const meterUser = 'demo'

/** The running meters, by what the configuration needs of them. */
export interface Meters {
  /** A data logger on the roof: Eumel 2.1.1. */
  readonly eumel: MeterServer
  /** A service for the field (asset 1, intervals) and the house (asset 2, a counter): Energy API version 3. */
  readonly energyApi: MeterServer
  close(): Promise<void>
}

/** Starts the meters on loopback; they share the gateway's clock. */
export async function startMeters(options: {
  clock: Clock
  start: Instant
  password: string
  /** The sun's time at an instant; default the same. */
  sunAt?: (instant: Instant) => Instant
}): Promise<Meters> {
  const { clock, start, password, sunAt = instant => instant } = options
  const auth = { user: meterUser, password }
  const [roof, field, house] = plants
  const eumel = await startEumelMeter({
    clock,
    auth,
    energyAt: (channel, instant) => (channel === 'export' ? (roof?.energyAt(sunAt(instant)) ?? 0n) : 0n),
    ...(roof && { serial: roof.serial }),
  })
  const energyApi = await startEnergyApiServer({
    clock,
    start,
    assets: [
      { id: 1, role: 'producer', accumulated: false, energyAt: at => field?.energyAt(sunAt(at)) ?? 0n },
      { id: 2, role: 'consumer', accumulated: true, energyAt: at => house?.energyAt(sunAt(at)) ?? 0n },
    ],
  })
  return {
    eumel,
    energyApi,
    async close() {
      await Promise.all([eumel.close(), energyApi.close()])
    },
  }
}
