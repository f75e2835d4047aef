import { z } from 'zod'
import type { TlsPolicy } from '../core/tls-policy.ts'
import { isLanHttp } from './connection-policy.ts'

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

const clientKey = z.string().min(1).max(8192).meta({ description: 'its private key, PEM', secret: true })

/** What the connection must prove; `required` unless the configuration says why not. For drivers, which get the key as a text. */
export function tlsPolicy() {
  return tlsPolicyWith(clientKey)
}

const minimums = { '1.2': '1.2', '1.3': '1.3' } as const

/** The same where what stands for the client's private key is read in another way, like a reference to it. */
export function tlsPolicyWith<Key extends z.ZodType>(key: Key) {
  const proof = z
    .strictObject({
      pin: z
        .string()
        .regex(
          /^sha256\/[A-Za-z0-9+/]{43}=$/,
          "expected the SHA-256 of the server's public key: sha256/ and 44 characters of base64",
        )
        .meta({
          description: "SHA-256 of the server's public key; in place of an authority, or with `ca` on top",
        })
        .optional(),
      ca: z.string().min(1).meta({ description: 'PEM file of your own authority' }).optional(),
      crl: z
        .string()
        .min(1)
        .meta({
          description: "PEM file of revocation lists, one of each authority of the server's chain",
        })
        .optional(),
      certificate: z
        .string()
        .min(1)
        .meta({ description: 'PEM file of the certificate that we show the server (mutual TLS)' })
        .optional(),
      key: key.optional(),
      minimum: z
        .union([z.literal(1.2), z.literal(1.3), z.enum(minimums)])
        .transform(given => minimums[String(given) === '1.3' ? '1.3' : '1.2'])
        .meta({ description: 'the oldest TLS; default 1.2' })
        .optional(),
    })
    // Aborting, as one that is of another shape is not to be told of these.
    .refine(given => Object.keys(given).length > 0, {
      error: 'expected `ca`, `pin`, or `certificate` with `key`',
      abort: true,
    })
    .refine(given => (given.certificate === undefined) === (given.key === undefined), {
      error: '`certificate` and `key` belong together',
      abort: true,
    })
    .refine(given => given.crl === undefined || given.pin === undefined || given.ca !== undefined, {
      error: '`crl` is a list of an authority, and a `pin` alone looks at none: give `ca` too',
      abort: true,
    })
  const policy = z.union([
    z.literal('required'),
    proof,
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
  if (!isLanHttp(policy) || options.url.startsWith('https:')) return []
  const exceptions = [`lan-http: ${policy.reason}`]
  if (options.credentials) exceptions.push('credentials without TLS')
  return exceptions
}
