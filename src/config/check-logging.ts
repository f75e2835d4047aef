import { dirname, resolve } from 'node:path'
import { isLoopbackHost } from '../connections/private-addresses.ts'
import { formatSize } from '../core/size.ts'
import { defaultLogFile } from '../logging/index.ts'
import { destinationName } from './compose-remote-logs.ts'
import type { Finding } from './problem.ts'
import type { Config } from './schema.ts'
import type { LoggingConfig, RemoteConfig } from './schema-logging.ts'

/** What no single value of `logging` shows. */
export function checkLogging({ logging, data = './data' }: Config): Finding[] {
  if (logging === undefined) return []
  return [...checkFile(logging, data), ...checkRemotes(logging)]
}

/** Old files are removed by their names: none of the record's may ever be among them. */
function checkFile(logging: LoggingConfig, data: string): Finding[] {
  const { file, size = defaultLogFile.size, cap = defaultLogFile.cap } = logging
  if (file === undefined) return checkWithoutFile(logging)
  const findings: Finding[] = []
  if (dirname(resolve('/', file)) === resolve('/', data)) {
    const message = 'is in the data folder, which holds the record: give the messages a folder of their own'
    findings.push({ path: ['logging', 'file'], message })
  }
  if (cap < size) {
    findings.push({ path: ['logging', 'cap'], message: `is below the size of one file, ${formatSize(size)}` })
  }
  return findings
}

function checkWithoutFile(logging: LoggingConfig): Finding[] {
  if (logging.remote === undefined) {
    return [{ path: ['logging'], message: 'needs a `file`, or `remote` places, or both' }]
  }
  return (['level', 'size', 'keep', 'daily', 'cap'] as const).flatMap(name =>
    logging[name] === undefined
      ? []
      : [{ path: ['logging', name], message: 'is for the file, and there is none', atKey: true }],
  )
}

function checkRemotes({ remote = [], spool }: LoggingConfig): Finding[] {
  const findings: Finding[] = []
  if (spool !== undefined && remote.length === 0) {
    findings.push({ path: ['logging', 'spool'], message: 'is for `remote`, and there is none', atKey: true })
  }
  const taken = new Set<string>()
  for (const [index, one] of remote.entries()) {
    const name = destinationName(one)
    if (taken.has(name)) {
      const message = `there is another "${name}": give each a \`name\` of its own`
      findings.push({ path: ['logging', 'remote', index], message })
    }
    taken.add(name)
    const refused = plainRefusal(one)
    if (refused !== undefined)
      findings.push({ path: ['logging', 'remote', index, refused[0]], message: refused[1] })
  }
  return findings
}

/** Messages tell what happens in a house, and headers who we are: without TLS they stay in it. */
function plainRefusal(remote: RemoteConfig): readonly [string, string] | undefined {
  const isPlain = typeof remote.tls === 'object' && 'allow' in remote.tls
  if (remote.kind === 'syslog') return isPlain ? ['tls', 'syslog is sent over TLS alone'] : undefined
  const { protocol, hostname } = new URL(remote.url)
  if (protocol === 'https:') return undefined
  const isHere = isLoopbackHost(hostname)
  if (!isPlain && !isHere)
    return ['url', 'plain HTTP: use https, or `tls: { allow: lan-http, reason }` at home']
  const hasSecrets = remote.auth !== undefined || Object.keys(remote.headers ?? {}).length > 0
  if (hasSecrets && !isHere) return ['url', 'credentials would travel in plain text: use https']
  return undefined
}
