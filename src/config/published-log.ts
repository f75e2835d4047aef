import { resolve } from 'node:path'
import { EnergywebError } from '../core/errors.ts'
import { printableUrl } from '../core/printable-url.ts'
import type { TlsPolicy } from '../core/tls-policy.ts'
import type { LogFiles } from '../publishing/index.ts'

/** Connections side by side: on a slow line each answer is on its way for long. */
const connections = 4

/** Milliseconds. A bundle of the longest entries has 16 MB. */
const limits = { total: 120_000 }

const ownNetwork: TlsPolicy = { allow: 'lan-http', reason: 'follows a log in its own network' }

/** Where a published log is read from, and what lets go of it. */
export interface PublishedLog {
  readonly files: LogFiles
  close(): Promise<void>
}

export interface PublishedLogOptions {
  /** A folder is looked for from here. Default the process's. */
  readonly cwd?: string
  /** Plain HTTP is taken, from loopback and private addresses: short for a `tls` that allows it. Default false. */
  readonly lanHttp?: boolean
  /** What the server must prove. Default `required`. */
  readonly tls?: TlsPolicy
}

/**
 * Opens a published log: an address or a folder.
 * @throws EnergywebError `argument-invalid` for an address that can't be one, and for plain HTTP that is not allowed
 */
export async function openPublishedLog(
  log: string,
  { cwd = process.cwd(), lanHttp = false, tls = lanHttp ? ownNetwork : 'required' }: PublishedLogOptions = {},
): Promise<PublishedLog> {
  const { folderFiles, httpFiles } = await import('../publishing/index.ts')
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(log))
    return { files: folderFiles(resolve(cwd, log)), close: async () => undefined }
  const address = addressOf(log)
  const isAllowed = typeof tls === 'object' && 'allow' in tls
  if (address.startsWith('http:') && !isAllowed) throw plainHttp(printableUrl(address))
  const { openHttpClient } = await import('../connections/index.ts')
  const clients = Array.from({ length: connections }, () =>
    openHttpClient({ tls, plaintextCredentials: false, limits }),
  )
  return {
    files: httpFiles(address, clients),
    close: async () => {
      await Promise.all(clients.map(client => client.close()))
    },
  }
}

function plainHttp(address: string): EnergywebError {
  return new EnergywebError('argument-invalid', `${address}: plain HTTP is refused`, {
    hint: 'Give the address with https; --lan-http takes plain HTTP from loopback and private addresses.',
  })
}

function addressOf(log: string): string {
  const url = URL.canParse(log) ? new URL(log) : undefined
  const plain =
    url !== undefined && url.search === '' && url.hash === '' && url.username === '' && url.password === ''
  if (url !== undefined && plain && /^https?:$/.test(url.protocol)) return url.href.replace(/\/+$/, '')
  throw new EnergywebError(
    'argument-invalid',
    `"${printableUrl(log).slice(0, 200)}" is not the address of a published log`,
    {
      hint: 'Write it like https://log.example.org/roof, without user, password, query and fragment.',
    },
  )
}
