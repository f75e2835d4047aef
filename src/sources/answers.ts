import { toBase64, utf8 } from '../core/bytes.ts'
import { EnergywebError } from '../core/errors.ts'
import type { HttpResponse } from '../core/source.ts'

/** An answer that is worth parsing: status 200, something in it. */
export interface Answer {
  readonly bytes: Uint8Array
  /** Without parameters, in lower case; empty when the server named none. */
  readonly mediaType: string
  /** For messages: the address without anything secret. */
  readonly where: string
}

/** What to do about a status, where the source has a reason of its own for it. */
export type StatusHints = Readonly<Record<number, string>>

/**
 * Sorts an answer by its status.
 *
 * @param where - for messages: see `printableUrl`
 * @param hints - instead of the usual ones
 * @throws EnergywebError `source-unauthorized`, `source-not-found`, `source-failed`, `source-empty`
 */
export function acceptAnswer(response: HttpResponse, where: string, hints: StatusHints = {}): Answer {
  const { status, headers, body } = response
  const hint = hints[status]
  if (status === 401 || status === 403) {
    throw new EnergywebError('source-unauthorized', `${where}: answered ${status}`, {
      hint: hint ?? 'Check user, password or API key under auth.',
    })
  }
  if (status === 404 || status === 410) {
    throw new EnergywebError('source-not-found', `${where}: answered ${status}`, {
      hint: hint ?? 'Check the address, and the id if there is one.',
    })
  }
  if (status !== 200) {
    throw new EnergywebError('source-failed', `${where}: answered ${status}`, {
      retryable: status >= 500 || status === 408 || status === 429,
      hint:
        hint ??
        (status === 429 ? tooMany : 'The device or service has a problem of its own; its log may say more.'),
    })
  }
  if (body.length === 0) {
    throw new EnergywebError('source-empty', `${where}: the answer is empty`, {
      retryable: true,
      hint: 'The device may be starting up.',
    })
  }
  const mediaType = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  return { bytes: body, mediaType, where }
}

const tooMany = 'The service wants fewer requests; it is asked again later.'

/**
 * Refuses a media type that can't be what was asked for, like the HTML of a login page. A missing one is accepted:
 * small devices often send none.
 * @throws EnergywebError `source-malformed`
 */
export function expectMediaType({ mediaType, where }: Answer, accepted: RegExp): void {
  if (mediaType === '' || accepted.test(mediaType)) return
  throw new EnergywebError('source-malformed', `${where}: the answer is ${mediaType.slice(0, 64)}`, {
    hint: 'Is this the address of the data, or of a page for people?',
  })
}

/** What is wrong with an answer's content. */
export function malformed(where: string, what: string, cause?: unknown): EnergywebError {
  return new EnergywebError('source-malformed', `${where}: ${what}`, {
    cause,
    hint: 'The answer was refused as a whole; compare it with what the driver expects.',
  })
}

/** The header of HTTP Basic (RFC 7617), in UTF-8. */
export function basicAuthorization(auth: { user: string; password: string }): string {
  return `Basic ${toBase64(utf8(`${auth.user}:${auth.password}`))}`
}
