import { z } from 'zod'
import { fromBase64url } from '../../core/bytes.ts'
import type { Clock } from '../../core/clock.ts'
import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import type { HttpResponse } from '../../core/source.ts'
import type { Answer } from '../answers.ts'
import { JsonNumber, parseExactJson } from '../exact-json.ts'
import { refusedRest } from '../refused-rest.ts'
import { decimal, type JsonService, readShape } from '../service/json-service.ts'
import { sharedFlight } from '../shared-flight.ts'
import type { GridxOptions } from './options.ts'

/** A token as it is sent, and when it came and ends by the monotonic clock. */
export interface GridxToken {
  readonly value: string
  readonly at: number
  readonly until: number
}

/** The log-in of one account, shared by all who read from it. */
export interface GridxLogIn {
  /** A token that holds for a while yet. @throws EnergywebError `source-unauthorized`, and as `HttpClient.post` */
  token(signal: AbortSignal): Promise<GridxToken>
  /** Another one for a token that was refused; undefined where it was fresh, so that the token is not what is wrong. */
  replace(refused: GridxToken, signal: AbortSignal): Promise<GridxToken | undefined>
}

const headerSafe = /^[\x21-\x7e]{1,8192}$/
const answerShape = z.object({
  id_token: z.string().regex(headerSafe, 'expected a token'),
  refresh_token: z.string().regex(headerSafe, 'expected a token').optional(),
  expires_in: decimal.optional(),
})

const path = '/oauth/token'
/** A token is renewed so long before its end: no request is under way for longer. */
const margin = 120_000
/** What Auth0 gives an id token for unless told otherwise: ten hours. */
const usualLife = 36_000_000
/** A token younger than this is not what a refusal is about. */
const young = 300_000

/** @param service - that of the log-in's address */
export function gridxLogIn(
  service: JsonService,
  { auth, clock }: { auth: GridxOptions['auth']; clock: Clock },
): GridxLogIn {
  let known: GridxToken | undefined
  let refreshToken: string | undefined
  const rest = refusedRest(clock)

  const send = (form: Readonly<Record<string, string>>, signal: AbortSignal) =>
    service.send({ path, body: { form: { client_id: auth.clientId, ...form } }, signal })

  const take = (response: HttpResponse, signal: AbortSignal): GridxToken => {
    const answer = service.accept(response, { path, signal })
    const { id_token: value, refresh_token, expires_in } = readShape(answer, answerShape, 'a token')
    refreshToken = refresh_token ?? refreshToken
    const life = lifeOf(value, { answer, expiresIn: expires_in })
    const at = clock.monotonic()
    known = { value, at, until: at + life - Math.min(margin, life / 2) }
    rest.over()
    return known
  }

  /** With the refresh token, so that the password travels once; undefined where the service won't. */
  const refresh = async (signal: AbortSignal): Promise<GridxToken | undefined> => {
    if (refreshToken === undefined) return undefined
    const response = await send({ grant_type: 'refresh_token', refresh_token: refreshToken }, signal)
    if (![400, 401, 403].includes(response.status)) return take(response, signal)
    refreshToken = undefined
    return undefined
  }

  const logIn = sharedFlight(`the log-in of ${service.where}`, async signal => {
    known = undefined
    const refreshed = await refresh(signal)
    if (refreshed !== undefined) return refreshed
    rest.check(
      service.where,
      'Check user, password, clientId and realm under auth, and start the gateway anew.',
    )
    const { user: username, password, realm, audience } = auth
    const grant_type = 'http://auth0.com/oauth/grant-type/password-realm'
    const scope = 'email openid offline_access'
    const response = await send({ grant_type, username, password, realm, audience, scope }, signal)
    try {
      // 400 and 403 say here what 401 does: of the account, of the app, of the realm.
      const { status } = response
      return take({ ...response, status: status === 400 || status === 403 ? 401 : status }, signal)
    } catch (error) {
      if (isEnergywebError(error, 'source-unauthorized')) rest.begin()
      throw error
    }
  })

  return {
    async token(signal) {
      if (known !== undefined && clock.monotonic() < known.until) return known
      return logIn(signal)
    },
    async replace(refused, signal) {
      if (known !== undefined && known !== refused) return known
      if (clock.monotonic() - refused.at < young) return undefined
      return logIn(signal)
    },
  }
}

/**
 * Milliseconds that an id token lives. `expires_in` is about the access token, which Auth0 lets live longer; what counts are
 * the token's own times, whose difference holds whatever the clocks say. Its signature is not ours to check: it is sent
 * back to those who made it.
 */
function lifeOf(
  token: string,
  { answer, expiresIn }: { answer: Answer; expiresIn: string | undefined },
): number {
  const seconds = [claimedLife(token, answer.where), Number(expiresIn ?? Number.NaN)].filter(
    life => Number.isFinite(life) && life > 0,
  )
  return Math.min(usualLife, ...seconds.map(life => life * 1_000))
}

function claimedLife(token: string, where: string): number {
  const [, payload] = token.split('.')
  if (payload === undefined) return Number.NaN
  try {
    const claims = z
      .object({ iat: z.instanceof(JsonNumber), exp: z.instanceof(JsonNumber) })
      .safeParse(parseExactJson(fromBase64url(payload), where))
    return claims.success ? Number(claims.data.exp.text) - Number(claims.data.iat.text) : Number.NaN
  } catch (error) {
    // A token that is no JWT tells no time; it may be one all the same.
    if (error instanceof EnergywebError) return Number.NaN
    throw error
  }
}
