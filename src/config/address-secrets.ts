import { secretsInAddress } from '../core/printable-url.ts'
import type { ResolvedConfig } from './resolve-paths.ts'

/**
 * What could be a secret in the addresses of a configuration, wherever they stand: of nodes, meters, services, witnesses,
 * collectors, and of what modules of one's own are told. An address that is a secret as a whole is told when it is opened.
 */
export function addressSecrets({ extensions: _code, ...config }: ResolvedConfig): readonly string[] {
  return textsIn(config).flatMap(secretsInAddress)
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null || value instanceof Map) return []
  return Object.values(value).flatMap(textsIn)
}
