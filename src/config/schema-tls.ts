import { resolve } from 'node:path'
import { tlsPolicyWith } from '../connections/connection-fields.ts'
import type { TlsPolicy } from '../core/tls-policy.ts'
import { type SecretReference, secret } from './fields.ts'
import type { PathStep } from './problem.ts'
import { resolveSecret, type SecretContext } from './secrets.ts'

/** What a connection must prove, where a private key is a reference: of networks, witnesses, and whatever else is no driver's. */
export const tlsSettings = () => tlsPolicyWith(secret('its private key, PEM'))

/** A policy as it stands in a configuration. */
export type TlsConfig =
  | 'required'
  | (Omit<Exclude<TlsPolicy, string | { readonly allow: string }>, 'key'> & {
      readonly key?: SecretReference | undefined
    })
  | Extract<TlsPolicy, { readonly allow: string }>

/** The policy with its files counted from a folder. */
export function resolveTls(tls: TlsConfig, folder: string): TlsConfig {
  if (typeof tls === 'string' || 'allow' in tls) return tls
  const { ca, crl, certificate, key } = tls
  return {
    ...tls,
    ...(ca !== undefined && { ca: resolve(folder, ca) }),
    ...(crl !== undefined && { crl: resolve(folder, crl) }),
    ...(certificate !== undefined && { certificate: resolve(folder, certificate) }),
    ...(key !== undefined && 'file' in key && { key: { file: resolve(folder, key.file) } }),
  }
}

/**
 * The policy with its private key in place.
 * @throws EnergywebError `secret-unavailable`
 */
export async function openTls(tls: TlsConfig, context: SecretContext): Promise<TlsPolicy> {
  if (typeof tls === 'string' || 'allow' in tls) return tls
  const { key, ...rest } = tls
  return key === undefined ? rest : { ...rest, key: await resolveSecret(key, context) }
}

/** The reference to a private key, with its place. */
export function tlsSecrets(
  tls: TlsConfig | undefined,
  at: readonly PathStep[],
): { readonly path: readonly PathStep[]; readonly reference: SecretReference }[] {
  if (tls === undefined || typeof tls === 'string' || 'allow' in tls || tls.key === undefined) return []
  return [{ path: [...at, 'key'], reference: tls.key }]
}
