import type { RpcError } from './rpc-calls.ts'

/** Nobody makes us wait longer than this by a header. */
const longestWait = 600_000

/** 429: HTTP's number, which some put into the JSON. -32005: EIP-1474 "limit exceeded"; -32029: its cousin at gateways. */
const codes: readonly number[] = [429, -32005, -32029]
const texts =
  /rate.?limit|too many requests|request limit|requests? per (second|minute|day)|throttl|capacity exceeded|quota/i

/**
 * True when a node's error says that we ask too often. The codes alone don't say so of a batch that is too large, or of a
 * search for logs that is too wide: those get smaller.
 */
export function isRateLimit(error: RpcError, method: string): boolean {
  if (texts.test(error.message)) return true
  return codes.includes(error.code) && method !== 'eth_getLogs' && !isBatchLimit(error)
}

/** True when it says that one request holds too many calls. */
export function isBatchLimit({ message }: RpcError): boolean {
  // geth: "batch too large"; Besu: "Number of requests in batch exceeds max batch size"; Nethermind: "Batch size limit exceeded".
  return /batch/i.test(message) && /too large|exceed|limit|max/i.test(message)
}

/** Milliseconds that a `Retry-After` header asks for (RFC 9110, 10.2.3): seconds, or a date. */
export function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined
  const text = header.trim()
  const wait = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now
  return Number.isFinite(wait) ? Math.min(longestWait, Math.max(0, wait)) : undefined
}
