import { EnergywebError, messageOf } from '../core/errors.ts'

/** One JSON-RPC call as a node sees it. */
export interface RpcFaultCall {
  readonly method: string
  readonly params: readonly unknown[]
}

/** What a node answers: a result, or an error object. */
export type RpcFaultAnswer =
  | { readonly result: unknown }
  | { readonly error: { readonly code: number; readonly message: string; readonly data?: unknown } }

/**
 * What happens to a call: an answer of the test's own, `pass` to the real node, or `drop`: the node takes the call and
 * its answer is lost on the way back.
 */
export type RpcFault = (call: RpcFaultCall) => RpcFaultAnswer | 'pass' | 'drop'

export interface FaultyFetch {
  readonly fetch: typeof globalThis.fetch
  /** Replaces the fault; undefined lets everything pass. */
  set(fault: RpcFault | undefined): void
  /** While true every request fails as if nobody listened. */
  down: boolean
  /** HTTP requests so far. */
  requests: number
}

interface Request extends RpcFaultCall {
  readonly id: unknown
}

/** A `fetch` between a JSON-RPC client and a node (or no node at all) that fails as a test wants. */
export function faultyFetch(initial?: RpcFault): FaultyFetch {
  let fault = initial
  const faulty: FaultyFetch = {
    down: false,
    requests: 0,
    set(next) {
      fault = next
    },
    async fetch(input, init) {
      faulty.requests++
      if (faulty.down) throw new TypeError('fetch failed')
      const body: unknown = JSON.parse(String(init?.body))
      const calls = (Array.isArray(body) ? body : [body]) as readonly Request[]
      const verdicts = calls.map(call => fault?.(call) ?? 'pass')
      const passed = calls.filter((_, i) => typeof verdicts[i] === 'string')
      const answers = new Map<unknown, unknown>()
      if (passed.length > 0) {
        const response = await globalThis.fetch(input, { ...init, body: JSON.stringify(passed) })
        for (const answer of (await response.json()) as readonly Request[]) answers.set(answer.id, answer)
      }
      if (verdicts.includes('drop')) throw new TypeError('fetch failed')
      const list = calls.map(({ id }, i) => {
        const verdict = verdicts[i]
        return typeof verdict === 'object' ? { jsonrpc: '2.0', id, ...verdict } : answers.get(id)
      })
      return Response.json(Array.isArray(body) ? list : list[0])
    },
  }
  return faulty
}

/** A fault that answers each method from a table, and fails what is not in it. */
export function answersFrom(
  table: Readonly<Record<string, (params: readonly unknown[]) => unknown>>,
): RpcFault {
  return ({ method, params }) => {
    try {
      const answer = table[method]
      if (answer === undefined) throw new EnergywebError('internal', `the fake node has no ${method}`)
      return { result: answer(params) }
    } catch (error) {
      return { error: { code: -32601, message: messageOf(error) } }
    }
  }
}
