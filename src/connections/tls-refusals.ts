import { EnergywebError } from '../core/errors.ts'
import type { TlsRefusal } from '../core/tls-policy.ts'

const askOperator = 'Tell whoever runs the server; nothing was sent to it.'
const ownProof =
  'set tls to { ca: file } (on the command line --ca) for an authority of your own, or to { pin } (--pin) for this one device'
const ownCertificate =
  'It wants `certificate` and `key` under tls (on the command line --client-certificate and --client-key): the ones that it knows, and not past their end.'

/** What to do about each reason. */
const hints: Readonly<Record<TlsRefusal, string>> = {
  expired: 'Renew the certificate on the server. Is the clock of this machine right?',
  'not-yet-valid': 'Is the clock of this machine right, and that of the server when it made its certificate?',
  'self-signed': `Give the device a certificate of a known authority, or ${ownProof}.`,
  'unknown-authority': `Is the chain complete that the server sends? Else ${ownProof}.`,
  'wrong-host':
    'Write the name that the certificate is for into the address, or pin the key of this one device.',
  'wrong-pin':
    'If the device got a new key on purpose, put its new pin under tls; else somebody is in between.',
  revoked:
    'Its authority has taken the certificate back: whoever has its key may be somebody else. Ask the operator of the server.',
  'revocation-unknown':
    "tls: { crl } needs a list of each authority of the server's chain, and none past its end: fetch them anew.",
  'bad-certificate': askOperator,
  'client-certificate-refused': ownCertificate,
  'client-certificate-unusable': '`certificate` and `key` under tls are PEM, and belong together.',
  'old-protocol':
    'TLS 1.2 is the least: bring the firmware up to date, or put a proxy with TLS before the device.',
  'not-tls': 'Is this the right port? Something that speaks no TLS answers, or somebody is in between.',
  tampered: 'Somebody in between changes what is sent: look for a proxy that opens TLS, or for worse.',
  'handshake-failed': `${askOperator} Does it want a client certificate, or has somebody changed what was sent?`,
  'plain-http': 'Use https, or set tls to { allow: lan-http, reason } for a device in your own network.',
  'plain-credentials': 'This protocol knows TLS: use https, or leave auth out.',
  'redirect-out-of-tls': 'Ask the operator of the server; the gateway never leaves TLS by itself.',
  'private-address':
    'This service has a public address. For a mirror of your own, name its proof under tls: { ca } or { pin }.',
  'public-address': 'lan-http is for devices in your own network; everything else needs https.',
  'authority-unreadable': 'tls: { ca } names a PEM file that the gateway may read.',
  'crl-unreadable':
    'tls: { crl } names a PEM file of X509 CRLs that the gateway may read; `openssl crl -inform der` makes one of what authorities publish.',
}

/**
 * A connection that was refused, and nothing sent over it.
 * @param where - printable
 * @param what - what was found, in words
 */
export function tlsRefused(
  reason: TlsRefusal,
  where: string,
  { what, hint = hints[reason], cause }: { what: string; hint?: string; cause?: unknown },
): EnergywebError {
  return new EnergywebError('tls-refused', `${where}: ${what} (${reason})`, { reason, hint, cause })
}

/** The commonest codes of Node and OpenSSL by what they come to, in words. */
const table: readonly (readonly [RegExp, TlsRefusal, string])[] = [
  [/^CERT_HAS_EXPIRED$/, 'expired', "the server's certificate has expired"],
  [/^CERT_NOT_YET_VALID$/, 'not-yet-valid', "the server's certificate is not valid yet"],
  [/^DEPTH_ZERO_SELF_SIGNED_CERT$/, 'self-signed', "the server's certificate is signed by itself"],
  [
    /^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?)$/,
    'unknown-authority',
    "no known authority stands behind the server's certificate",
  ],
  [
    /^(ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH|ERR_TLS_CERT_ALTNAME_FORMAT)$/,
    'wrong-host',
    "the server's certificate is for another name",
  ],
  [/^CERT_REVOKED$/, 'revoked', "the server's certificate was revoked"],
  [
    /^(CRL_|UNABLE_TO_(GET|DECRYPT)_CRL|ERROR_IN_CRL_)/,
    'revocation-unknown',
    "nobody can say whether the server's certificate was revoked",
  ],
  [
    /^(CERT_|UNABLE_TO_|INVALID_|PATH_LENGTH_EXCEEDED|OUT_OF_MEM|ERR_SSL_(EE|CA)_(KEY|MD)_TOO_)/,
    'bad-certificate',
    "the server's certificate is no good",
  ],
  // What a server sends whom our certificate does not please (RFC 8446, 6.2; RFC 5246, 7.2.2); no client sends it to us.
  [
    /^ERR_SSL_(TLSV13_ALERT_CERTIFICATE_REQUIRED|(SSLV3|TLSV1)_ALERT_(NO_CERTIFICATE|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_(REVOKED|EXPIRED|UNKNOWN)|UNKNOWN_CA|ACCESS_DENIED))$/,
    'client-certificate-refused',
    'the server does not take our certificate, or wants one',
  ],
  [
    /^ERR_SSL_(TLSV1_ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE|UNSUPPORTED_SSL_VERSION|WRONG_SSL_VERSION)$/,
    'old-protocol',
    'the server offers only TLS that is too old',
  ],
  [
    /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|HTTPS_PROXY_REQUEST|BAD_RECORD_TYPE|UNKNOWN_PROTOCOL|RECORD_TOO_SMALL|INVALID_RECORD)$/,
    'not-tls',
    'what answers does not speak TLS',
  ],
  // Both sides did not see the same handshake (RFC 8446, 4.4.4), or are told that they could do better (4.1.3).
  [
    /^ERR_SSL_((SSLV3|TLSV1)_ALERT_(BAD_RECORD_MAC|DECRYPT_ERROR|ILLEGAL_PARAMETER)|DECRYPTION_FAILED_OR_BAD_RECORD_MAC|DIGEST_CHECK_FAILED|BAD_SIGNATURE|INAPPROPRIATE_FALLBACK)$/,
    'tampered',
    'the bytes of the handshake were changed on the way',
  ],
  [
    /^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|DEPTH_ZERO_|SELF_SIGNED_|EPROTO)/,
    'handshake-failed',
    'the TLS handshake failed',
  ],
]

/** What a code of Node or OpenSSL comes to; undefined when it has nothing to do with TLS. */
export function refusalOfCode(
  code: string,
): { readonly reason: TlsRefusal; readonly what: string } | undefined {
  const found = table.find(([pattern]) => pattern.test(usualCode(code)))
  return found === undefined ? undefined : { reason: found[1], what: `${found[2]}, ${code}` }
}

/** OpenSSL 3.5 calls the alerts of old otherwise: as its forerunners did. */
export function usualCode(code: string): string {
  return code.replace('SSL/TLS_ALERT', 'SSLV3_ALERT')
}
