import { type Clock, sleep, systemClock } from '../core/clock.ts'
import { EnergywebError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import type { SignatureAlgorithm, Signer } from '../core/signer.ts'
import { environmentSigner, type LazySigner, lazySigner, openKeystore } from '../keys/index.ts'
import { exchangedKeyHint } from './known-keys.ts'
import { openConfiguredTokenKey } from './open-token-key.ts'
import type { ResolvedConfig } from './resolve-paths.ts'
import type { KeyConfig } from './schema.ts'
import { resolveSecret, type SecretContext } from './secrets.ts'

export interface ComposeSignerOptions extends SecretContext {
  /** What the key stands in. */
  readonly config: ResolvedConfig
  readonly name: string
  readonly key: KeyConfig
  readonly algorithm: SignatureAlgorithm
  readonly log: Logger
  /** Ends the attempts to open it. */
  readonly signal: AbortSignal
  /** Called when the key can sign and could not before. */
  readonly onReady?: () => void
  /** Looks at a key that was opened, and says what is to be told of it. @throws EnergywebError when it must not sign */
  readonly hold?: (signer: Signer) => Promise<string | undefined>
}

/** A token may be plugged in at any time; asking for it costs little, as no PIN is given while it is away. Milliseconds. */
const longestTokenDelay = 10_000

/** A signer of a configured key; it begins to open at once and nobody waits for it. */
export function composeSigner(options: ComposeSignerOptions): LazySigner {
  const { name, key, algorithm, log, signal, onReady } = options
  const context = { ...options, where: `key ${name}` }
  const look = async (signer: Signer) => {
    const exchanged = await options.hold?.(signer)
    if (exchanged !== undefined) log.warn({ key: name, hint: exchangedKeyHint }, exchanged)
    return signer
  }
  return lazySigner({
    name,
    algorithms: [algorithm],
    log,
    signal,
    ...(onReady && { onReady }),
    ...('pkcs11' in key && { longestDelay: longestTokenDelay }),
    open: async ({ signal: ending }) => {
      if ('env' in key) {
        const environment = options.environment ?? process.env
        // Registers the key as a secret, should it ever get near a line of the log.
        await resolveSecret({ env: key.env }, context)
        return look(await environmentSigner({ variable: key.env, algorithm, environment }))
      }
      if ('pkcs11' in key) {
        const opened = await openConfiguredTokenKey(key, {
          ...context,
          config: options.config,
          expect: algorithm,
          signal: ending,
        })
        try {
          await look(opened.signer)
        } catch (error) {
          opened.close()
          throw error
        }
        signal.addEventListener('abort', opened.close, { once: true })
        for (const warning of opened.warnings) log.warn({ key: name }, `key ${name}: ${warning}`)
        return { ...opened.signer, watch: opened.watch }
      }
      const password = await resolveSecret(key.password, context)
      const opened = await openKeystore({ path: key.keystore, password, expect: algorithm, signal: ending })
      for (const warning of opened.warnings) log.warn({ key: name }, `key ${name}: ${warning}`)
      return look(opened.signer)
    },
  })
}

const patience = 1_000

/**
 * Signers for a ledger that waits for those it asks for: one that isn't open within a second fails with
 * `key-unavailable` for now, so that the lines of other keys go on.
 */
export class PatientSigners extends Map<string, Signer | Promise<Signer>> {
  readonly #lazy: ReadonlyMap<string, LazySigner>
  readonly #clock: Clock

  constructor(lazy: ReadonlyMap<string, LazySigner>, clock: Clock = systemClock) {
    super(lazy)
    this.#lazy = lazy
    this.#clock = clock
  }

  override get(name: string): Promise<Signer> | undefined {
    const signer = this.#lazy.get(name)
    if (signer === undefined) return undefined
    const opened = this.#opened(name, signer)
    // It may be asked for only to see whether it is there.
    opened.catch(() => undefined)
    return opened
  }

  async #opened(name: string, signer: LazySigner): Promise<Signer> {
    const waiting = new AbortController()
    const late = async () => {
      await sleep(patience, { clock: this.#clock, signal: waiting.signal })
      const { trouble } = signer.health()
      throw new EnergywebError(
        'key-unavailable',
        trouble === undefined ? `the key ${name} is not open yet` : `the key ${name} is not open: ${trouble}`,
        { retryable: true },
      )
    }
    const tooLate = late()
    tooLate.catch(() => undefined)
    try {
      await Promise.race([signer.ready(), tooLate])
      return signer
    } finally {
      waiting.abort()
    }
  }
}
