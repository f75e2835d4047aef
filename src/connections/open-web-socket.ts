import type { Dispatcher } from 'undici'
import { toEnergywebError } from '../core/errors.ts'
import type { ConnectionFacts } from '../core/tls-policy.ts'
import type { Lookup } from './address-admission.ts'
import type { ConnectionPolicy } from './connection-policy.ts'
import { httpConnector } from './http-connector.ts'
import { httpError } from './http-errors.ts'
import { certificateRefusal, flatHeaders, redirectError } from './http-exchange.ts'
import { webAddress } from './web-address.ts'

/** The WebSocket of the language. */
export type OpenWebSocket = WebSocket

export interface WebSocketOptions {
  readonly policy: ConnectionPolicy
  /** Milliseconds for name, TCP and TLS together; default 10 s. */
  readonly timeout?: number
  readonly lookup?: Lookup
  /** Bytes of the longest message that is taken; default 128 MiB. */
  readonly longest?: number
  /** Told how a connection that stands was proven. */
  readonly onOpen?: (facts: ConnectionFacts) => void
  /** Told why a connection was refused: a WebSocket itself only says that it failed. Names the host alone, as a path may hold a key. */
  readonly onRefused?: (error: Error) => void
}

/**
 * What opens WebSockets under a policy; the library is loaded once, so that each one opens at once. Plain `ws` is judged like plain
 * HTTP.
 */
export async function webSocketOpener(
  options: WebSocketOptions,
): Promise<(url: string, protocols?: readonly string[]) => WebSocket> {
  const { policy, timeout = 10_000, lookup, longest, onOpen, onRefused = () => undefined } = options
  const { Agent, DecoratorHandler, WebSocket } = await import('undici')
  const agent = new Agent({
    connect: httpConnector({ policy, timeout, lookup, onOpen }),
    ...(longest !== undefined && { webSocket: { maxPayloadSize: longest } }),
  })
  const dispatcher = agent.compose(
    dispatch => (request, handler) =>
      dispatch(request, watched(new DecoratorHandler(handler), { origin: request.origin, onRefused })),
  )
  return (url, protocols = []) => {
    webAddress(url, ['ws', 'wss'])
    try {
      return new WebSocket(url, { dispatcher, protocols: [...protocols] })
    } catch (error) {
      throw toEnergywebError(error, 'argument-invalid')
    }
  }
}

/** Sees what a server answers to the wish for a WebSocket when it grants none. */
function watched(
  inner: Dispatcher.DispatchHandler,
  { origin, onRefused }: { origin: string | URL | undefined; onRefused: (error: Error) => void },
): Dispatcher.DispatchHandler {
  const url = new URL('/', origin)
  let status = 0
  return {
    onRequestStart: (...start) => inner.onRequestStart?.(...start),
    onRequestUpgrade: (...upgrade) => inner.onRequestUpgrade?.(...upgrade),
    onResponseStart: (...start) => {
      status = start[1]
      const headers = flatHeaders(start[2])
      if (status >= 300 && status < 400) onRefused(redirectError(url, { status, headers }))
      inner.onResponseStart?.(...start)
    },
    onResponseData: (...data) => {
      const refusal = certificateRefusal(url, { status, body: data[1] })
      if (refusal !== undefined) onRefused(refusal)
      inner.onResponseData?.(...data)
    },
    onResponseEnd: (...end) => inner.onResponseEnd?.(...end),
    onResponseError: (...failure) => {
      onRefused(httpError(failure[1], url.host))
      inner.onResponseError?.(...failure)
    },
  }
}
