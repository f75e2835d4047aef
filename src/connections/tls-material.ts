import { readFile } from 'node:fs/promises'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { messageOf } from '../core/errors.ts'
import type { TlsPolicy, TlsRefusal } from '../core/tls-policy.ts'
import { proofOf } from './connection-policy.ts'
import { tlsRefused } from './tls-refusals.ts'

/**
 * What OpenSSL needs for a policy. Files are read at each connection, so that a renewed certificate is used without a restart.
 * @throws EnergywebError `tls-refused`: `authority-unreadable`, `crl-unreadable`, `client-certificate-unusable`
 */
export async function tlsMaterial(policy: TlsPolicy, where: string): Promise<SecureContextOptions> {
  const { ca, crl, certificate, key, minimum = '1.2' } = proofOf(policy)
  const [authority, lists, cert] = await Promise.all([
    readPem(ca, { where, reason: 'authority-unreadable', what: "the authority's certificate" }),
    readPem(crl, { where, reason: 'crl-unreadable', what: 'the list of revoked certificates' }),
    readPem(certificate, { where, reason: 'client-certificate-unusable', what: 'our certificate' }),
  ])
  const material = {
    minVersion: minimum === '1.3' ? 'TLSv1.3' : 'TLSv1.2',
    ...(authority !== undefined && { ca: authorities(authority, where) }),
    ...(lists !== undefined && { crl: revocationLists(lists, where) }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  } as const
  if (cert !== undefined || authority !== undefined) check(material, where)
  return material
}

type Pem = { readonly where: string; readonly reason: TlsRefusal; readonly what: string }

async function readPem(path: string | undefined, { where, reason, what }: Pem): Promise<string | undefined> {
  if (path === undefined) return undefined
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw tlsRefused(reason, where, { what: `${what} can't be read: ${messageOf(cause)}`, cause })
  }
}

/** Of a file without a certificate, like that of a key, OpenSSL takes nothing and says nothing. */
function authorities(pem: string, where: string): string {
  if (/-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/.test(pem)) return pem
  throw tlsRefused('authority-unreadable', where, {
    what: 'there is no certificate in the file of the authority',
  })
}

/** Each list by itself: of a file with several OpenSSL reads the first alone. */
function revocationLists(pem: string, where: string): string[] {
  const lists = pem.match(/-----BEGIN X509 CRL-----[^-]+-----END X509 CRL-----/g) ?? []
  if (lists.length === 0)
    throw tlsRefused('crl-unreadable', where, { what: 'there is no X509 CRL in the file' })
  try {
    createSecureContext({ crl: lists })
    return lists
  } catch (cause) {
    const what = `a list of revoked certificates is no good: ${messageOf(cause)}`
    throw tlsRefused('crl-unreadable', where, { what, cause })
  }
}

/** OpenSSL's messages name its routines, never what is in a key. */
function check(material: SecureContextOptions, where: string): void {
  try {
    createSecureContext(material)
  } catch (cause) {
    const isOurs = material.cert !== undefined
    const reason = isOurs ? 'client-certificate-unusable' : 'authority-unreadable'
    const what = isOurs ? 'certificate and key are no good' : "the authority's certificate is no good"
    throw tlsRefused(reason, where, { what: `${what}: ${messageOf(cause)}`, cause })
  }
}
