import { type Clock, sleep } from '../../core/clock.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { Signer } from '../../core/signer.ts'

/** Milliseconds that a turn waits for a key that is still being opened. */
const patience = 2_000

/**
 * A signer that may still be opening; its lines wait for it, the turn does not.
 * @throws EnergywebError `key-unavailable`, retryable, when it takes longer than 2 s; whatever opening it throws
 */
export async function openedSoon(
  key: string,
  signer: Signer | Promise<Signer> | undefined,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<Signer | undefined> {
  const waiting = new AbortController()
  const late = async () => {
    await sleep(patience, { clock, signal: AbortSignal.any([signal, waiting.signal]) })
    throw new EnergywebError('key-unavailable', `the key ${key} is not open yet`, { retryable: true })
  }
  const tooLate = late()
  tooLate.catch(() => undefined)
  try {
    return await Promise.race([signer, tooLate])
  } finally {
    waiting.abort()
  }
}
