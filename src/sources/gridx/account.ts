import { z } from 'zod'
import { EnergywebError } from '../../core/errors.ts'
import type { SourceContext } from '../../core/source.ts'
import type { ConnectionFacts } from '../../core/tls-policy.ts'
import type { Answer } from '../answers.ts'
import { openJsonService, readShape, type ServiceRequest } from '../service/json-service.ts'
import { sharedOpening } from '../shared-opening.ts'
import { gridxLogIn } from './log-in.ts'
import type { GridxOptions } from './options.ts'

/** An account at the service, logged in when it is first asked. */
export interface GridxAccount {
  /** An answer of status 200 in JSON. @throws EnergywebError with a `source-…` code, `tls-refused`, `aborted` */
  get(request: ServiceRequest): Promise<Answer>
  facts(): ConnectionFacts | undefined
  close(): Promise<void>
}

const join = sharedOpening<GridxAccount>()

/** Joins the assets that read from the same account: they log in once. */
export function joinGridxAccount(options: GridxOptions, context: SourceContext) {
  const { url, login, tls, auth } = options
  return join(context, JSON.stringify([url, login, tls, auth]), () => openAccount(options, context))
}

const hints = {
  401: 'Check user, password, clientId and realm under auth.',
  403: 'The account may not read this system; does it show it in its app?',
  404: 'Is this the id of a system of the account? Without system it is looked up.',
}

function openAccount({ url, login, tls, auth }: GridxOptions, context: SourceContext): GridxAccount {
  const service = openJsonService({ url, tls, hints, reach: 'public' }, context)
  const loginService = openJsonService({ url: login, tls, hints, reach: 'public' }, context)
  const logIn = gridxLogIn(loginService, { auth, clock: context.clock })
  const send = (request: ServiceRequest, token: string) =>
    service.send({ ...request, headers: { authorization: `Bearer ${token}` } })

  return {
    async get(request) {
      const token = await logIn.token(request.signal)
      const response = await send(request, token.value)
      if (response.status !== 401 && response.status !== 403) return service.accept(response, request)
      const other = await logIn.replace(token, request.signal)
      return service.accept(other === undefined ? response : await send(request, other.value), request)
    },
    facts: () => service.facts(),
    async close() {
      await Promise.all([service.close(), loginService.close()])
    },
  }
}

const gateways = z.array(z.object({ system: z.object({ id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/) }) }))
const mostNamed = 8

/**
 * The one system of an account.
 * @throws EnergywebError `source-not-found` when there is none, or several
 */
export async function onlySystem(account: GridxAccount, signal: AbortSignal): Promise<string> {
  const answer = await account.get({ path: '/gateways', signal })
  const ids = [...new Set(readShape(answer, gateways, 'a list of gateways').map(({ system }) => system.id))]
  const [id] = ids
  if (id !== undefined && ids.length === 1) return id
  const named = ids.slice(0, mostNamed).join(', ')
  throw new EnergywebError('source-not-found', `${answer.where}: the account has ${ids.length} systems`, {
    hint: id === undefined ? 'Does its app show one?' : `Set system to one of them: ${named}.`,
  })
}
