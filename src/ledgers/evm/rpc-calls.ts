import type { ListReader } from './list-answer.ts'

/** One JSON-RPC 2.0 call. */
export interface RpcCall {
  readonly method: string
  readonly params: readonly unknown[]
}

/** A number as JSON-RPC of Ethereum writes it: hexadecimal, without leading zeros. */
export function quantity(value: bigint): `0x${string}` {
  return `0x${value.toString(16)}`
}

/** A node's own error, as JSON-RPC gives it. */
export interface RpcError {
  readonly code: number
  readonly message: string
  readonly data: unknown
}

export type RpcAnswer =
  | { readonly result: unknown; readonly error?: undefined }
  | { readonly error: RpcError; readonly result?: undefined }

/** How calls are made. */
export interface CallOptions {
  readonly signal?: AbortSignal
  /** Results that are lists are read by it while they arrive, and stand in the answers as these readers. */
  readonly newList?: () => ListReader
}

export type { Fetch } from '../../connections/index.ts'

/** One item of a node's answer, hostile until it was read here; undefined when it is no answer at all. */
export function readAnswer(item: unknown): { id: unknown; answer: RpcAnswer } | undefined {
  if (typeof item !== 'object' || item === null) return undefined
  const id = 'id' in item ? item.id : undefined
  if ('error' in item && typeof item.error === 'object' && item.error !== null) {
    const { error } = item
    const code = 'code' in error && typeof error.code === 'number' ? error.code : 0
    const message = 'message' in error && typeof error.message === 'string' ? error.message : 'no message'
    return { id, answer: { error: { code, message, data: 'data' in error ? error.data : undefined } } }
  }
  return 'result' in item ? { id, answer: { result: item.result } } : undefined
}
