import type { SecretReference } from './fields.ts'
import type { PathStep } from './problem.ts'
import type { NetworkConfig } from './schema.ts'

/** A network with its references to secrets read in another way. */
export function resolveNetwork(
  network: NetworkConfig,
  resolve: (reference: SecretReference) => SecretReference,
): NetworkConfig {
  const { rpc, ws } = network
  return {
    ...network,
    ...(ws !== undefined && { ws: typeof ws === 'string' ? ws : resolve(ws) }),
    ...(rpc !== undefined && { rpc: rpc.map(node => resolveNode(node, resolve)) }),
  }
}

type NodeConfig = NonNullable<NetworkConfig['rpc']>[number]

function resolveNode(node: NodeConfig, resolve: (reference: SecretReference) => SecretReference): NodeConfig {
  if (typeof node === 'string') return node
  const { url, headers = {} } = node
  const resolved = Object.entries(headers).map(([name, secret]) => [name, resolve(secret)] as const)
  return {
    ...node,
    url: typeof url === 'string' ? url : resolve(url),
    headers: Object.fromEntries(resolved),
  }
}

/** The references to secrets of a network, and where they stand. */
export function networkSecrets([name, { rpc = [], ws }]: [string, NetworkConfig]): {
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
    return typeof url === 'string' ? ofHeaders : [{ path: [...path, 'url'], reference: url }, ...ofHeaders]
  })
  return [...ofNodes, ...ofSocket]
}
