import { EnergywebError, messageOf } from '../../core/errors.ts'
import { ListAnswer, type ListReader } from './list-answer.ts'
import type { NodeAddress } from './node-address.ts'
import { parseAnswer } from './parse-answer.ts'
import { waitAskedFor } from './rate-limit.ts'
import type { Fetch } from './rpc-calls.ts'

export interface TransportOptions {
  /** How messages call the network. */
  readonly network: string
  readonly address: NodeAddress
  readonly fetch: Fetch
  /** Milliseconds for one request. */
  readonly timeout: number
}

/** What came back: JSON, or "not now". */
export type Posted =
  | { readonly json: unknown }
  | { readonly limited: true; readonly wait: number | undefined }

export interface PostOptions {
  readonly options: TransportOptions
  readonly now: number
  readonly signal?: AbortSignal | undefined
  /** Reads the lists that are results. */
  readonly newList?: (() => ListReader) | undefined
}

const longestAnswer = 32 * 1024 * 1024
const openBracket = 0x5b
const openBrace = 0x7b

/**
 * One request to one node.
 * @throws EnergywebError `network-unreachable`, `tls-refused`, both retryable
 */
export async function post(body: unknown, { options, now, signal, newList }: PostOptions): Promise<Posted> {
  const { address, fetch, timeout } = options
  const limit = AbortSignal.timeout(timeout)
  try {
    const response = await fetch(address.url, {
      method: 'POST',
      headers: address.headers,
      body: JSON.stringify(body),
      // A redirect would carry the headers' secrets to somebody else.
      redirect: 'error',
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
    })
    if (response.ok && newList !== undefined) {
      return { json: await readLists(response, options, newList) }
    }
    const bytes = await bytesOf(response, options)
    const wait = waitAskedFor(response.headers.get('retry-after'), now)
    if (response.status === 429 || (response.status === 503 && wait !== undefined)) {
      return { limited: true, wait }
    }
    // Some nodes give a JSON-RPC error with status 400 or 500: its text tells more than the status.
    if (!response.ok && bytes[0] !== openBrace && bytes[0] !== openBracket) {
      throw unreachable(options, `answered with status ${response.status}`)
    }
    return { json: parseAnswer(bytes) }
  } catch (cause) {
    signal?.throwIfAborted()
    if (cause instanceof EnergywebError) throw refusedBy(options, cause)
    throw unreachable(options, limit.aborted ? `gave no answer within ${timeout} ms` : reasonOf(cause))
  }
}

async function bytesOf(response: Response, options: TransportOptions): Promise<Uint8Array> {
  if (response.body === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body) {
    chunks.push(chunk)
    length += chunk.length
    if (length > longestAnswer) throw unreachable(options, 'gave an answer of more than 32 MB')
  }
  const [first] = chunks
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, length)
}

/** Here what is kept of an answer counts, not how long it is. */
async function readLists(
  response: Response,
  options: TransportOptions,
  newList: () => ListReader,
): Promise<unknown> {
  const answer = new ListAnswer(newList)
  for await (const chunk of response.body ?? []) {
    answer.write(chunk)
    if (answer.bytes > longestAnswer) throw unreachable(options, 'gave an answer of more than 32 MB')
  }
  return answer.end()
}

// The cause itself may name the URL with its key: only its code goes on.
function reasonOf(cause: unknown): string {
  if (cause instanceof SyntaxError) return 'answered with something that is not JSON'
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : undefined
  const code = inner !== undefined && 'code' in inner ? String(inner.code) : messageOf(cause)
  return `can't be reached (${code.slice(0, 80)})`
}

/** A node that proves itself badly may do so better after its operator was there. */
function refusedBy({ network }: TransportOptions, cause: EnergywebError): EnergywebError {
  const { code, message, hint, reason } = cause
  if (code !== 'tls-refused') return cause
  return new EnergywebError(code, `network ${network}: ${message}`, {
    retryable: true,
    cause,
    ...(hint !== undefined && { hint }),
    ...(reason !== undefined && { reason }),
  })
}

/** A node gave no usable answer. */
export function unreachable({ network, address }: TransportOptions, why: string): EnergywebError {
  return new EnergywebError('network-unreachable', `network ${network}: ${address.shown} ${why}`, {
    retryable: true,
    hint: 'Nothing is lost: what waits is sent once a node answers. Is `rpc` right and the node running?',
  })
}
