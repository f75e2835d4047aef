import { createHash, type X509Certificate } from 'node:crypto'
import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns'
import { readFile } from 'node:fs/promises'
import type { LookupFunction } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { buildConnector } from 'undici'
import { EnergywebError, messageOf } from '../core/errors.ts'
import type { TlsPolicy } from '../core/source.ts'
import { addressLiteral, isPrivateAddress } from './private-addresses.ts'

/** Resolves a name to all its addresses; `node:dns`'s own by default. */
export type Lookup = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

const minVersion = 'TLSv1.2'

/** What undici connects with under a policy; `timeout` in milliseconds covers TCP and TLS. */
export async function connectorOptions(
  policy: TlsPolicy,
  options: { timeout: number; lookup?: Lookup },
): Promise<buildConnector.BuildOptions | buildConnector.connector> {
  const { timeout, lookup = systemLookup } = options
  if (policy === 'required') return { timeout, minVersion, lookup: resolver(lookup, () => true) }
  if ('ca' in policy)
    return { timeout, minVersion, lookup: resolver(lookup, () => true), ca: await authority(policy.ca) }
  if ('pin' in policy) return pinned(policy.pin, timeout)
  return { timeout, minVersion, lookup: resolver(lookup, isPrivateAddress) }
}

/**
 * Refuses what the policy forbids before anything is sent.
 * @throws EnergywebError `tls-refused`
 */
export function checkUrl(url: URL, policy: TlsPolicy): void {
  if (url.protocol === 'https:') return
  if (typeof policy === 'string' || !('allow' in policy)) {
    throw new EnergywebError('tls-refused', `${url.protocol}//${url.host}: plain HTTP is refused`, {
      hint: 'Use https, or set tls to { allow: lan-http, reason } for a device in your own network.',
    })
  }
  const literal = addressLiteral(url.hostname)
  if (literal !== undefined && !isPrivateAddress(literal)) throw publicAddress(url.hostname, literal)
}

function publicAddress(hostname: string, address: string): EnergywebError {
  return new EnergywebError('tls-refused', `${hostname}: ${address} is not a private address`, {
    hint: 'lan-http is for devices in your own network; everything else needs https.',
  })
}

async function authority(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new EnergywebError(
      'tls-refused',
      `the authority's certificate can't be read: ${messageOf(cause)}`,
      {
        cause,
        hint: 'tls: { ca } names a PEM file that the gateway may read.',
      },
    )
  }
}

/** The same answer decides and is connected to, so a name can't change its address in between (DNS rebinding). */
function resolver(lookup: Lookup, accept: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const stranger = addresses?.find(({ address }) => !accept(address))
      const first = addresses?.[0]
      if (error !== null || first === undefined) callback(error ?? noAddress(hostname), '')
      else if (stranger !== undefined) callback(publicAddress(hostname, stranger.address), '')
      else if (options.all === true) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
}

function noAddress(hostname: string): EnergywebError {
  return new EnergywebError('source-unreachable', `${hostname} has no address`, {
    retryable: true,
    hint: 'Is the name right, and does it resolve?',
  })
}

/** The pin replaces the authority: names and dates of the certificate don't count, the public key does (RFC 7469 section 2.4). */
function pinned(pin: string, timeout: number): buildConnector.connector {
  return ({ hostname, port, servername }, callback) => {
    const socket = connectTls({
      host: hostname,
      port: Number(port || 443),
      minVersion,
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
      ...(servername && addressLiteral(servername) === undefined ? { servername } : {}),
    })
    const fail = (error: Error) => {
      clearTimeout(timer)
      socket.destroy()
      callback(error, null)
    }
    const timer = setTimeout(
      () =>
        fail(
          Object.assign(
            new EnergywebError('source-timeout', `${hostname}: no connection in time`, timeoutAdvice),
          ),
        ),
      timeout,
    )
    socket.once('error', fail)
    socket.once('secureConnect', () => {
      clearTimeout(timer)
      const found = publicKeyPin(socket.getPeerX509Certificate())
      if (found !== pin) return fail(wrongPin(hostname, found))
      socket.off('error', fail)
      socket.setNoDelay(true)
      return callback(null, socket)
    })
  }
}

const timeoutAdvice = { retryable: true, hint: 'Is the device switched on?' }

function publicKeyPin(certificate: X509Certificate | undefined): string {
  if (certificate === undefined) return 'no certificate'
  const key = certificate.publicKey.export({ type: 'spki', format: 'der' })
  return `sha256/${createHash('sha256').update(key).digest('base64')}`
}

function wrongPin(hostname: string, found: string): EnergywebError {
  return new EnergywebError('tls-refused', `${hostname}: the public key is not the pinned one but ${found}`, {
    hint: 'If the device got a new certificate on purpose, put its new pin under tls.',
  })
}
