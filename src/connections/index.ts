// The connections room: the one place that opens connections to others, each under a TLS policy: what the peer must prove, where
// an address may lead, what is refused. It imports core only; undici is loaded at the first request. What needs zod
// (`connection-fields.ts`) is imported from its own file, so that this one stays cheap.

export { type HttpClientOptions, openHttpClient } from './http-client.ts'
export { printableUrl } from './http-errors.ts'
export type { HttpLimits } from './http-exchange.ts'
