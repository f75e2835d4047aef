import { createHash } from 'node:crypto'
import { z } from 'zod'
import { utf8 } from '../../core/bytes.ts'
import type { Clock } from '../../core/clock.ts'
import { isEnergywebError } from '../../core/errors.ts'
import { JsonNumber } from '../exact-json.ts'
import { acceptCode, answerValue, type LoxoneAnswer, parseAnswer } from './answer.ts'
import type { LoxoneEncryption } from './encryption.ts'
import { isVersion, keyedHash, type LoxoneHash, passwordHash } from './hashing.ts'
import type { LoxoneSocket } from './socket.ts'

/** What the Miniserver gave in place of the password. */
export interface LoxoneToken {
  readonly text: string
  /** When to renew it, by the monotonic clock. */
  readonly renewAt: number
}

/** A connection with what its commands need. */
export interface LoxoneLine {
  readonly socket: LoxoneSocket
  readonly encryption: LoxoneEncryption
  readonly version: string
  readonly where: string
  readonly clock: Clock
}

type Auth = { readonly user: string; readonly password: string }

const jwtFrom = '10.1.12.5'
const sha256From = '10.4.0.0'
/** Short-lived, as for a web page: the password is at hand for another one. */
const permission = 2
/** The Miniserver counts from 2009-01-01 UTC. */
const epoch = 1_230_768_000
const shortestLife = 600_000
const longestLife = 86_400_000

const hex = z.string().regex(/^([0-9a-f]{2}){1,64}$/i)
const saltShape = z.object({
  key: hex,
  salt: z.string().regex(/^[0-9a-zA-Z]{1,128}$/),
  hashAlg: z.enum(['SHA1', 'SHA256']).default('SHA1'),
})
const tokenShape = z.object({
  token: z.string().regex(/^[\x21-\x7e]{1,4096}$/),
  validUntil: z.instanceof(JsonNumber).optional(),
})

/** Sends a command that nobody else may read. @throws EnergywebError as `acceptCode`, and as the socket */
async function ask(line: LoxoneLine, command: string, signal: AbortSignal): Promise<LoxoneAnswer> {
  const { socket, encryption, where } = line
  const text = await socket.send(encryption.command(command), { signal })
  // What the Miniserver could not even decrypt it refuses in plain text.
  const bytes = /^\s*\{/.test(text) ? utf8(text) : encryption.decrypt(text, where)
  const answer = parseAnswer(bytes, where)
  acceptCode(answer, where)
  return answer
}

/** Logs in with the password, which does not travel. @throws EnergywebError `source-unauthorized`, and as the socket */
export async function passwordLogIn(line: LoxoneLine, auth: Auth, signal: AbortSignal): Promise<LoxoneToken> {
  const { where, version } = line
  const user = encodeURIComponent(auth.user)
  const { key, salt, hashAlg } = answerValue(
    await ask(line, `jdev/sys/getkey2/${user}`, signal),
    saltShape,
    where,
  )
  const hash = passwordHash(auth, { key, salt, algorithm: hashAlg })
  const command = isVersion(version, jwtFrom) ? 'getjwt' : 'gettoken'
  const whom = `${hash}/${user}/${permission}/${clientId(where, auth.user)}/energyweb`
  return tokenOf(line, await ask(line, `jdev/sys/${command}/${whom}`, signal))
}

/** Logs in with a token. @throws EnergywebError `source-unauthorized` when it is known no more */
export async function tokenLogIn(
  line: LoxoneLine,
  { user, token }: { user: string; token: LoxoneToken },
  signal: AbortSignal,
): Promise<void> {
  const hash = await tokenHash(line, token, signal)
  await ask(line, `authwithtoken/${hash}/${encodeURIComponent(user)}`, signal)
}

/** Another token for one that ends soon. */
export async function renewedToken(
  line: LoxoneLine,
  { user, token }: { user: string; token: LoxoneToken },
  signal: AbortSignal,
): Promise<LoxoneToken> {
  const hash = await tokenHash(line, token, signal)
  const command = isVersion(line.version, jwtFrom) ? 'refreshjwt' : 'refreshtoken'
  const answer = await ask(line, `jdev/sys/${command}/${hash}/${encodeURIComponent(user)}`, signal)
  // An old version keeps the token and tells its new end only.
  const { token: text = token.text, validUntil } = answerValue(answer, tokenShape.partial(), line.where)
  return { text, renewAt: renewAt(line, validUntil) }
}

/** Gives the token back, so that it can be used by nobody. The Miniserver may close the connection instead of answering. */
export async function killToken(
  line: LoxoneLine,
  { user, token }: { user: string; token: LoxoneToken },
  signal: AbortSignal,
): Promise<void> {
  try {
    const hash = await tokenHash(line, token, signal)
    await ask(line, `jdev/sys/killtoken/${hash}/${encodeURIComponent(user)}`, signal)
  } catch (error) {
    if (!isEnergywebError(error)) throw error
  }
}

async function tokenHash(line: LoxoneLine, { text }: LoxoneToken, signal: AbortSignal): Promise<string> {
  const key = answerValue(await ask(line, 'jdev/sys/getkey', signal), hex, line.where)
  const algorithm: LoxoneHash = isVersion(line.version, sha256From) ? 'SHA256' : 'SHA1'
  return keyedHash(text, key, algorithm)
}

function tokenOf(line: LoxoneLine, answer: LoxoneAnswer): LoxoneToken {
  const { token, validUntil } = answerValue(answer, tokenShape, line.where)
  return { text: token, renewAt: renewAt(line, validUntil) }
}

/** Half of its life before its end, by a clock that may not be the Miniserver's: soon enough, never at once. */
function renewAt({ clock }: LoxoneLine, validUntil: JsonNumber | undefined): number {
  const end = (Number(validUntil?.text ?? Number.NaN) + epoch) * 1_000
  const half = Number.isFinite(end) ? (end - clock.now()) / 2 : shortestLife
  return clock.monotonic() + Math.min(Math.max(half, shortestLife), longestLife)
}

/** The same for the same gateway, so that a Miniserver lists it once. */
function clientId(where: string, user: string): string {
  const digest = createHash('sha256').update(`energyweb ${where} ${user}`).digest('hex')
  return [digest.slice(0, 8), digest.slice(8, 12), digest.slice(12, 16), digest.slice(16, 32)].join('-')
}

/** Tells the Miniserver the session's key. */
export async function exchangeKeys(line: LoxoneLine, sessionKey: string, signal: AbortSignal): Promise<void> {
  const text = await line.socket.send(`jdev/sys/keyexchange/${sessionKey}`, { signal })
  acceptCode(parseAnswer(utf8(text), line.where), line.where)
}
