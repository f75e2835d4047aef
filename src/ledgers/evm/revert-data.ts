import type { RpcError } from './rpc-calls.ts'

/**
 * What a node's error holds of the contract's own words, hex with 0x; undefined when it holds none. geth, Erigon, Besu,
 * Nethermind, anvil and ganache put them into `data`; Hardhat one level deeper; OpenEthereum, and Nethermind before 2026, behind
 * the word "Reverted"; ganache, of transactions, into `result`.
 */
export function revertDataOf(error: RpcError): `0x${string}` | undefined {
  return hexIn(error.data) ?? hexIn(error.message)
}

function hexIn(value: unknown, depth = 0): `0x${string}` | undefined {
  if (typeof value === 'string') {
    const found = /^(?:reverted )?0x((?:[0-9a-f]{2})*)$/i.exec(value.trim())?.[1]
    return found === undefined ? undefined : `0x${found}`
  }
  if (typeof value !== 'object' || value === null || depth > 2) return undefined
  const { data, result, originalError } = value as {
    data?: unknown
    result?: unknown
    originalError?: unknown
  }
  return hexIn(data, depth + 1) ?? hexIn(result, depth + 1) ?? hexIn(originalError, depth + 1)
}

/** Keeps the contract's own words at the end of a reason that is kept as text. */
export function withRevertData(message: string, cause: unknown): string {
  const data = hexIn(cause)
  return data === undefined || data === '0x' ? message : `${message} (${data})`
}

/** What {@link withRevertData} kept; undefined for a reason without. */
export function revertDataIn(reason: string): `0x${string}` | undefined {
  const found = /\(0x((?:[0-9a-f]{2})+)\)$/i.exec(reason)?.[1]
  return found === undefined ? undefined : `0x${found}`
}
