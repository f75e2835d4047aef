import { execFileSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A certificate and its key, as files and what is read from them. */
export interface Pair {
  readonly certificate: string
  readonly keyFile: string
  readonly key: string
  readonly pin: string
}

interface Wish {
  readonly subject: string
  readonly names?: string
  readonly issuer?: 'authority' | 'other' | 'intermediate'
  readonly from?: string
  readonly to?: string
  readonly isAuthority?: boolean
}

/** A time as `openssl ca` takes it. */
function inDays(days: number): string {
  return `${new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, '')}`
}

const wishes = {
  intermediate: { subject: 'Intermediate', issuer: 'authority', isAuthority: true },
  good: { subject: 'Meter', issuer: 'authority' },
  renewed: { subject: 'Meter', issuer: 'authority' },
  expired: { subject: 'Meter', issuer: 'authority', from: '20200101000000Z', to: '20200201000000Z' },
  future: { subject: 'Meter', issuer: 'authority', from: '20900101000000Z', to: '20990101000000Z' },
  soon: { subject: 'Meter', issuer: 'authority', to: inDays(8) },
  elsewhere: { subject: 'Meter', issuer: 'authority', names: 'DNS:meter.example,IP:192.0.2.7' },
  revoked: { subject: 'Meter', issuer: 'authority' },
  stranger: { subject: 'Meter', issuer: 'other' },
  deep: { subject: 'Meter', issuer: 'intermediate' },
  client: { subject: 'Gateway', issuer: 'authority' },
  clientOfOther: { subject: 'Gateway', issuer: 'other' },
  clientExpired: { subject: 'Gateway', issuer: 'authority', from: '20200101000000Z', to: '20200201000000Z' },
} as const satisfies Record<string, Wish>

export type Certificates = Readonly<Record<keyof typeof wishes | 'authority' | 'other' | 'self', Pair>> & {
  /** The leaf of the intermediate, with the intermediate behind it. */
  readonly chain: string
  /** Files of revocation lists, by what is in them. */
  readonly lists: Readonly<Record<keyof typeof listWishes | 'both' | 'bothOne', string>>
}

/** Lists as they are made one after the other: each holds all that its authority has revoked until then. */
const listWishes = {
  beforeAny: { issuer: 'authority' },
  ofAuthority: { issuer: 'authority', revoke: 'revoked' },
  past: { issuer: 'authority', next: '20240201000000Z' },
  ofOther: { issuer: 'other' },
  ofIntermediate: { issuer: 'intermediate' },
  withIntermediate: { issuer: 'authority', revoke: 'intermediate' },
} as const satisfies Record<string, { issuer: string; revoke?: string; next?: string }>

/** Makes the lists; `both` has those of the whole chain, `bothOne` those with its intermediate revoked. */
function makeLists(folder: string, run: (...words: string[]) => void): Certificates['lists'] {
  const file = (name: string) => join(folder, `${name}.crl.pem`)
  const wanted = Object.entries<{ issuer: string; revoke?: string; next?: string }>(listWishes)
  for (const [name, { issuer, revoke, next = '20890101000000Z' }] of wanted) {
    const by = ['-config', 'openssl.cnf', '-cert', `${issuer}.pem`, '-keyfile', `${issuer}.key`]
    if (revoke !== undefined) run('ca', ...by, '-revoke', `${revoke}.pem`)
    const dates = ['-crl_lastupdate', '20240101000000Z', '-crl_nextupdate', next]
    run('ca', ...by, '-gencrl', ...dates, '-out', file(name))
  }
  const read = (name: string) => readFileSync(file(name), 'utf8')
  writeFileSync(file('both'), read('ofAuthority') + read('ofIntermediate'))
  writeFileSync(file('bothOne'), read('withIntermediate') + read('ofIntermediate'))
  const names = [...Object.keys(listWishes), 'both', 'bothOne']
  return Object.fromEntries(names.map(name => [name, file(name)])) as Certificates['lists']
}

/** Certificates of every kind of fault, made by openssl in a folder. */
export function makeCertificates(folder: string): Certificates {
  const file = (name: string) => join(folder, name)
  const run = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' })
  const config = `[ca]\ndefault_ca = d\n[d]\ndatabase = ${file('index')}\nnew_certs_dir = ${folder}\nrand_serial = yes\ndefault_md = sha256\nunique_subject = no\npolicy = p\nx509_extensions = leaf\ncopy_extensions = copy\n[p]\ncommonName = supplied\n[leaf]\nbasicConstraints = CA:FALSE\n[authority]\nbasicConstraints = critical,CA:TRUE\nkeyUsage = keyCertSign,cRLSign\n[req]\ndistinguished_name = n\n[n]\n`
  writeFileSync(file('openssl.cnf'), config)
  writeFileSync(file('index'), '')
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-config', 'openssl.cnf']
  for (const [name, extensions] of [
    ['authority', ['-extensions', 'authority']],
    ['other', ['-extensions', 'authority']],
    ['self', ['-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost']],
  ] as const) {
    run(
      'req',
      '-x509',
      ...ec,
      '-days',
      '30',
      '-subj',
      `/CN=${name}`,
      ...extensions,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
    )
  }
  for (const [name, wish] of Object.entries<Wish>(wishes)) {
    const { subject, names = 'IP:127.0.0.1,DNS:localhost', issuer = 'authority' } = wish
    const { from = '20240101000000Z', to = '20890101000000Z', isAuthority = false } = wish
    const about = isAuthority ? [] : ['-addext', `subjectAltName=${names}`]
    run('req', ...ec, '-subj', `/CN=${subject}`, ...about, '-keyout', `${name}.key`, '-out', `${name}.csr`)
    const dates = ['-startdate', from, '-enddate', to]
    const by = ['-cert', `${issuer}.pem`, '-keyfile', `${issuer}.key`]
    const kind = isAuthority ? ['-extensions', 'authority'] : []
    run(
      'ca',
      '-batch',
      '-notext',
      '-config',
      'openssl.cnf',
      ...by,
      ...dates,
      ...kind,
      '-in',
      `${name}.csr`,
      '-out',
      `${name}.pem`,
    )
  }
  const read = (name: string) => readFileSync(file(name), 'utf8')
  writeFileSync(file('chain.pem'), read('deep.pem') + read('intermediate.pem'))
  const pair = (name: string): Pair => ({
    certificate: file(`${name}.pem`),
    keyFile: file(`${name}.key`),
    key: read(`${name}.key`),
    pin: pinOf(read(`${name}.pem`)),
  })
  const names = ['authority', 'other', 'self', ...Object.keys(wishes)]
  const pairs = Object.fromEntries(names.map(name => [name, pair(name)]))
  return { ...pairs, chain: file('chain.pem'), lists: makeLists(folder, run) } as Certificates
}

/** The pin as openssl users work it out: base64 of SHA-256 over the public key's DER. */
function pinOf(pem: string): string {
  const der = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' })
  return `sha256/${createHash('sha256').update(der).digest('base64')}`
}
