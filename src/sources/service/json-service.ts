import { z } from 'zod'
import { printableUrl } from '../../core/printable-url.ts'
import type { HttpBody, HttpClient, HttpOptions, HttpResponse, SourceContext } from '../../core/source.ts'
import type { ConnectionFacts } from '../../core/tls-policy.ts'
import { type Answer, acceptAnswer, expectMediaType, malformed, type StatusHints } from '../answers.ts'
import { JsonNumber, parseExactJson } from '../exact-json.ts'
import { requestPause } from './request-pause.ts'

const json = /^application\/([a-z.-]+\+)?json$/

export interface ServiceRequest {
  /** Appended to the service's address. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** Makes it a POST. */
  readonly body?: HttpBody
  /** Default 64 KiB. */
  readonly maxBytes?: number
  readonly signal: AbortSignal
}

/** A service that answers in JSON and may ask to be left alone for a while. */
export interface JsonService {
  /** The answer as it came, whatever its status. @throws EnergywebError as `HttpClient.get`; `source-failed` during a pause */
  send(request: ServiceRequest): Promise<HttpResponse>
  /** Its address. */
  readonly where: string
  /** The answer when it is good JSON's media type. @throws EnergywebError as `acceptAnswer` */
  accept(response: HttpResponse, request: ServiceRequest): Answer
  facts(): ConnectionFacts | undefined
  close(): Promise<void>
}

export interface JsonServiceOptions extends Pick<HttpOptions, 'tls' | 'reach'> {
  readonly url: string
  /** What to do about a status, where the service has a reason of its own. */
  readonly hints?: StatusHints
}

/** Opens a service at its address. */
export function openJsonService(
  { url, tls, hints = {}, reach = 'any' }: JsonServiceOptions,
  context: SourceContext,
): JsonService {
  const http: HttpClient = context.http({ tls, plaintextCredentials: false, reach })
  const pause = requestPause(context.clock)
  return {
    where: url,
    async send({ path, query, headers, body, maxBytes = 65_536, signal }) {
      pause.check(printableUrl(`${url}${path}`))
      const search = query === undefined ? '' : `?${new URLSearchParams(query)}`
      const request = {
        url: `${url}${path}${search}`,
        headers: { accept: 'application/json', ...headers },
        maxBytes,
        signal,
      }
      const response = await (body === undefined ? http.get(request) : http.post({ ...request, body }))
      pause.heed(response)
      return response
    },
    accept(response, { path }) {
      const answer = acceptAnswer(response, printableUrl(`${url}${path}`), hints)
      expectMediaType(answer, json)
      return answer
    },
    facts: () => http.facts?.(),
    close: () => http.close(),
  }
}

/**
 * Reads an answer's JSON.
 * @param what - what it should be, for the message
 * @throws EnergywebError `source-malformed`; nothing of the answer is quoted
 */
export function readShape<Shape extends z.ZodType>(
  { bytes, where }: Answer,
  shape: Shape,
  what: string,
): z.output<Shape> {
  const parsed = shape.safeParse(parseExactJson(bytes, where))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw malformed(
    where,
    `not ${what}: ${issue?.message} at ${issue?.path.join('.') || 'the top'}`,
    parsed.error,
  )
}

/** The payload of an answer as it is kept. */
export function rawOf({ bytes, mediaType }: Answer) {
  return { bytes, mediaType: mediaType || 'application/json' }
}

/** A JSON number, as its text. */
export const decimal = z.instanceof(JsonNumber, { error: 'expected a number' }).transform(({ text }) => text)

/** A log-in's answer. What becomes a header must fit into one. */
export const tokenAnswer = z.object({
  token: z.string().regex(/^[\x21-\x7e]{1,8192}$/, 'expected a token'),
})
