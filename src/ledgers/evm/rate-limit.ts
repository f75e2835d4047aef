import { retryAfter } from '../../core/retry-after.ts'
import type { RpcError } from './rpc-calls.ts'

/** Nobody makes us wait longer than this by a header. */
const longestWait = 600_000

/** HTTP's number, which some put into the JSON. */
const tooManyRequests = 429
/** EIP-1474's "Limit exceeded". Besu says by the same code that a gas limit, a range or a batch is too large. */
const limitExceeded = -32005
const texts =
  /rate.?limit|too many requests|request limit|(requests?|units) per (second|minute|day)|throttl|capacity exceeded|quota/i

/**
 * True when a node's error says that we ask too often. "Limit exceeded" alone is none of a search for logs that is too
 * wide: that one gets narrower.
 */
export function isRateLimit({ code, message }: RpcError, method: string): boolean {
  if (code === tooManyRequests || texts.test(message)) return true
  return code === limitExceeded && method !== 'eth_getLogs' && /^(request )?limit exceeded/i.test(message)
}

/** True when it says that one request holds too many calls. */
export function isBatchLimit({ message }: RpcError): boolean {
  // geth: "batch too large"; Besu: "Number of requests in batch exceeds max batch size"; Nethermind: "Batch size limit exceeded".
  return /batch/i.test(message) && /too large|exceed|limit|max/i.test(message)
}

/** Milliseconds that a node wants to be left alone by its `Retry-After`. */
export function waitAskedFor(header: string | null, now: number): number | undefined {
  const asked = retryAfter(header, now)
  return asked === undefined ? undefined : Math.min(longestWait, asked)
}
