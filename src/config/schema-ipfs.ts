import { z } from 'zod'
import { httpAddress } from '../connections/connection-fields.ts'
import { EnergywebError } from '../core/errors.ts'
import * as field from './fields.ts'
import { tlsSettings } from './schema-tls.ts'

/* The part of the schema that describes remotes of IPFS, which stand among the ledgers: assets report to them, too. */

const content = z
  .union([z.enum(['raw', 'documents']), z.array(z.enum(['raw', 'documents'])).min(1)])
  .transform(given => (typeof given === 'string' ? [given] : [...new Set(given)]))
  .meta({
    description:
      '`raw`: what the source sent; `documents`: records of the readings. Public from then on; copies can not be taken back',
  })

const common = {
  content,
  tls: tlsSettings(),
  every: field.duration('longest time between two looks; default 1m', 1_000).optional(),
}

const kubo = z.strictObject({
  kind: z.literal('kubo').meta({ description: 'a node of IPFS with the RPC API of kubo' }),
  url: httpAddress(
    'address of its RPC API, like `http://127.0.0.1:5001`; plain HTTP on this machine, or by `tls`',
  ),
  token: field.secret('bearer token, where a proxy before it wants one').optional(),
  ...common,
})

const pinning = z.strictObject({
  kind: z.literal('ipfs-pinning').meta({ description: 'a service with the IPFS Pinning Service API' }),
  url: httpAddress('address of the API, without `/pins`'),
  token: field.secret('access token'),
  origins: z
    .array(field.text('a multiaddress', 256))
    .max(20)
    .optional()
    .meta({ description: 'nodes that have the content, from which the service fetches it' }),
  ...common,
})

/** The shapes that a remote of IPFS can have. */
export const remoteShapes = { kubo, 'ipfs-pinning': pinning } as const

/** A remote of IPFS. */
export type RemoteConfig = z.output<typeof kubo> | z.output<typeof pinning>

/** True for a ledger that is a remote of IPFS: it has no network, and lines to it have no key. */
export function isRemote<Ledger extends { readonly kind: string }>(
  ledger: Ledger | undefined,
): ledger is Extract<Ledger, { readonly kind: keyof typeof remoteShapes }> {
  return ledger !== undefined && Object.hasOwn(remoteShapes, ledger.kind)
}

/**
 * A ledger that is on a chain.
 * @throws EnergywebError `argument-invalid` for a remote of IPFS
 */
export function onChain<Ledger extends { readonly kind: string }>(
  name: string,
  ledger: Ledger,
): Exclude<Ledger, { readonly kind: keyof typeof remoteShapes }> {
  if (!isRemote(ledger)) return ledger as Exclude<Ledger, { readonly kind: keyof typeof remoteShapes }>
  throw new EnergywebError('argument-invalid', `${name} is a remote of IPFS: it is on no chain`, {
    hint: 'Choose a ledger of `ledgers` that has a `network`.',
  })
}
