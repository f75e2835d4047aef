import type { SecretReference } from './fields.ts'
import type { PathStep } from './problem.ts'
import type { NetworkConfig } from './schema.ts'
import { type TlsConfig, tlsSecrets } from './schema-tls.ts'

/** How what leads out of the configuration is read. */
export interface NetworkReading {
  readonly reference: (reference: SecretReference) => SecretReference
  readonly tls: (tls: TlsConfig) => TlsConfig
}

/** A network with its references to secrets and files read in another way. */
export function resolveNetwork(
  network: NetworkConfig,
  { reference: resolve, tls: resolveTls }: NetworkReading,
): NetworkConfig {
  const { rpc, ws, tls } = network
  return {
    ...network,
    ...(ws !== undefined && { ws: typeof ws === 'string' ? ws : resolve(ws) }),
    ...(tls !== undefined && { tls: resolveTls(tls) }),
    ...(rpc !== undefined && {
      rpc: rpc.map(node => resolveNode(node, { reference: resolve, tls: resolveTls })),
    }),
  }
}

type NodeConfig = NonNullable<NetworkConfig['rpc']>[number]

function resolveNode(node: NodeConfig, { reference: resolve, tls: resolveTls }: NetworkReading): NodeConfig {
  if (typeof node === 'string') return node
  const { url, headers = {}, tls } = node
  const resolved = Object.entries(headers).map(([name, secret]) => [name, resolve(secret)] as const)
  return {
    ...node,
    url: typeof url === 'string' ? url : resolve(url),
    headers: Object.fromEntries(resolved),
    ...(tls !== undefined && { tls: resolveTls(tls) }),
  }
}

/** The references to secrets of a network, and where they stand. */
export function networkSecrets([name, { rpc = [], ws, tls }]: [string, NetworkConfig]): {
  readonly path: readonly PathStep[]
  readonly reference: SecretReference
}[] {
  const ofSocket =
    ws === undefined || typeof ws === 'string' ? [] : [{ path: ['networks', name, 'ws'], reference: ws }]
  const ofNodes = rpc.flatMap((node, index) => {
    if (typeof node === 'string') return []
    const path = ['networks', name, 'rpc', index]
    const ofHeaders = Object.entries(node.headers ?? {}).map(([header, reference]) => ({
      path: [...path, 'headers', header],
      reference,
    }))
    const { url } = node
    const ofUrl = typeof url === 'string' ? [] : [{ path: [...path, 'url'], reference: url }]
    return [...ofUrl, ...ofHeaders, ...tlsSecrets(node.tls, [...path, 'tls'])]
  })
  return [...ofNodes, ...ofSocket, ...tlsSecrets(tls, ['networks', name, 'tls'])]
}
