import type { TlsPolicy, TlsRefusal } from '../../src/core/tls-policy.ts'
import type { Certificates } from './certificates.ts'

/** What a server does wrong, or we, and what must come of it; `let in` where nothing is wrong. */
export interface Fault {
  readonly name: string
  /** Of {@link startServers}. */
  readonly server: string
  readonly tls: TlsPolicy
  readonly expected: TlsRefusal | 'let in'
  /** Kinds that this does not concern. */
  readonly without?: readonly string[]
}

/** Every fault, and every right way beside it. */
export function faultTable(made: Certificates): readonly Fault[] {
  const ca = made.authority.certificate
  const ours = { ca, certificate: made.client.certificate, key: made.client.key }
  const ofOther = { ca, certificate: made.clientOfOther.certificate, key: made.clientOfOther.key }
  const past = { ca, certificate: made.clientExpired.certificate, key: made.clientExpired.key }
  const mutual = (version: string): Fault[] => [
    ...(['client certificate', 'strict client certificate'] as const).flatMap((kind): Fault[] => {
      const server = `${kind}, TLS ${version}`
      // nginx finishes the handshake and refuses in HTTP, which not everybody speaks.
      const without = kind === 'client certificate' ? ['socket'] : []
      const common = { server, without, expected: 'client-certificate-refused' } as const
      return [
        { name: `no ${server}`, tls: { ca }, ...common },
        { name: `wrong ${server}`, tls: ofOther, ...common },
        { name: `expired ${server}`, tls: past, ...common },
      ]
    }),
    {
      name: `right client certificate, TLS ${version}`,
      server: `client certificate, TLS ${version}`,
      tls: ours,
      expected: 'let in',
    },
  ]
  return [
    { name: 'own authority', server: 'good', tls: { ca }, expected: 'let in' },
    { name: 'pin', server: 'good', tls: { pin: made.good.pin }, expected: 'let in' },
    {
      name: 'pin of a self-signed one',
      server: 'self-signed',
      tls: { pin: made.self.pin },
      expected: 'let in',
    },
    { name: 'own authority and pin', server: 'good', tls: { ca, pin: made.good.pin }, expected: 'let in' },
    { name: 'whole chain', server: 'whole chain', tls: { ca }, expected: 'let in' },
    { name: 'expired', server: 'expired', tls: { ca }, expected: 'expired' },
    { name: 'not yet valid', server: 'not yet valid', tls: { ca }, expected: 'not-yet-valid' },
    { name: 'self-signed', server: 'self-signed', tls: 'required', expected: 'self-signed' },
    { name: 'self-signed, own authority', server: 'self-signed', tls: { ca }, expected: 'self-signed' },
    { name: 'wrong host', server: 'wrong host', tls: { ca }, expected: 'wrong-host' },
    {
      name: 'authority unknown to the system',
      server: 'good',
      tls: 'required',
      expected: 'unknown-authority',
    },
    { name: 'other authority', server: 'other authority', tls: { ca }, expected: 'unknown-authority' },
    {
      name: 'missing intermediate',
      server: 'missing intermediate',
      tls: { ca },
      expected: 'unknown-authority',
    },
    ...revocations(made),
    { name: 'changed pin', server: 'renewed', tls: { pin: made.good.pin }, expected: 'wrong-pin' },
    {
      name: 'changed pin, good authority',
      server: 'renewed',
      tls: { ca, pin: made.good.pin },
      expected: 'wrong-pin',
    },
    {
      name: 'right pin, other authority',
      server: 'other authority',
      tls: { ca, pin: made.stranger.pin },
      expected: 'unknown-authority',
    },
    { name: 'TLS 1.1 only', server: 'TLS 1.1', tls: { ca }, expected: 'old-protocol' },
    { name: 'TLS 1.1 only, pin', server: 'TLS 1.1', tls: { pin: made.good.pin }, expected: 'old-protocol' },
    {
      name: 'TLS 1.2 where 1.3 is the least',
      server: 'TLS 1.2',
      tls: { ca, minimum: '1.3' },
      expected: 'old-protocol',
    },
    { name: 'downgrading proxy', server: 'downgrading proxy', tls: { ca }, expected: 'tampered' },
    { name: 'plain answer in place of TLS', server: 'plain answer', tls: { ca }, expected: 'not-tls' },
    {
      name: 'redirect to http',
      server: 'redirect',
      tls: { ca },
      expected: 'redirect-out-of-tls',
      without: ['socket'],
    },
    ...mutual('1.3'),
    ...mutual('1.2'),
  ]
}

/** What lists of revoked certificates come to. */
function revocations({ authority: { certificate: ca }, lists, good }: Certificates): readonly Fault[] {
  const row = (name: string, [server, crl]: [string, string], expected: Fault['expected']): Fault => ({
    name,
    server,
    tls: { ca, crl },
    expected,
  })
  return [
    { name: 'revoked, and nobody looks', server: 'revoked', tls: { ca }, expected: 'let in' },
    row('revoked', ['revoked', lists.ofAuthority], 'revoked'),
    row('another one is revoked', ['good', lists.ofAuthority], 'let in'),
    {
      name: 'own authority, pin and list',
      server: 'good',
      tls: { ca, pin: good.pin, crl: lists.ofAuthority },
      expected: 'let in',
    },
    row('list past its end', ['good', lists.past], 'revocation-unknown'),
    row('list of another authority', ['good', lists.ofOther], 'revocation-unknown'),
    row('no list of the intermediate', ['whole chain', lists.ofAuthority], 'revocation-unknown'),
    row('lists of the whole chain', ['whole chain', lists.both], 'let in'),
    row('intermediate is revoked', ['whole chain', lists.bothOne], 'revoked'),
    row('file without a list', ['good', ca], 'crl-unreadable'),
    row('file that is not there', ['good', `${ca}.none`], 'crl-unreadable'),
  ]
}
