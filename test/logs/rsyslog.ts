import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { until } from './support.ts'

/** Why rsyslog with TLS is missing here; undefined when it is there. */
export function missingRsyslog(): string | undefined {
  if (spawnSync('rsyslogd', ['-v']).status !== 0)
    return 'rsyslog is not installed (scripts/install-test-tools.sh)'
  if (spawnSync('openssl', ['version']).status !== 0) return 'openssl is not installed'
  const folders = [
    '/usr/lib/x86_64-linux-gnu/rsyslog',
    '/usr/lib/aarch64-linux-gnu/rsyslog',
    '/usr/lib/rsyslog',
  ]
  if (folders.some(folder => existsSync(join(folder, 'lmnsd_gtls.so')))) return undefined
  return 'rsyslog-gnutls is not installed (scripts/install-test-tools.sh)'
}

/** The version of it, for reports. */
export function rsyslogVersion(): string {
  return (
    /rsyslogd\s+([\d.]+)/.exec(spawnSync('rsyslogd', ['-v'], { encoding: 'utf8' }).stdout)?.[1] ?? 'unknown'
  )
}

/** An authority with a server's certificate and a client's, and a client's of a stranger, in a folder. */
export function makeCertificates(folder: string) {
  const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const authority = (name: string) =>
    openssl(
      'req',
      '-x509',
      ...key,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-days',
      '30',
      '-subj',
      `/CN=${name}`,
    )
  const leaf = (name: string, by: string, extension: string) => {
    writeFileSync(join(folder, `${name}.ext`), extension)
    openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
    const signed = [
      '-CA',
      `${by}.pem`,
      '-CAkey',
      `${by}.key`,
      '-CAcreateserial',
      '-days',
      '30',
      '-extfile',
      `${name}.ext`,
    ]
    openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, ...signed)
  }
  authority('ca')
  authority('other')
  leaf('server', 'ca', 'subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth\n')
  leaf('client', 'ca', 'extendedKeyUsage=clientAuth\n')
  leaf('stranger', 'other', 'extendedKeyUsage=clientAuth\n')
  const path = (name: string) => join(folder, name)
  return {
    ca: path('ca.pem'),
    certificate: path('client.pem'),
    key: path('client.key'),
    stranger: { certificate: path('stranger.pem'), key: path('stranger.key') },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** A message as rsyslog has understood it. */
export interface SyslogRecord {
  readonly msg: string
  readonly host: string
  readonly app: string
  readonly pid: string
  readonly facility: string
  readonly severity: string
  readonly at: string
  readonly data: string
}

/** A real rsyslogd that wants a certificate of its authority from whoever speaks to it, and writes what it understood as JSON. */
export class Rsyslog {
  readonly port: number
  readonly #folder: string
  #child: ChildProcess | undefined

  private constructor(folder: string, port: number) {
    this.#folder = folder
    this.port = port
  }

  /** In a folder that has the certificates. */
  static async prepare(folder: string): Promise<Rsyslog> {
    const rsyslog = new Rsyslog(folder, await freePort())
    writeFileSync(join(folder, 'rsyslog.conf'), configOf(folder, rsyslog.port))
    execFileSync('rsyslogd', ['-N1', '-f', join(folder, 'rsyslog.conf')], { stdio: 'pipe' })
    return rsyslog
  }

  async up(): Promise<void> {
    const parameters = ['-n', '-f', join(this.#folder, 'rsyslog.conf'), '-i', join(this.#folder, 'pid')]
    this.#child = spawn('rsyslogd', parameters, { stdio: 'ignore' })
    let listens = false
    await until(() => {
      if (!listens)
        void isOpen(this.port).then(open => {
          listens = open
        })
      return listens
    }, 'rsyslogd listens')
  }

  /** SIGTERM, as an operator stops it, or SIGKILL. */
  async down(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined) return
    const ended = new Promise(resolve => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }

  /** What it has written, as text. */
  get written(): string {
    const file = join(this.#folder, 'messages')
    return existsSync(file) ? readFileSync(file, 'utf8') : ''
  }

  get records(): readonly SyslogRecord[] {
    return this.written.split('\n').flatMap(line => (line.endsWith('}') ? [JSON.parse(line)] : []))
  }
}

async function isOpen(port: number): Promise<boolean> {
  const { connect } = await import('node:net')
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

function configOf(folder: string, port: number): string {
  const field = (name: string, property: string) =>
    `constant(value="\\"${name}\\":\\"") property(name="${property}" format="json") constant(value="\\"")`
  const fields = [
    ['msg', 'msg'],
    ['host', 'hostname'],
    ['app', 'app-name'],
    ['pid', 'procid'],
    ['facility', 'syslogfacility-text'],
    ['severity', 'syslogseverity-text'],
    ['data', 'structured-data'],
  ].map(([name = '', property = '']) => field(name, property))
  const time =
    'constant(value="\\"at\\":\\"") property(name="timereported" dateFormat="rfc3339") constant(value="\\"")'
  return `
global(workDirectory="${folder}" maxMessageSize="16k"
  defaultNetstreamDriverCAFile="${folder}/ca.pem"
  defaultNetstreamDriverCertFile="${folder}/server.pem"
  defaultNetstreamDriverKeyFile="${folder}/server.key")
module(load="imtcp" StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.Authmode="x509/certvalid")
template(name="json" type="list") {
  constant(value="{") ${[...fields, time].join(' constant(value=",") ')} constant(value="}\\n")
}
input(type="imtcp" port="${port}" address="127.0.0.1")
action(type="omfile" file="${folder}/messages" template="json" asyncWriting="off" flushOnTXEnd="on")
`
}
