import { randomBytes } from 'node:crypto'
import { systemClock } from '../../core/clock.ts'
import type { Instant } from '../../core/time.ts'
import { startAnvil } from '../../testing/anvil.ts'
import { meterUser, startMeters } from './meters.ts'

/** Where the demonstration's meters and its chain are, for a gateway of one's own. */
export interface DemoStage {
  /** A data logger, Eumel 2.1.1: the plant on the roof. */
  readonly eumel: string
  /** A service, Energy API version 3: asset 1 is a field of panels (intervals), asset 2 a house (a counter). */
  readonly energyApi: string
  readonly user: string
  readonly password: string
  readonly rpc: string
}

const day = 86_400_000
const morning = 10 * 3_600_000

/**
 * The demonstration without its gateway: meters in real time and an empty chain, all on loopback, until the signal aborts.
 * Nothing is kept. The sun of the plants stands at ten in the morning when it begins, whatever the hour is.
 */
export async function serveDemo(options: {
  readonly signal: AbortSignal
  readonly onStart: (stage: DemoStage) => Promise<void>
}): Promise<void> {
  const began = systemClock.now()
  const sunAt = (instant: Instant): Instant => instant - (began % day) + morning
  const password = randomBytes(9).toString('base64url')
  const meters = await startMeters({ clock: systemClock, start: began - 3_600_000, password, sunAt })
  try {
    const anvil = await startAnvil({ signal: options.signal })
    try {
      await options.onStart({
        eumel: meters.eumel.url,
        energyApi: `${meters.energyApi.url}/v3`,
        user: meterUser,
        password,
        rpc: anvil.url,
      })
      await aborted(options.signal)
    } finally {
      await anvil.stop()
    }
  } finally {
    await meters.close()
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
