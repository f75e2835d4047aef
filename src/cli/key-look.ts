import { stat } from 'node:fs/promises'
import type { ResolvedConfig } from '../config/check-config.ts'
import { openConfiguredTokenKey } from '../config/open-token-key.ts'
import type { KeyConfig } from '../config/schema.ts'
import { environmentOf, resolveSecret } from '../config/secrets.ts'
import type { SignatureAlgorithm } from '../core/signer.ts'
import { environmentSigner, openKeystore } from '../keys/index.ts'
import type { CommandIo } from './io.ts'
import { tokenWords } from './token-options.ts'

/** What was seen of a key when it was opened. */
export interface KeyLook {
  /** The token that it lives in, like `ew (…)`; undefined for one that lives in none. */
  readonly token: string | undefined
  readonly publicKey: Uint8Array
  readonly remarks: readonly { readonly text: string; readonly hint?: string }[]
}

/**
 * Opens a configured key once, as the gateway does, and lets it go again.
 * @throws EnergywebError `secret-unavailable`, `key-password`, `key-invalid`, `key-unavailable`, `dependency-missing`
 */
export async function lookAtKey(
  name: string,
  key: KeyConfig,
  { config, expect, io }: { config: ResolvedConfig; expect: SignatureAlgorithm; io: CommandIo },
): Promise<KeyLook> {
  const environment = environmentOf(config, io.env)
  const context = { environment, addSecret: io.hide, where: `key ${name}` }
  if ('env' in key) {
    await resolveSecret({ env: key.env }, context)
    const signer = await environmentSigner({ variable: key.env, algorithm: expect, environment })
    return { token: undefined, publicKey: signer.publicKey(expect), remarks: [] }
  }
  if ('pkcs11' in key) {
    const { token, publicKey, warnings, close } = await openConfiguredTokenKey(key, {
      ...context,
      config,
      expect,
    })
    close()
    const remarks = warnings.map(text => ({ text: `key ${name}: ${text}` }))
    return { token: tokenWords(token), publicKey, remarks }
  }
  const password = await resolveSecret(key.password, context)
  const { publicKey, warnings } = await openKeystore({ path: key.keystore, password, expect })
  const { mode } = await stat(key.keystore)
  const isOpenToOthers = process.platform !== 'win32' && (mode & 0o077) !== 0
  return {
    token: undefined,
    publicKey,
    remarks: [
      ...warnings.map(text => ({ text: `key ${name}: ${text}` })),
      ...(isOpenToOthers
        ? [{ text: `others may read the keystore of key ${name}`, hint: `chmod 600 ${key.keystore}` }]
        : []),
    ],
  }
}
