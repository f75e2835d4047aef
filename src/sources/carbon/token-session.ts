import type { Clock } from '../../core/clock.ts'
import type { HttpResponse } from '../../core/source.ts'

/** Sends requests with a token that a log-in gives. */
export interface TokenSession {
  /** Sends with the token at hand, or with a new one; a token that is no longer known (401) is renewed once. */
  send(request: (token: string) => Promise<HttpResponse>, login: () => Promise<string>): Promise<HttpResponse>
}

/** @param keptFor - milliseconds after which the token is not used again; somewhat less than it lives */
export function tokenSession(clock: Clock, keptFor: number): TokenSession {
  let known: { token: string; at: number } | undefined
  const renewed = async (login: () => Promise<string>) => {
    known = undefined
    known = { token: await login(), at: clock.monotonic() }
    return known.token
  }
  return {
    async send(request, login) {
      if (known === undefined || clock.monotonic() - known.at > keptFor) return request(await renewed(login))
      const response = await request(known.token)
      return response.status === 401 ? request(await renewed(login)) : response
    },
  }
}
