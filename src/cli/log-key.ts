import type { ResolvedConfig } from '../config/check-config.ts'
import { openConfiguredTokenKey } from '../config/open-token-key.ts'
import type { KeyConfig } from '../config/schema.ts'
import { environmentOf } from '../config/secrets.ts'
import { EnergywebError } from '../core/errors.ts'
import type { CommandIo } from './io.ts'

/**
 * The verifier key under which the configured gateway signs its log. A keystore tells it without its password, a token only with its PIN.
 * @throws EnergywebError `evidence-unavailable` where the configuration has no key of the log; `key-unavailable`, `key-invalid`
 */
export async function logKeyOf(config: ResolvedConfig, io: CommandIo): Promise<string> {
  const { key: name, origin } = config.log ?? {}
  const key = name === undefined || !Object.hasOwn(config.keys ?? {}, name) ? undefined : config.keys?.[name]
  if (name === undefined || key === undefined || origin === undefined) {
    throw new EnergywebError('evidence-unavailable', 'the configuration has no key that signs the log', {
      hint: 'Make one with `energyweb keys new --log`, and name it under `log.key` together with `log.origin`.',
    })
  }
  return verifierKeyOf({ name: name, key, origin, whose: 'log' }, config, io)
}

/**
 * The verifier key of the evidence key beside it; undefined where the configuration has none.
 * @throws EnergywebError `key-unavailable`, `key-invalid`
 */
export async function evidenceKeyOf(config: ResolvedConfig, io: CommandIo): Promise<string | undefined> {
  const { evidence, origin } = config.log ?? {}
  const name = evidence?.key
  const key = name === undefined || !Object.hasOwn(config.keys ?? {}, name) ? undefined : config.keys?.[name]
  if (name === undefined || key === undefined || origin === undefined) return undefined
  return verifierKeyOf({ name, key, origin, whose: 'evidence' }, config, io)
}

interface NamedKey {
  readonly name: string
  readonly key: KeyConfig
  readonly origin: string
  readonly whose: 'log' | 'evidence'
}

async function verifierKeyOf(
  { name, key, origin, whose }: NamedKey,
  config: ResolvedConfig,
  io: CommandIo,
): Promise<string> {
  const { describeKeystore, environmentSigner, verifierKey } = await import('../keys/index.ts')
  const algorithm = whose === 'log' ? 'ed25519' : 'p256'
  const environment = environmentOf(config, io.env)
  if ('env' in key) {
    const signer = await environmentSigner({ variable: key.env, algorithm, environment })
    return verifierKey(origin, signer.publicKey(algorithm), whose)
  }
  if ('pkcs11' in key) {
    const opened = await openConfiguredTokenKey(key, {
      config,
      expect: algorithm,
      environment,
      addSecret: io.hide,
      where: `keys.${name}.pin`,
    })
    opened.close()
    return verifierKey(origin, opened.publicKey, whose)
  }
  const { verifierKey: found, algorithm: kind } = await describeKeystore(key.keystore, { origin })
  if (found !== undefined && kind === algorithm) return found
  throw new EnergywebError('key-invalid', `${key.keystore} does not tell its public key`, {
    hint: whose === 'log' ? 'Give the verifier key with --key.' : 'It must be one of P-256.',
  })
}
