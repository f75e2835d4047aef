import type { ResolvedConfig } from '../config/check-config.ts'
import { didYouMean } from '../config/nearest.ts'
import { openConfiguredTokenKey } from '../config/open-token-key.ts'
import { environmentOf, resolveSecret } from '../config/secrets.ts'
import { EnergywebError } from '../core/errors.ts'
import type { Signer } from '../core/signer.ts'
import { environmentSigner, ethereumAddress, openKeystore } from '../keys/index.ts'
import type { CommandIo } from './io.ts'
import type { Printer } from './printer.ts'

/** An account of a chain, open. */
export interface OpenedAccount {
  readonly signer: Signer
  /** 0x and 40 hex digits, with the checksum of EIP-55. */
  readonly address: string
}

/**
 * Opens a configured account, once: a command fails where a gateway would try again.
 * @throws EnergywebError `argument-invalid` for an unknown name; `secret-unavailable`; `key-password`; `key-invalid`;
 * `key-unavailable`
 */
export async function openAccount(
  config: ResolvedConfig,
  name: string,
  { io, printer }: { io: CommandIo; printer: Printer },
): Promise<OpenedAccount> {
  const key = Object.hasOwn(config.keys ?? {}, name) ? config.keys?.[name] : undefined
  if (key === undefined) {
    const known = Object.keys(config.keys ?? {})
    throw new EnergywebError(
      'argument-invalid',
      `the configuration has no key "${name}"${didYouMean(name, known)}`,
      {
        hint: `It has ${known.join(', ') || 'none: add one under `keys`'}.`,
      },
    )
  }
  const environment = environmentOf(config, io.env)
  if ('env' in key) {
    const signer = await environmentSigner({ variable: key.env, algorithm: 'secp256k1', environment })
    return { signer, address: await ethereumAddress(signer.publicKey('secp256k1')) }
  }
  if ('pkcs11' in key) {
    const opened = await openConfiguredTokenKey(key, {
      config,
      expect: 'secp256k1',
      environment,
      addSecret: io.hide,
      where: `keys.${name}.pin`,
    })
    for (const warning of opened.warnings) await printer.warning(`key ${name}: ${warning}`)
    return { signer: opened.signer, address: await ethereumAddress(opened.publicKey) }
  }
  const password = await resolveSecret(key.password, {
    environment,
    addSecret: io.hide,
    where: `keys.${name}.password`,
  })
  const { signer, publicKey, warnings } = await openKeystore({
    path: key.keystore,
    password,
    expect: 'secp256k1',
  })
  for (const warning of warnings) await printer.warning(warning)
  return { signer, address: await ethereumAddress(publicKey) }
}
