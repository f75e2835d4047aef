import type { LanHttp, TlsPolicy, TlsProof } from '../core/tls-policy.ts'

/** What one connection to somebody else must keep to, whatever is spoken over it. */
export interface ConnectionPolicy {
  readonly tls: TlsPolicy
  /**
   * Where its address may lead. `public`: never into a private network, so that neither a name nor a number can turn us
   * against the devices beside us. An own authority, a pin or lan-http takes that back. Default `any`.
   */
  readonly reach?: 'any' | 'public'
  /** True where plain HTTP to this very machine needs no word: nothing leaves it. Default false. */
  readonly plainLoopback?: boolean
}

/** True for plain HTTP to private addresses, with a reason. */
export function isLanHttp(tls: TlsPolicy): tls is LanHttp {
  return typeof tls === 'object' && 'allow' in tls
}

/** What the server must prove; nothing given for `required`, and for TLS under lan-http. */
export function proofOf(tls: TlsPolicy): TlsProof {
  return typeof tls === 'string' || isLanHttp(tls) ? {} : tls
}

/** True where private addresses are refused: whoever names a proof of his own says whom he means. */
export function isPublicOnly({ tls, reach = 'any' }: ConnectionPolicy): boolean {
  const { ca, pin } = proofOf(tls)
  return reach === 'public' && !isLanHttp(tls) && ca === undefined && pin === undefined
}
