import { isLoopbackHost } from '../connections/private-addresses.ts'
import type { Finding, PathStep } from './problem.ts'
import type { LedgerConfig, ReportConfig } from './schema.ts'
import { isRemote, type RemoteConfig } from './schema-ipfs.ts'

/** Plain HTTP needs a reason, except on this machine; a token never travels so. */
export function checkRemote(name: string, { url, tls, token }: RemoteConfig): Finding[] {
  if (url.startsWith('https:')) return []
  const path = ['ledgers', name, 'url']
  if (token !== undefined) return [{ path, message: 'must be https: the token would travel in plain text' }]
  const isAllowed = isLoopbackHost(new URL(url).hostname) || (typeof tls === 'object' && 'allow' in tls)
  return isAllowed
    ? []
    : [{ path, message: 'must be https, or on this machine, or have `tls: { allow: lan-http, reason }`' }]
}

/** A line to a remote of IPFS has no key and nothing of its own; every other has a key. */
export function checkRemoteLine(
  { key, own }: ReportConfig,
  ledger: LedgerConfig | undefined,
  path: readonly PathStep[],
): Finding[] {
  if (ledger === undefined) return []
  if (!isRemote(ledger)) return key === undefined ? [{ path, message: 'key is missing' }] : []
  return [...(key === undefined ? [] : ['key']), ...Object.keys(own)].map(word => ({
    path: [...path, word],
    message: 'has no meaning: a remote of IPFS has neither accounts nor assets',
    atKey: true,
  }))
}
