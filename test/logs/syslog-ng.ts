import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../support/prometheus.ts'
import type { SyslogRecord } from './rsyslog.ts'
import { until } from './support.ts'

/** Where the installer of test tools unpacks Debian's packages: installed, they would take the system's log over. */
const unpacked = join(
  process.env.ENERGYWEB_TEST_TOOLS ?? join(homedir(), '.cache/energyweb/test-tools'),
  'syslog-ng',
)
const program = join(unpacked, 'usr/sbin/syslog-ng')
const modules = join(unpacked, 'usr/lib/syslog-ng')

function libraries(): string {
  const roots = ['usr/lib', 'lib'].map(root => join(unpacked, root)).filter(existsSync)
  const byMachine = roots.flatMap(root =>
    readdirSync(root)
      .filter(name => name.endsWith('-linux-gnu'))
      .map(name => join(root, name)),
  )
  return [...byMachine, modules].join(':')
}

const environment = () => ({ ...process.env, LD_LIBRARY_PATH: libraries() })

/** Why syslog-ng is missing here; undefined when it is there. */
export function missingSyslogNg(): string | undefined {
  const isThere = existsSync(program) && spawnSync(program, ['-V'], { env: environment() }).status === 0
  return isThere ? undefined : 'syslog-ng is not unpacked (scripts/install-test-tools.sh)'
}

/** The folder that its modules are in is named after its version. */
function version(): string {
  return readdirSync(modules).find(name => /^\d+\.\d+$/.test(name)) ?? ''
}

/** A real syslog-ng that wants a certificate of its authority, and writes what it understood as JSON. */
export class SyslogNg {
  readonly port: number
  readonly #folder: string
  #child: ChildProcess | undefined

  private constructor(folder: string, port: number) {
    this.#folder = folder
    this.port = port
  }

  /** In a folder that has the certificates. */
  static async start(folder: string): Promise<SyslogNg> {
    const server = new SyslogNg(folder, await freePort())
    writeFileSync(join(folder, 'syslog-ng.conf'), configOf(folder, server.port))
    await server.up()
    return server
  }

  async up(): Promise<void> {
    const file = (name: string) => join(this.#folder, name)
    this.#child = spawn(
      program,
      [
        ...['--foreground', '--cfgfile', file('syslog-ng.conf'), '--module-path', join(modules, version())],
        ...['--persist-file', file('persist'), '--pidfile', file('ng.pid'), '--control', file('ng.ctl')],
      ],
      { stdio: 'ignore', env: environment() },
    )
    let listens = false
    await until(() => {
      const socket = connect(this.port, '127.0.0.1', () => {
        listens = true
        socket.destroy()
      }).on('error', () => undefined)
      return listens
    }, 'syslog-ng listens')
  }

  async down(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined) return
    const ended = new Promise(resolve => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }

  get records(): readonly SyslogRecord[] {
    const file = join(this.#folder, 'ng.messages')
    const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
    return text.split('\n').flatMap(line => (line.endsWith('}') ? [JSON.parse(line)] : []))
  }
}

function configOf(folder: string, port: number): string {
  const fields =
    'msg=$MSG host=$HOST app=$PROGRAM pid=$PID facility=$FACILITY severity=$LEVEL at=$ISODATE data=$SDATA'
  return `@version: ${version()}
options { keep-hostname(yes); chain-hostnames(no); stats-freq(0); time-zone("UTC"); frac-digits(3); };
source s {
  syslog(transport("tls") ip("127.0.0.1") port(${port}) log-msg-size(65536) flags(syslog-protocol)
    tls(key-file("${folder}/server.key") cert-file("${folder}/server.pem") ca-file("${folder}/ca.pem") peer-verify(required-trusted)));
};
destination d { file("${folder}/ng.messages" template("$(format-json ${fields})\\n") flush-lines(1)); };
log { source(s); destination(d); };
`
}
