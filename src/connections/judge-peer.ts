import { createHash, type X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { ConnectionFacts, TlsPolicy } from '../core/tls-policy.ts'
import { proofOf } from './connection-policy.ts'
import { codeOf } from './http-errors.ts'
import { refusalOfCode, tlsRefused } from './tls-refusals.ts'

/** Of what the server sends, which may be anything. */
const [longestChain, longestIssuer] = [10, 120]

/**
 * Lets a server in, or refuses it, before anything is sent. By default and with an own authority the certificate decides; a pin
 * alone replaces that: names and dates don't count, the public key does (RFC 7469, 2.4).
 * @throws EnergywebError `tls-refused`
 */
export function judgePeer(socket: TLSSocket, policy: TlsPolicy, where: string): ConnectionFacts {
  const { ca, pin, crl, certificate } = proofOf(policy)
  const shown = socket.getPeerX509Certificate()
  const found = publicKeyPin(shown)
  if (!socket.authorized && (pin === undefined || ca !== undefined)) throw unproven(socket, { shown, where })
  if (pin !== undefined && found !== pin) {
    const what = `the public key is not the pinned one but ${found ?? 'missing'}`
    throw refusalOf(found, tlsRefused('wrong-pin', where, { what }))
  }
  return {
    protocol: socket.getProtocol() === 'TLSv1.3' ? '1.3' : '1.2',
    proof: proofWord(ca !== undefined, pin !== undefined),
    ...(crl !== undefined && { notRevoked: true as const }),
    clientCertificate: certificate !== undefined,
    ...(found !== undefined && { pin: found }),
    ...(shown !== undefined && { validTo: shown.validToDate.getTime() }),
  }
}

function proofWord(hasAuthority: boolean, hasPin: boolean): ConnectionFacts['proof'] {
  if (hasAuthority) return hasPin ? 'own authority and pin' : 'own authority'
  return hasPin ? 'pin' : 'system authority'
}

/** The pin of a certificate's public key. */
function publicKeyPin(certificate: X509Certificate | undefined): string | undefined {
  if (certificate === undefined) return undefined
  const key = certificate.publicKey.export({ type: 'spki', format: 'der' })
  return `sha256/${createHash('sha256').update(key).digest('base64')}`
}

function unproven(
  socket: TLSSocket,
  { shown, where }: { shown: X509Certificate | undefined; where: string },
) {
  const error: unknown = socket.authorizationError
  const code = typeof error === 'string' ? error : codeOf(error)
  const { reason, what } = refusalOfCode(code) ?? {
    reason: 'bad-certificate',
    what: `the server's certificate is no good, ${code}`,
  }
  const pin = publicKeyPin(shown)
  // Whom to trust at first sight is a person's decision; the line for it is ready.
  const hint = `If you know this device, write tls: { pin: ${pin} } (on the command line --pin) after comparing it with what the device itself shows: whoever is in between now would be trusted too.`
  const refusal = tlsRefused(reason, where, {
    what: `${what}${datesOf(reason, shown)}${issuerOf(reason, shown)}`,
    ...(reason === 'self-signed' && { hint }),
  })
  return refusalOf(pin, refusal)
}

/** Pins of those who were refused: a person may want one, after having compared it. */
const shownPins = new WeakMap<object, string>()

function refusalOf<Refusal extends Error>(pin: string | undefined, refusal: Refusal): Refusal {
  if (pin !== undefined) shownPins.set(refusal, pin)
  return refusal
}

/** The pin of the server that this error refused; undefined for any other error. */
export function pinOfRefused(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null ? shownPins.get(error) : undefined
}

/** Whom to ask for the authority's certificate: the last that the server sent a link of. What it says is its own word. */
function issuerOf(reason: string, shown: X509Certificate | undefined): string {
  if (reason !== 'unknown-authority' || shown === undefined) return ''
  let last = shown
  for (let links = 0; links < longestChain; links++) {
    const { issuerCertificate: next } = last
    if (next === undefined || next.fingerprint256 === last.fingerprint256) break
    last = next
  }
  return `: it leads to "${last.issuer.replaceAll('\n', ', ').slice(0, longestIssuer)}"`
}

function datesOf(reason: string, shown: X509Certificate | undefined): string {
  if (shown === undefined) return ''
  if (reason === 'expired') return `: it was valid until ${shown.validToDate.toISOString()}`
  return reason === 'not-yet-valid' ? `: it is valid from ${shown.validFromDate.toISOString()}` : ''
}
