import { EnergywebError, messageOf } from '../core/errors.ts'
import { refusalOfCode, tlsRefused, usualCode } from './tls-refusals.ts'

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

/** The code of what the system or the library threw; empty where there is none. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}

/** Nobody could say which address a name has. */
const unnamed = new Set(['ENOTFOUND', 'EAI_AGAIN'])

/** Turns what the HTTP library threw into one of our errors; `where` is printable. */
export function httpError(error: unknown, where: string): EnergywebError {
  if (error instanceof EnergywebError) return error
  const code = codeOf(error)
  const timeout = timeouts[code]
  if (timeout !== undefined) return timeoutError(where, timeout, error)
  const refusal = refusalOfCode(code)
  if (refusal !== undefined) return tlsRefused(refusal.reason, where, { what: refusal.what, cause: error })
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
    hint: unnamed.has(code)
      ? 'Is the name right, and does the name server answer?'
      : 'Is the device or server running, and are address and port right?',
  })
}

/** A `source-timeout`; `what` says how far it came. */
export function timeoutError(where: string, what: string, cause?: unknown): EnergywebError {
  return new EnergywebError('source-timeout', `${where}: ${what}`, {
    cause,
    retryable: true,
    hint: 'Is the device or server running, and is the network between fast enough?',
  })
}

/**
 * What went wrong before a connection stood: a refusal of TLS gets its name, anything else stays as it is.
 * @param sawCertificate - the server had proven itself when it refused us, so it was our certificate that it missed (RFC 5246,
 * 7.4.6: a fatal handshake failure)
 */
export function handshakeError(error: Error, where: string, sawCertificate: boolean): Error {
  if (error instanceof EnergywebError) return error
  const code = codeOf(error)
  if (sawCertificate && usualCode(code) === 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE') {
    const what = `the server does not take our certificate, or wants one, ${code}`
    return tlsRefused('client-certificate-refused', where, { what, cause: error })
  }
  return refusalOfCode(code) === undefined ? error : httpError(error, where)
}
