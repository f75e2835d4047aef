import type { ResolvedConfig } from '../config/check-config.ts'
import { openConfiguredTokenKey } from '../config/open-token-key.ts'
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
  if (key === undefined || origin === undefined) {
    throw new EnergywebError('evidence-unavailable', 'the configuration has no key that signs the log', {
      hint: 'Make one with `energyweb keys new --log`, and name it under `log.key` together with `log.origin`.',
    })
  }
  const { describeKeystore, environmentSigner, verifierKey } = await import('../keys/index.ts')
  if ('env' in key) {
    const environment = environmentOf(config, io.env)
    const signer = await environmentSigner({ variable: key.env, algorithm: 'ed25519', environment })
    return verifierKey(origin, signer.publicKey('ed25519'))
  }
  if ('pkcs11' in key) {
    const opened = await openConfiguredTokenKey(key, {
      config,
      expect: 'ed25519',
      environment: environmentOf(config, io.env),
      addSecret: io.hide,
      where: `keys.${name}.pin`,
    })
    opened.close()
    return verifierKey(origin, opened.publicKey)
  }
  const { verifierKey: found } = await describeKeystore(key.keystore, { origin })
  if (found !== undefined) return found
  throw new EnergywebError('key-invalid', `${key.keystore} does not tell its public key`, {
    hint: 'Give the verifier key with --key.',
  })
}
