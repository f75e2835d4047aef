import type { Clock } from '../../core/clock.ts'
import type { HttpResponse } from '../../core/source.ts'
import type { Answer } from '../answers.ts'
import { type JsonService, readShape, type ServiceRequest, tokenAnswer } from '../service/json-service.ts'

export interface LogInOptions {
  readonly clock: Clock
  /** The word before the token in the header `Authorization`. */
  readonly scheme: 'Bearer' | 'Token'
  /** The request that a token answers; undefined where the service asks for none. */
  readonly login: Omit<ServiceRequest, 'signal'> | undefined
  /** Milliseconds after which a token is not used again; somewhat less than it lives. */
  readonly keptFor: number
}

/**
 * Asks a service that wants a token. The token is got when it is first needed and kept; one that the service no longer
 * knows (401) is renewed once.
 */
export function loggedIn(
  service: JsonService,
  { clock, scheme, login, keptFor }: LogInOptions,
): (request: ServiceRequest) => Promise<Answer> {
  let known: { token: string; at: number } | undefined

  const renewed = async (logIn: Omit<ServiceRequest, 'signal'>, signal: AbortSignal): Promise<string> => {
    known = undefined
    const request = { ...logIn, signal }
    const { status, ...response } = await service.send(request)
    // A refusal has another reason here than where data are asked for, whatever the service calls it.
    const answer = service.accept({ ...response, status: status === 403 ? 401 : status }, request)
    const { token } = readShape(answer, tokenAnswer, 'a token')
    known = { token, at: clock.monotonic() }
    return token
  }
  const send = (request: ServiceRequest, token: string): Promise<HttpResponse> =>
    service.send({ ...request, headers: { ...request.headers, authorization: `${scheme} ${token}` } })
  const answerTo = async (request: ServiceRequest): Promise<HttpResponse> => {
    if (login === undefined) return service.send(request)
    if (known === undefined || clock.monotonic() - known.at > keptFor)
      return send(request, await renewed(login, request.signal))
    const response = await send(request, known.token)
    return response.status === 401 ? send(request, await renewed(login, request.signal)) : response
  }
  return async request => service.accept(await answerTo(request), request)
}
