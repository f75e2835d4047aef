// The connections room: the one place that opens connections to others, each under a TLS policy: what the peer must prove, where
// an address may lead, what is refused. It imports core only; undici is loaded at the first request. What needs zod
// (`connection-fields.ts`) is imported from its own file, so that this one stays cheap.

export type { Lookup } from './address-admission.ts'
export type { ConnectionPolicy } from './connection-policy.ts'
export { type HttpClientOptions, openHttpClient } from './http-client.ts'
export { httpError } from './http-errors.ts'
export type { HttpLimits } from './http-exchange.ts'
export { pinOfRefused } from './judge-peer.ts'
export { lookAtServer, type ServerLook } from './look-at-server.ts'
export { type Fetch, type FetchInit, type FetchOptions, openFetch } from './open-fetch.ts'
export { type OpenTlsSocket, openTlsSocket, type TlsSocketOptions } from './open-tls-socket.ts'
export { type OpenWebSocket, type WebSocketOptions, webSocketOpener } from './open-web-socket.ts'
