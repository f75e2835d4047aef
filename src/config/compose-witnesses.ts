import { join } from 'node:path'
import { openHttpClient } from '../connections/index.ts'
import { EnergywebError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import type { Signer } from '../core/signer.ts'
import type { CosignStore, GatewayOptions } from '../gateway/index.ts'
import type { VerifierKey } from '../proof/verifier-key.ts'
import type { ResolvedConfig } from './check-config.ts'
import { composeSigner } from './compose-signers.ts'
import type { ListenAddress } from './fields.ts'
import { openTls } from './schema-tls.ts'
import { environmentOf, type SecretContext } from './secrets.ts'

/** Those who cosign the checkpoints of a configured log; undefined where there are none. */
export async function composeWitnesses(
  config: ResolvedConfig,
  { store, ...secrets }: SecretContext & { readonly store: () => CosignStore },
): Promise<GatewayOptions['witnesses']> {
  const { witnesses = [], quorum } = config.log ?? {}
  if (witnesses.length === 0) return undefined
  const { parseVerifierKey } = await import('../proof/verifier-key.ts')
  const environment = environmentOf(config, secrets.environment)
  const each = witnesses.map(async ({ key, url, tls: settings }) => {
    const tls = await openTls(settings, { ...secrets, environment, where: `witness ${url}, tls.key` })
    // A checkpoint is public: nothing in the request is a credential.
    const http = () => openHttpClient({ tls, plaintextCredentials: true })
    return { key: parseVerifierKey(key), url, http }
  })
  return {
    each: await Promise.all(each),
    ...(quorum !== undefined && { quorum }),
    store,
  }
}

/** What the witness of a gateway needs, which serves the logs of others. */
export interface ServedWitness extends ListenAddress {
  readonly name: string
  readonly signer: (options: { signal: AbortSignal }) => Promise<Signer>
  readonly logs: readonly VerifierKey[]
  readonly folder: string
  readonly prefix?: string
}

/** Where a witness listens unless told otherwise: who is to be reached from outside stands behind a proxy. */
export const usualWitnessAddress: ListenAddress = { host: '127.0.0.1', port: 8080 }

/** The folder of the witness that a gateway is. */
export function witnessFolderOf({ data }: Pick<ResolvedConfig, 'data'>): string {
  return join(data, 'witness')
}

/** The witness that a configured gateway is; undefined when it is none. Its key begins to open at once. */
export async function composeServedWitness(
  config: ResolvedConfig,
  options: SecretContext & { readonly log: Logger; readonly signal: AbortSignal },
): Promise<ServedWitness | undefined> {
  const { witness, keys = {} } = config
  if (witness === undefined) return undefined
  const key = Object.hasOwn(keys, witness.key) ? keys[witness.key] : undefined
  if (key === undefined)
    throw new EnergywebError('config-invalid', `there is no key "${witness.key}" in the configuration`)
  const { parseVerifierKey } = await import('../proof/verifier-key.ts')
  const environment = environmentOf(config, options.environment)
  const signer = composeSigner({
    ...options,
    config,
    environment,
    name: witness.key,
    key,
    algorithm: 'ed25519',
  })
  const { name, prefix, listen = usualWitnessAddress } = witness
  return {
    ...listen,
    name,
    logs: witness.logs.map(text => parseVerifierKey(text)),
    folder: witnessFolderOf(config),
    signer: async waiting => {
      await signer.ready(waiting)
      return signer
    },
    ...(prefix !== undefined && { prefix }),
  }
}
