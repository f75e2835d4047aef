import { addressLiteral, isLoopbackHost, isPrivateAddress } from '../connections/private-addresses.ts'
import type { Finding, PathStep } from './problem.ts'
import type { Config } from './schema.ts'
import type { TlsConfig } from './schema-tls.ts'

/** Checks that nodes are reached by TLS: plain HTTP only on this very machine, or where it is said why. */
export function checkNodeAddresses({ networks = {} }: Config): Finding[] {
  return Object.entries(networks).flatMap(([name, { rpc = [], ws, tls = 'required' }]) => {
    const at = ['networks', name]
    const ofNodes = rpc.flatMap((node, index) =>
      typeof node === 'string'
        ? plainFinding(node, tls, [...at, 'rpc', index])
        : plainFinding(node.url, node.tls ?? tls, [...at, 'rpc', index, 'url']),
    )
    return [...ofNodes, ...plainFinding(ws, tls, [...at, 'ws'])]
  })
}

/** An address that is a secret is judged when it is opened. */
function plainFinding(address: unknown, tls: TlsConfig, path: readonly PathStep[]): Finding[] {
  if (typeof address !== 'string' || !/^(http|ws):/i.test(address)) return []
  const { hostname } = new URL(address)
  const literal = addressLiteral(hostname)
  if (typeof tls === 'object' && 'allow' in tls) {
    if (literal === undefined || isPrivateAddress(literal)) return []
    return [{ path, message: 'lan-http is for private addresses only: use https' }]
  }
  if (isLoopbackHost(hostname)) return []
  const message =
    'plain HTTP to another machine: use https (wss), or say why not with tls: { allow: lan-http, reason: … }'
  return [{ path, message }]
}
