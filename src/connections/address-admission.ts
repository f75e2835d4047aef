import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { EnergywebError } from '../core/errors.ts'
import type { TlsRefusal } from '../core/tls-policy.ts'
import { type ConnectionPolicy, isLanHttp, isPublicOnly } from './connection-policy.ts'
import { addressLiteral, isLoopbackAddress, isPrivateAddress, isPublicAddress } from './private-addresses.ts'
import { tlsRefused } from './tls-refusals.ts'

/** Resolves a name to all its addresses; `node:dns`'s own by default. */
export type Lookup = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/** Where a connection is to lead. */
export interface Destination {
  /** A name or an address, as a URL has it or without brackets. */
  readonly hostname: string
  /** True with TLS. */
  readonly secure: boolean
}

/** Says why an address is refused; undefined lets it in. */
type Admission = (address: string) => { readonly reason: TlsRefusal; readonly what: string } | undefined

/**
 * Looks at what a policy allows before anything is connected; a literal address is judged at once, as no lookup ever sees it.
 * @param where - printable
 * @throws EnergywebError `tls-refused`: `plain-http`, `private-address`, `public-address`
 */
export function admit({ hostname, secure }: Destination, policy: ConnectionPolicy, where: string): Admission {
  const admission = admissionOf(secure, policy)
  if (admission === undefined) throw tlsRefused('plain-http', where, { what: 'plain HTTP is refused' })
  const literal = addressLiteral(hostname)
  const refusal = literal === undefined ? undefined : admission(literal)
  if (refusal !== undefined) throw tlsRefused(refusal.reason, where, refusal)
  return admission
}

function admissionOf(secure: boolean, policy: ConnectionPolicy): Admission | undefined {
  if (isLanHttp(policy.tls)) return onlyPrivate
  if (!secure) return policy.plainLoopback === true ? onlyLoopback : undefined
  return isPublicOnly(policy) ? onlyPublic : () => undefined
}

const onlyPrivate: Admission = address =>
  isPrivateAddress(address)
    ? undefined
    : { reason: 'public-address', what: `${address} is not a private address` }

const onlyLoopback: Admission = address =>
  isLoopbackAddress(address)
    ? undefined
    : { reason: 'plain-http', what: `plain HTTP is refused, as ${address} is another machine` }

const onlyPublic: Admission = address =>
  isPublicAddress(address)
    ? undefined
    : { reason: 'private-address', what: `${address} is no public address` }

/**
 * A lookup of which the same answer is judged and connected to, so that a name can't change its address in between (DNS
 * rebinding). One bad address among good ones refuses them all.
 */
export function judgedLookup(
  admission: Admission,
  { where, lookup = systemLookup }: { where: string; lookup?: Lookup | undefined },
): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const first = addresses?.[0]
      if (error !== null || first === undefined) return callback(error ?? noAddress(hostname), '')
      const refusal = addresses.map(({ address }) => admission(address)).find(found => found !== undefined)
      if (refusal !== undefined) return callback(tlsRefused(refusal.reason, where, refusal), '')
      return options.all === true ? callback(null, addresses) : callback(null, first.address, first.family)
    })
  }
}

function noAddress(hostname: string): EnergywebError {
  return new EnergywebError('source-unreachable', `${hostname} has no address`, {
    retryable: true,
    hint: 'Is the name right, and does it resolve?',
  })
}
