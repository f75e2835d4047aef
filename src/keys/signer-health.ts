import { type Clock, systemClock } from '../core/clock.ts'
import { type EnergywebError, isEnergywebError } from '../core/errors.ts'
import { type Logger, silentLogger } from '../core/logger.ts'
import type { SignerHealth } from '../core/signer.ts'

/** Follows how a key stands, and says to the log when one that was open goes away, and when it is back. */
export interface HealthWatch {
  opened(): void
  /** It could not be opened; whoever tried has said so. */
  failed(error: EnergywebError): void
  /** It signed, or was found where it should be. */
  present(): void
  /** It was open, and did not sign or was not found. */
  lost(error: EnergywebError): void
  health(): SignerHealth
}

export function watchHealth(options: {
  readonly name: string
  readonly clock?: Clock
  readonly log?: Logger
  /** Called when it can sign and could not before. */
  readonly onReady?: () => void
}): HealthWatch {
  const { name, clock = systemClock, log = silentLogger, onReady } = options
  let health: SignerHealth = { state: 'opening', since: clock.now(), trouble: undefined }
  const change = (state: SignerHealth['state'], trouble?: string) => {
    const isNew = state !== health.state
    health = { state, since: isNew ? clock.now() : health.since, trouble }
    if (isNew && state === 'ready') onReady?.()
  }
  // Another key in its place is tried again too, but only somebody's hand can mend that.
  const stateAfter = (error: EnergywebError) =>
    error.retryable && !isEnergywebError(error.cause, 'key-invalid') ? 'away' : 'refused'
  return {
    opened: () => change('ready'),
    failed: error => change(stateAfter(error), error.message),
    present() {
      if (health.state !== 'ready') {
        const seconds = Math.round((clock.now() - health.since) / 1_000)
        log.info({ key: name, seconds }, `the key ${name} is back after ${seconds} s`)
      }
      change('ready')
    },
    lost(error) {
      const state = stateAfter(error)
      if (health.state === 'ready' || (health.state === 'away' && state === 'refused')) {
        log.warn(
          { key: name, code: error.code, hint: error.hint },
          `the key ${name} ${state === 'away' ? 'is away' : "can't be used"}: ${error.message}; what it has to sign waits`,
        )
      }
      change(state, error.message)
    },
    health: () => health,
  }
}
