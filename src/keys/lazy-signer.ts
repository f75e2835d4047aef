import { type Clock, sleep, systemClock } from '../core/clock.ts'
import { EnergywebError, isEnergywebError, toEnergywebError } from '../core/errors.ts'
import { type Logger, silentLogger } from '../core/logger.ts'
import type { SignatureAlgorithm, Signer, SignerHealth } from '../core/signer.ts'
import { watchHealth } from './signer-health.ts'
import { unlessAborted } from './unless-aborted.ts'

const firstDelay = 1_000
const usualLongestDelay = 300_000

/** A signer whose key may be looked after between signatures. */
export interface WatchableSigner extends Signer {
  /** Tells how the key is, each time that was found out: undefined when it can sign. The answer ends it. */
  watch?(listener: (trouble: EnergywebError | undefined) => void): () => void
}

/** A signer that opens in the background. */
export interface LazySigner extends Signer {
  /**
   * Resolves when the key is open, however many attempts that takes.
   * @throws EnergywebError the reason, when it is one that no further attempt can mend (a wrong password, say).
   */
  ready(options?: { signal?: AbortSignal }): Promise<void>
  /** How the key stands, as of the last time that it was opened, signed with or looked for. */
  health(): SignerHealth
}

export interface LazySignerOptions {
  /** What the key is called in messages. */
  name: string
  algorithms: readonly SignatureAlgorithm[]
  /** Opens the key; called again after an error that is `retryable`. */
  open(options: { signal: AbortSignal }): Promise<WatchableSigner>
  /** Ends the attempts, and that the key is looked after. */
  signal: AbortSignal
  /** The longest pause between two attempts, in milliseconds; default 5 min. */
  longestDelay?: number
  /** Called when the key can sign and could not before: at first, and whenever it is back. */
  onReady?: () => void
  clock?: Clock
  log?: Logger
  /** From 0 to 1, for jitter; default Math.random. */
  random?: () => number
}

/**
 * Starts at once to open a key in the background, so that nobody who does not sign waits for it. `sign` waits for the
 * attempt that is under way; after a failed one it fails with that attempt's error, until the next has begun (1 s later,
 * then twice that, up to 5 min). `publicKey` throws `key-unavailable` until the key is open. A key that was open and goes away
 * (a token that is pulled out) is said to the log once, and once when it is back.
 *
 * @example
 * const signer = lazySigner({
 *   name: 'meter',
 *   algorithms: ['secp256k1'],
 *   signal,
 *   open: async ({ signal }) => (await openKeystore({ path, password, expect: 'secp256k1', signal })).signer,
 * })
 */
export function lazySigner(options: LazySignerOptions): LazySigner {
  const { name, algorithms, clock = systemClock, random = Math.random } = options
  const { longestDelay = usualLongestDelay } = options
  let opened: Signer | undefined
  let failure: EnergywebError | undefined
  const watch = watchHealth(options)

  const open = async (): Promise<Signer> => {
    try {
      const signer = await openOnce(options)
      opened = signer
      watch.opened()
      lookAfter(signer, options.signal, trouble =>
        trouble === undefined ? watch.present() : watch.lost(trouble),
      )
      return signer
    } catch (error) {
      const said = failure?.message
      failure = toEnergywebError(error, 'key-unavailable')
      if (failure.message !== said) tellFailure(failure, options)
      watch.failed(failure)
      throw failure
    }
  }

  let attempt = open()

  const openAtLast = async (): Promise<void> => {
    for (let delay = firstDelay; ; delay = Math.min(2 * delay, longestDelay)) {
      try {
        await attempt
        return
      } catch (error) {
        if (!toEnergywebError(error).retryable) throw error
      }
      await sleep(delay * (0.5 + random() / 2), { clock, signal: options.signal })
      attempt = open()
    }
  }

  const finished = openAtLast()
  // Whoever calls ready() or sign() is told; the log was told in openOnce(). Nobody may be calling yet.
  finished.catch(() => undefined)

  return {
    algorithms,
    publicKey(algorithm) {
      if (opened !== undefined) return opened.publicKey(algorithm)
      throw new EnergywebError('key-unavailable', `the key ${name} is not open yet`, {
        retryable: failure?.retryable ?? true,
        ...(failure === undefined ? {} : { cause: failure }),
      })
    },
    async sign(data, signing) {
      const signer = opened ?? (await unlessAborted(attempt, signing.signal))
      try {
        const signature = await signer.sign(data, signing)
        watch.present()
        return signature
      } catch (error) {
        if (isEnergywebError(error) && error.code.startsWith('key-')) watch.lost(error)
        throw error
      }
    },
    health: watch.health,
    ready: ({ signal } = {}) => unlessAborted(finished, signal),
  }
}

function lookAfter(
  signer: WatchableSigner,
  signal: AbortSignal,
  listener: (trouble: EnergywebError | undefined) => void,
): void {
  const end = signer.watch?.(listener)
  if (end !== undefined) signal.addEventListener('abort', end, { once: true })
}

/** What is tried again is said once, until there is another reason. */
function tellFailure(error: EnergywebError, { name, log = silentLogger }: LazySignerOptions): void {
  if (error.code === 'aborted') return
  log.error(
    { key: name, code: error.code, hint: error.hint },
    `the key ${name} could not be opened: ${error.message}`,
  )
}

async function openOnce(options: LazySignerOptions): Promise<WatchableSigner> {
  const { name, algorithms, signal, log = silentLogger } = options
  try {
    signal.throwIfAborted()
    const signer = await options.open({ signal })
    if (algorithms.every(algorithm => signer.algorithms.includes(algorithm))) {
      log.info({ key: name }, 'the key is open')
      return signer
    }
    throw new EnergywebError('key-invalid', `the key ${name} is ${signer.algorithms}, not ${algorithms}`)
  } catch (thrown) {
    if (signal.aborted) {
      throw new EnergywebError('aborted', `opening the key ${name} was ended`, { cause: thrown })
    }
    throw toEnergywebError(thrown, 'key-unavailable')
  }
}
