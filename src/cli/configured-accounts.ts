import type { ResolvedConfig } from '../config/check-config.ts'
import { openConfiguredTokenKey } from '../config/open-token-key.ts'
import { environmentOf } from '../config/secrets.ts'
import { isEnergywebError } from '../core/errors.ts'
import { requireAddress } from './address-argument.ts'
import { openAccount } from './configured-key.ts'
import type { CommandIo } from './io.ts'
import type { Printer } from './printer.ts'

/** A key of the configuration as the account that it signs for. */
export interface ConfiguredAccount {
  /** Its name under `keys`. */
  readonly key: string
  /** Lower case. */
  readonly address: string
}

/**
 * The accounts of all keys in a configuration that sign for a chain, as far as that can be told without a password: keystores say
 * their address, keys in the environment count where they are set, those in tokens where the token and its PIN are there.
 */
export async function configuredAccounts(
  config: ResolvedConfig,
  io: CommandIo,
): Promise<readonly ConfiguredAccount[]> {
  const { describeKeystore, environmentSigner, ethereumAddress } = await import('../keys/index.ts')
  const environment = environmentOf(config, io.env)
  const addressOf = async (key: NonNullable<ResolvedConfig['keys']>[string]) => {
    if ('pkcs11' in key) {
      const opened = await openConfiguredTokenKey(key, {
        config,
        expect: 'secp256k1',
        environment,
        addSecret: io.hide,
      })
      opened.close()
      return opened.address
    }
    if (!('env' in key)) return (await describeKeystore(key.keystore)).address
    if (environment[key.env] === undefined) return undefined
    const signer = await environmentSigner({ variable: key.env, algorithm: 'secp256k1', environment })
    return ethereumAddress(signer.publicKey('secp256k1'))
  }
  const found: ConfiguredAccount[] = []
  for (const [key, value] of Object.entries(config.keys ?? {})) {
    if (key === config.log?.key) continue
    const address = await addressOf(value).catch((error: unknown) => {
      // A key that is not there yet, or not a chain's, is nobody's account: to open it is the business of whoever signs with it.
      if (isEnergywebError(error)) return undefined
      throw error
    })
    if (address !== undefined) found.push({ key, address: address.toLowerCase() })
  }
  return found
}

/**
 * An account as it is given on a command line: an address, or the name of a key in the configuration.
 * @throws EnergywebError `argument-invalid`, and as `openAccount`
 */
export async function accountGiven(
  config: ResolvedConfig,
  given: string,
  context: { io: CommandIo; printer: Printer },
): Promise<string> {
  if (given.startsWith('0x')) return requireAddress(given)
  return (await openAccount(config, given, context)).address
}
