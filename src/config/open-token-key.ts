import type { SignatureAlgorithm } from '../core/signer.ts'
import type { OpenedTokenKey } from '../keys/index.ts'
import { withoutSecrets } from './configured-secrets.ts'
import type { ResolvedConfig } from './resolve-paths.ts'
import type { TokenKeyConfig } from './schema-key.ts'
import { resolveSecret, type SecretContext } from './secrets.ts'

export interface OpenConfiguredTokenKeyOptions extends SecretContext {
  readonly config: ResolvedConfig
  readonly expect: SignatureAlgorithm
  readonly signal?: AbortSignal
}

/**
 * Opens a configured key that lives in a token. The library of its maker sees no secret of the configuration in its environment.
 * @throws EnergywebError `secret-unavailable`, and as `openTokenKey`
 */
export async function openConfiguredTokenKey(
  key: TokenKeyConfig,
  { config, expect, signal, ...context }: OpenConfiguredTokenKeyOptions,
): Promise<OpenedTokenKey> {
  const { pkcs11: library, token, serial, label, id } = key
  const [pin, { openTokenKey }] = await Promise.all([
    resolveSecret(key.pin, context),
    import('../keys/index.ts'),
  ])
  return openTokenKey({
    library,
    pin,
    expect,
    key: { ...(label !== undefined && { label }), ...(id !== undefined && { id }) },
    ...(token !== undefined && { token }),
    ...(serial !== undefined && { serial }),
    ...(signal && { signal }),
    environment: withoutSecrets(config, context.environment),
  })
}
