import { type Clock, systemClock } from '../core/clock.ts'
import type { EnergywebError } from '../core/errors.ts'
import { type Logger, silentLogger } from '../core/logger.ts'
import type { SignerHealth } from '../core/signer.ts'

/** Follows how a key stands, and says to the log when one that was open goes away, and when it is back. */
export interface HealthWatch {
  opened(): void
  /** It could not be opened; whoever tried has said so. */
  failed(error: EnergywebError): void
  signed(): void
  /** It was open and did not sign. */
  lost(error: EnergywebError): void
  health(): SignerHealth
}

export function watchHealth(options: {
  readonly name: string
  readonly clock?: Clock
  readonly log?: Logger
}): HealthWatch {
  const { name, clock = systemClock, log = silentLogger } = options
  let health: SignerHealth = { state: 'opening', since: clock.now(), trouble: undefined }
  const change = (state: SignerHealth['state'], trouble?: string) => {
    const since = state === health.state ? health.since : clock.now()
    health = { state, since, trouble }
  }
  const stateAfter = (error: EnergywebError) => (error.retryable ? 'away' : 'refused')
  return {
    opened: () => change('ready'),
    failed: error => change(stateAfter(error), error.message),
    signed() {
      if (health.state !== 'ready') {
        const seconds = Math.round((clock.now() - health.since) / 1_000)
        log.info({ key: name, seconds }, `the key ${name} is back after ${seconds} s`)
      }
      change('ready')
    },
    lost(error) {
      if (health.state === 'ready') {
        log.warn(
          { key: name, code: error.code, hint: error.hint },
          `the key ${name} is away: ${error.message}; what it has to sign waits`,
        )
      }
      change(stateAfter(error), error.message)
    },
    health: () => health,
  }
}
