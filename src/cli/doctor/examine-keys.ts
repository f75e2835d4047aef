import { stat } from 'node:fs/promises'
import type { ResolvedConfig } from '../../config/check-config.ts'
import { openConfiguredTokenKey } from '../../config/open-token-key.ts'
import { environmentOf, resolveSecret } from '../../config/secrets.ts'
import type { SignatureAlgorithm } from '../../core/signer.ts'
import { environmentSigner, openKeystore } from '../../keys/index.ts'
import type { CommandIo } from '../io.ts'
import { doubtful, type Finding, failed, good } from './finding.ts'

/** Opens every key once, as the gateway does. */
export async function examineKeys(config: ResolvedConfig, io: CommandIo): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  const environment = environmentOf(config, io.env)
  for (const [name, key] of Object.entries(config.keys ?? {})) {
    const expect = algorithmOf(config, name)
    try {
      findings.push(...(await examineKey(name, key, { config, expect, io, environment })))
    } catch (error) {
      findings.push(failed(`key ${name} can't be used`, error))
    }
  }
  return findings
}

/** What a key is for says what it must be. */
function algorithmOf({ log }: ResolvedConfig, name: string): SignatureAlgorithm {
  if (log?.key === name) return 'ed25519'
  return log?.evidence?.key === name ? 'p256' : 'secp256k1'
}

type Key = NonNullable<ResolvedConfig['keys']>[string]

interface ExamineKeyOptions {
  readonly config: ResolvedConfig
  readonly expect: SignatureAlgorithm
  readonly io: CommandIo
  readonly environment: CommandIo['env']
}

async function examineKey(
  name: string,
  key: Key,
  { config, expect, io, environment }: ExamineKeyOptions,
): Promise<readonly Finding[]> {
  const context = { environment, addSecret: io.hide, where: `key ${name}` }
  if ('env' in key) {
    await resolveSecret({ env: key.env }, context)
    await environmentSigner({ variable: key.env, algorithm: expect, environment })
    return [good(`key ${name} opens`)]
  }
  if ('pkcs11' in key) {
    const { token, warnings, close } = await openConfiguredTokenKey(key, { ...context, config, expect })
    close()
    const where = `token ${token.label} (${token.manufacturer} ${token.model}, serial ${token.serial})`
    return [
      good(`key ${name} opens in the ${where}`),
      ...warnings.map(warning => doubtful(`key ${name}: ${warning}`)),
    ]
  }
  const password = await resolveSecret(key.password, context)
  const { warnings } = await openKeystore({ path: key.keystore, password, expect })
  const { mode } = await stat(key.keystore)
  return [
    good(`key ${name} opens`),
    ...warnings.map(warning => doubtful(`key ${name}: ${warning}`)),
    ...((mode & 0o077) === 0 || process.platform === 'win32'
      ? []
      : [doubtful(`others may read the keystore of key ${name}`, `chmod 600 ${key.keystore}`)]),
  ]
}
