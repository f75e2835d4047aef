import type { SecretReference } from './fields.ts'
import type { PathStep } from './problem.ts'
import type { NetworkConfig } from './schema.ts'

/** A network with its references to secrets read in another way. */
export function resolveNetwork(
  network: NetworkConfig,
  resolve: (reference: SecretReference) => SecretReference,
): NetworkConfig {
  const { rpc } = network
  if (rpc === undefined) return network
  return {
    ...network,
    rpc: rpc.map(node => {
      if (typeof node === 'string') return node
      const { url, headers = {} } = node
      const resolved = Object.entries(headers).map(([name, secret]) => [name, resolve(secret)] as const)
      return {
        ...node,
        url: typeof url === 'string' ? url : resolve(url),
        headers: Object.fromEntries(resolved),
      }
    }),
  }
}

/** The references to secrets of a network, and where they stand. */
export function networkSecrets([name, { rpc = [] }]: [string, NetworkConfig]): {
  readonly path: readonly PathStep[]
  readonly reference: SecretReference
}[] {
  return rpc.flatMap((node, index) => {
    if (typeof node === 'string') return []
    const path = ['networks', name, 'rpc', index]
    const ofHeaders = Object.entries(node.headers ?? {}).map(([header, reference]) => ({
      path: [...path, 'headers', header],
      reference,
    }))
    const { url } = node
    return typeof url === 'string' ? ofHeaders : [{ path: [...path, 'url'], reference: url }, ...ofHeaders]
  })
}
