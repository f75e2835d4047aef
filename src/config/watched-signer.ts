import { type ErrorCode, toEnergywebError } from '../core/errors.ts'
import type { KeyFigures } from '../gateway/index.ts'
import type { LazySigner } from '../keys/index.ts'

/** Upper bounds of the time that a signature takes, seconds: those of `energyweb_signing_duration_seconds`. */
const bounds = [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5]

/** A signer that counts what it does. */
export interface WatchedSigner extends LazySigner {
  figures(): Omit<KeyFigures, 'key'>
}

/** The signer, counting what it signs and how long that takes. */
export function watchSigner(signer: LazySigner): WatchedSigner {
  const counts = Array.from({ length: bounds.length + 1 }, () => 0)
  const failures: Partial<Record<ErrorCode, number>> = {}
  let signatures = 0
  let sum = 0

  return {
    algorithms: signer.algorithms,
    publicKey: asked => signer.publicKey(asked),
    ready: options => signer.ready(options),
    health: () => signer.health(),
    async sign(data, options) {
      const began = performance.now()
      try {
        const signature = await signer.sign(data, options)
        const seconds = (performance.now() - began) / 1_000
        const at = bounds.findIndex(bound => seconds <= bound)
        const index = at < 0 ? bounds.length : at
        counts[index] = (counts[index] ?? 0) + 1
        sum += seconds
        signatures++
        return signature
      } catch (thrown) {
        // Whoever took the request back says nothing of the key.
        if (options?.signal?.aborted) throw thrown
        const { code } = toEnergywebError(thrown)
        failures[code] = (failures[code] ?? 0) + 1
        throw thrown
      }
    },
    figures: () => ({
      signatures,
      failures: { ...failures },
      durations: { counts: [...counts], sum },
    }),
  }
}
