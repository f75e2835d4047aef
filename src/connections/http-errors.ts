import { EnergywebError, messageOf } from '../core/errors.ts'

/** A URL as it may stand in a message: no user, password, query or fragment. */
export function printableUrl(address: URL | string): string {
  const { protocol, host, pathname } = typeof address === 'string' ? new URL(address) : address
  return `${protocol}//${host}${pathname}`
}

/** TLS alerts and certificate findings of Node and OpenSSL. */
const tlsCode =
  /^(ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/

const timeouts: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  ETIMEDOUT: 'no connection in time',
}

/** What people see of the commonest codes; the code stands behind it. */
const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  EHOSTUNREACH: 'no way leads there',
  ENETUNREACH: 'no way leads there',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name server gives no answer',
  UND_ERR_SOCKET: 'the connection was cut',
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}

/** Turns what the HTTP library threw into one of our errors; `where` is printable. */
export function httpError(error: unknown, where: string): EnergywebError {
  if (error instanceof EnergywebError) return error
  const code = codeOf(error)
  const timeout = timeouts[code]
  if (timeout !== undefined) return timeoutError(where, timeout, error)
  if (tlsCode.test(code)) {
    return new EnergywebError('tls-refused', `${where}: the TLS connection was refused (${code})`, {
      cause: error,
      hint: 'Give the device a certificate of a known authority, or set tls to { ca } or { pin }.',
    })
  }
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new EnergywebError('source-too-large', `${where}: the answer's headers are too large`, {
      cause: error,
      hint: 'Is this the right address?',
    })
  }
  if (error instanceof Error && error.name === 'HTTPParserError') {
    return new EnergywebError('source-malformed', `${where}: the answer is not HTTP`, {
      cause: error,
      hint: 'Is this the right address and port?',
    })
  }
  const inWords = words[code]
  const what = inWords === undefined ? code || messageOf(error) : `${inWords} (${code})`
  return new EnergywebError('source-unreachable', `${where}: ${what}`, {
    cause: error,
    retryable: true,
    hint: 'Is the device switched on, and are address and port right?',
  })
}

/** A `source-timeout`; `what` says how far it came. */
export function timeoutError(where: string, what: string, cause?: unknown): EnergywebError {
  return new EnergywebError('source-timeout', `${where}: ${what}`, {
    cause,
    retryable: true,
    hint: 'Is the device switched on, and is the network between fast enough?',
  })
}
