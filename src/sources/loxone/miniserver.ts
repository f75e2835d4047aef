import { z } from 'zod'
import { httpError } from '../../connections/http-errors.ts'
import { webSocketOpener } from '../../connections/open-web-socket.ts'
import { utf8 } from '../../core/bytes.ts'
import { isEnergywebError } from '../../core/errors.ts'
import { printableUrl } from '../../core/printable-url.ts'
import type { HttpClient, SourceContext } from '../../core/source.ts'
import type { ConnectionFacts } from '../../core/tls-policy.ts'
import { acceptAnswer } from '../answers.ts'
import { refusedRest } from '../refused-rest.ts'
import { sharedFlight } from '../shared-flight.ts'
import { sharedOpening } from '../shared-opening.ts'
import { acceptCode, answerValue, type LoxoneAnswer, parseAnswer } from './answer.ts'
import { LoxoneEncryption, publicKeyOf } from './encryption.ts'
import {
  exchangeKeys,
  killToken,
  type LoxoneLine,
  type LoxoneToken,
  passwordLogIn,
  renewedToken,
  tokenLogIn,
} from './log-in.ts'
import type { LoxoneOptions } from './options.ts'
import { LoxoneSocket } from './socket.ts'
import { acceptStructure } from './structure.ts'

/** A connection that is logged in and told of every state. */
export interface LoxoneConnection {
  readonly socket: LoxoneSocket
  /** `LoxAPP3.json` as it was when the connection was made: the Miniserver cuts all of them when it gets another program. */
  readonly structure: { readonly bytes: Uint8Array; readonly where: string }
}

/** A Miniserver, to which all of its meters go by one connection. */
export interface Miniserver {
  /** The connection, made anew where it was cut. @throws EnergywebError with a `source-…` code, `tls-refused`, `aborted` */
  connection(signal: AbortSignal): Promise<LoxoneConnection>
  /** How the WebSocket was proven that was opened last. */
  facts(): ConnectionFacts | undefined
  close(): Promise<void>
}

const join = sharedOpening<Miniserver>()

/** Joins the meters of one Miniserver. */
export function joinMiniserver(options: LoxoneOptions, context: SourceContext) {
  const { url, tls, auth } = options
  return join(context, JSON.stringify([url, tls, auth]), () => openMiniserver(options, context))
}

const patience = 10_000
/** For the farewell at the end. */
const shortPatience = 2_000
const longestMessage = 8_388_608
/** The Miniserver cuts a connection that says nothing for five minutes. */
const lifeEvery = 60_000
const mostBytes = 16_384
const hint = 'Check user and password under auth, and start the gateway anew.'
const versionShape = z.object({ version: z.string().regex(/^\d{1,5}(\.\d{1,5}){1,3}$/) })

function openMiniserver({ url, tls, auth }: LoxoneOptions, context: SourceContext): Miniserver {
  const { clock } = context
  const where = printableUrl(url)
  const http = context.http({ tls, plaintextCredentials: true })
  const rest = refusedRest(clock)
  let token: LoxoneToken | undefined
  let facts: ConnectionFacts | undefined
  let open: (LoxoneConnection & { readonly line: LoxoneLine }) | undefined

  const line = async (signal: AbortSignal): Promise<LoxoneLine> => {
    const { version } = answerValue(await ask(http, `${url}/jdev/cfg/apiKey`, signal), versionShape, where)
    const said = await ask(http, `${url}/jdev/sys/getPublicKey`, signal)
    const publicKey = publicKeyOf(answerValue(said, z.string(), where), where)
    const encryption = new LoxoneEncryption(() => clock.monotonic())
    let refusal: Error | undefined
    const webSocket = await webSocketOpener({
      policy: { tls },
      timeout: patience,
      longest: longestMessage,
      onOpen: found => {
        facts = found
      },
      onRefused: error => {
        refusal = error
      },
    })
    const address = `${url.replace(/^http/, 'ws')}/ws/rfc6455`
    const socket = new LoxoneSocket(webSocket(address, ['remotecontrol']), {
      where,
      patience,
      refusal: () => refusal && httpError(refusal, where),
    })
    try {
      await socket.opened(signal)
      const made = { socket, encryption, version, where, clock }
      await exchangeKeys(made, encryption.sessionKey(publicKey), signal)
      return made
    } catch (error) {
      socket.close()
      throw error
    }
  }

  /** A line, and what logs in over it; none is left open when that fails. */
  const over = async <Result>(
    deed: (made: LoxoneLine) => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Result> => {
    const made = await line(signal)
    try {
      return await deed(made)
    } catch (error) {
      made.socket.close()
      throw error
    }
  }

  const begin = async (made: LoxoneLine, signal: AbortSignal) => {
    const { socket } = made
    const text = await socket.send('data/LoxAPP3.json', { type: 'file', signal })
    const structure = { bytes: utf8(text), where: `${where}/data/LoxAPP3.json` }
    // A line over which a refusal came in its place is not kept: it would be asked for its meters again and again.
    acceptStructure(structure)
    const enabled = await socket.send('jdev/sps/enablebinstatusupdate', { signal })
    acceptCode(parseAnswer(utf8(enabled), where), where)
    open = { socket, structure, line: made }
    keepAlive(socket)
    return open
  }

  /** With the token of the connection before. Whatever becomes of it, it is tried once: the Miniserver may cut instead of refusing. */
  const byToken = async (kept: LoxoneToken, signal: AbortSignal) => {
    token = undefined
    return over(async made => {
      await tokenLogIn(made, { ...auth, token: kept }, signal)
      token = kept
      return begin(made, signal)
    }, signal)
  }

  const byPassword = async (signal: AbortSignal) => {
    rest.check(where, hint)
    try {
      return await over(async made => {
        token = await passwordLogIn(made, auth, signal)
        rest.over()
        return begin(made, signal)
      }, signal)
    } catch (error) {
      if (isEnergywebError(error, 'source-unauthorized')) rest.begin()
      throw error
    }
  }

  const connect = sharedFlight(`the connection to ${where}`, async signal => {
    if (token === undefined) return byPassword(signal)
    try {
      return await byToken(token, signal)
    } catch (error) {
      if (isEnergywebError(error, 'source-unauthorized')) return byPassword(signal)
      throw error
    }
  })

  const renew = sharedFlight(`the token of ${where}`, async signal => {
    if (open === undefined || token === undefined) return
    try {
      token = await renewedToken(open.line, { ...auth, token }, signal)
    } catch (error) {
      // One that is known no more leads to the password, over a new connection.
      if (isEnergywebError(error, 'source-unauthorized')) token = undefined
      open.socket.close()
      throw error
    }
  })

  return {
    async connection(signal) {
      if (open === undefined || !open.socket.alive) return connect(signal)
      if (token !== undefined && clock.monotonic() >= token.renewAt) await renew(signal)
      return open
    },
    facts: () => facts,
    async close() {
      if (open?.socket.alive === true && token !== undefined)
        await killToken(open.line, { ...auth, token }, AbortSignal.timeout(shortPatience))
      open?.socket.close()
      await http.close()
    },
  }
}

/** Between polls, on real time as every network is: a connection that died is found, and made anew at the next poll. */
function keepAlive(socket: LoxoneSocket): void {
  const timer = setInterval(() => {
    if (!socket.alive) clearInterval(timer)
    // Its end tells whoever reads; nobody waits for this one.
    else socket.life(new AbortController().signal).catch(() => clearInterval(timer))
  }, lifeEvery)
  timer.unref()
}

async function ask(http: HttpClient, url: string, signal: AbortSignal): Promise<LoxoneAnswer> {
  const where = printableUrl(url)
  const { bytes } = acceptAnswer(await http.get({ url, maxBytes: mostBytes, signal }), where)
  const answer = parseAnswer(bytes, where)
  acceptCode(answer, where)
  return answer
}
