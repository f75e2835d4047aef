import { z } from 'zod'
import type { TlsPolicy } from '../core/source.ts'

/** The address of a device or service: http or https, without credentials in it. */
export function httpAddress(description: string) {
  return z
    .string()
    .refine(isHttpAddress, 'expected an http or https address without user, password, query or fragment')
    .transform(text => text.replace(/\/+$/, ''))
    .meta({ description })
}

function isHttpAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) return false
  return url.username === '' && url.password === '' && url.search === '' && url.hash === ''
}

/** What the connection must prove; `required` unless the configuration says why not. */
export function tlsPolicy() {
  const policy: z.ZodType<TlsPolicy> = z.union([
    z.literal('required'),
    z.strictObject({
      pin: z
        .string()
        .regex(/^sha256\/[A-Za-z0-9+/]{43}=$/)
        .meta({ description: "SHA-256 of the server's public key" }),
    }),
    z.strictObject({ ca: z.string().min(1).meta({ description: 'PEM file of your own authority' }) }),
    z.strictObject({
      allow: z.literal('lan-http').meta({ description: 'plain HTTP, to private addresses only' }),
      reason: z.string().min(1).max(200).meta({ description: 'why; it stands in every document' }),
    }),
  ])
  return policy
    .default('required')
    .meta({ description: '`required`, `{ pin: sha256/… }`, `{ ca: file }` or `{ allow: lan-http, reason }`' })
}

/** What a source with this policy must declare in its documents' provenance. */
export function tlsExceptions(policy: TlsPolicy, options: { url: string; credentials: boolean }): string[] {
  if (typeof policy === 'string' || !('allow' in policy) || options.url.startsWith('https:')) return []
  const exceptions = [`lan-http: ${policy.reason}`]
  if (options.credentials) exceptions.push('credentials without TLS')
  return exceptions
}
