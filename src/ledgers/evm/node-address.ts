import { EnergywebError } from '../../core/errors.ts'
import type { TlsPolicy } from '../../core/tls-policy.ts'
import type { CallRate } from './token-bucket.ts'

/** A node as configured. */
export interface NodeSettings {
  /** `http` or `https`. User and password in it become a header. */
  readonly url: string
  /** Most calls; each call of a batch counts. Default: as many as come. */
  readonly rate?: CallRate
  /** Headers of every request, like an API key. */
  readonly headers?: Readonly<Record<string, string>>
  /** What the node must prove; default `required`. To this very machine plain HTTP needs no word. */
  readonly tls?: TlsPolicy
}

export interface NodeAddress {
  readonly url: string
  /** For messages: the host alone, as user, path and query often hold a key. */
  readonly shown: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Reads where a node speaks WebSocket.
 * @throws EnergywebError `config-invalid`, which never shows the address
 */
export function socketAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && /^wss?:$/.test(url.protocol) && url.username === '' && url.password === '') {
    return url.href.slice(0, url.href.length - url.hash.length)
  }
  throw new EnergywebError(
    'config-invalid',
    "a node's WebSocket has a ws or wss URL, without user and password",
    {
      hint: 'Look at `ws` of the network.',
    },
  )
}

/**
 * Reads where a node is.
 * @throws EnergywebError `config-invalid`, which never shows the address
 */
export function nodeAddress({ url: text, headers: own }: NodeSettings): NodeAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new EnergywebError('config-invalid', 'a node has an http or https URL', {
      hint: 'Look at `rpc` of the network.',
    })
  }
  const headers: Record<string, string> = { ...own, 'content-type': 'application/json' }
  if (url.username !== '' || url.password !== '') {
    const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
    headers.authorization = `Basic ${Buffer.from(credentials).toString('base64')}`
    url.username = ''
    url.password = ''
  }
  return { url: url.href, shown: url.host, headers }
}
