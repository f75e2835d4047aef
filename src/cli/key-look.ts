import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ResolvedConfig } from '../config/check-config.ts'
import { exchangedKey, exchangedKeyHint } from '../config/known-keys.ts'
import { openConfiguredTokenKey } from '../config/open-token-key.ts'
import type { KeyConfig } from '../config/schema.ts'
import { environmentOf, resolveSecret } from '../config/secrets.ts'
import { EnergywebError } from '../core/errors.ts'
import type { SignatureAlgorithm } from '../core/signer.ts'
import { environmentSigner, openKeystore } from '../keys/index.ts'
import { databaseName } from '../storage/index.ts'
import { withLog } from './data-folder.ts'
import type { CommandIo } from './io.ts'
import { tokenWords } from './token-options.ts'

/** What was seen of a key when it was opened. */
export interface KeyLook {
  /** The token that it lives in, like `ew (…)`; undefined for one that lives in none. */
  readonly token: string | undefined
  readonly publicKey: Uint8Array
  readonly remarks: readonly { readonly text: string; readonly hint?: string }[]
}

interface KeyLookOptions {
  readonly config: ResolvedConfig
  readonly expect: SignatureAlgorithm
  readonly io: CommandIo
}

/**
 * Opens a configured key once, as the gateway does, lets it go again, and looks whether it is the one that the log knows.
 * @throws EnergywebError `secret-unavailable`, `key-password`, `key-invalid`, also for an evidence key that was exchanged;
 * `key-unavailable`, `dependency-missing`
 */
export async function lookAtKey(name: string, key: KeyConfig, options: KeyLookOptions): Promise<KeyLook> {
  const look = await openOnce(name, key, options)
  const { config, expect: algorithm } = options
  const { publicKey, remarks } = look
  const known = (await keysOfLog(config)).get(name)
  const text = await exchangedKey({ name, algorithm, publicKey }, known)
  if (text === undefined) return look
  const hint = exchangedKeyHint
  // No other evidence key signs in its place.
  if (config.log?.evidence?.key === name) throw new EnergywebError('key-invalid', text, { hint })
  return { ...look, remarks: [...remarks, { text, hint }] }
}

/** The first public key of each name, as the configuration's log knows them; none where there is no log yet. */
export async function keysOfLog({ data }: ResolvedConfig): Promise<ReadonlyMap<string, Uint8Array>> {
  if (!existsSync(join(data, databaseName))) return new Map()
  return withLog(data, async log => log.knownKeys())
}

async function openOnce(
  name: string,
  key: KeyConfig,
  { config, expect, io }: KeyLookOptions,
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
