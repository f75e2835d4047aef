/** What a peer must prove; all of it together. Without `ca` and `pin` it is the certificate of an authority that the system knows. */
export interface TlsProof {
  /** SHA-256 of the server's public key, `sha256/<base64>`. By itself it replaces the authority, with `ca` it comes on top. */
  readonly pin?: string | undefined
  /** PEM file of one's own authority, in place of those that the system knows. */
  readonly ca?: string | undefined
  /** PEM file with lists of revoked certificates, one of each authority of the chain (RFC 5280, 5). Without it none is looked at. */
  readonly crl?: string | undefined
  /** PEM file of the certificate by which we are known to the server, with what leads to its authority. */
  readonly certificate?: string | undefined
  /** Its private key, PEM: the text, never a file. */
  readonly key?: string | undefined
  /** The oldest TLS; default 1.2. */
  readonly minimum?: '1.2' | '1.3' | undefined
}

/** Plain HTTP, to private addresses only. */
export interface LanHttp {
  readonly allow: 'lan-http'
  /** Why; it stands in every document. */
  readonly reason: string
}

/** What a connection must prove. `required`: TLS with a certificate of an authority that the system knows. */
export type TlsPolicy = 'required' | TlsProof | LanHttp

/** Why a connection was refused, in a word. The list is closed. */
const tlsRefusals = [
  // the server's certificate
  'expired',
  'not-yet-valid',
  'self-signed',
  'unknown-authority',
  'wrong-host',
  'wrong-pin',
  'revoked',
  'revocation-unknown',
  'bad-certificate',
  // ours
  'client-certificate-refused',
  'client-certificate-unusable',
  // the protocol
  'old-protocol',
  'not-tls',
  'tampered',
  'handshake-failed',
  'plain-http',
  'plain-credentials',
  'redirect-out-of-tls',
  // the address
  'private-address',
  'public-address',
  // our side
  'authority-unreadable',
  'crl-unreadable',
] as const

export type TlsRefusal = (typeof tlsRefusals)[number]

/** How a connection that stands was proven. */
export interface ConnectionFacts {
  /** Undefined: plain HTTP. */
  readonly protocol?: '1.2' | '1.3'
  /** What the server proved itself by. */
  readonly proof: 'system authority' | 'own authority' | 'pin' | 'own authority and pin' | 'nothing'
  /** True where its certificate, and those that lead to it, were looked for in lists of revoked ones. */
  readonly notRevoked?: true
  /** True where we showed a certificate of ours. */
  readonly clientCertificate: boolean
  /** The pin of the server's public key. */
  readonly pin?: string
  /** Milliseconds since 1970: the end of the server's certificate. */
  readonly validTo?: number
}

/** What a policy asks for, in words. */
export function policyWords(tls: TlsPolicy): string {
  if (typeof tls === 'string') return 'system authority'
  if ('allow' in tls) return `lan-http: ${tls.reason}`
  const { ca, pin, crl, certificate, minimum } = tls
  const wanted = [
    ...(ca === undefined ? [] : ['own authority']),
    ...(pin === undefined ? [] : ['pin']),
    ...(ca === undefined && pin === undefined ? ['system authority'] : []),
    ...(crl === undefined ? [] : ['not revoked']),
    ...(certificate === undefined ? [] : ['our certificate shown']),
    ...(minimum === '1.3' ? ['TLS 1.3 at least'] : []),
  ]
  return wanted.join(', ')
}

/** How connections were proven, as provenance says it: once for those of which the same holds. */
export function provenBy(
  ...connections: readonly { facts?(): ConnectionFacts | undefined }[]
): readonly string[] {
  const words = connections.flatMap(connection => {
    const facts = connection.facts?.()
    return facts === undefined ? [] : (connectionWords(facts) ?? [])
  })
  return [...new Set(words)]
}

/** The facts as provenance says them; undefined for plain HTTP, whose exception says it. */
function connectionWords({
  protocol,
  proof,
  notRevoked,
  clientCertificate,
  pin,
}: ConnectionFacts): string | undefined {
  if (protocol === undefined) return undefined
  const ours = clientCertificate ? ', our certificate shown' : ''
  const revocation = notRevoked === true ? ', not revoked' : ''
  return `TLS ${protocol} by ${proof}${revocation}${ours}${pin === undefined ? '' : `, server key ${pin}`}`
}
