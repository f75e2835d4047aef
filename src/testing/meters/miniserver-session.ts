import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  type KeyObject,
  privateDecrypt,
  randomBytes,
} from 'node:crypto'
import type { Clock } from '../../core/clock.ts'

/** What a fake Miniserver knows of those who may log in. */
export interface MiniserverUsers {
  readonly clock: Clock
  readonly user: string
  readonly password: string
  /** Of the password: `SHA1` until version 10.4. */
  readonly algorithm: 'SHA1' | 'SHA256'
  /** True from version 10.1.12.5 on. */
  readonly jwt: boolean
  /** Seconds. */
  readonly tokenLife: number
  readonly privateKey: KeyObject
  /** Tokens, and when they end. */
  readonly tokens: Map<string, number>
  /** A password was wrong. */
  wrong(): void
  /** A token was given: by password, renewed, taken for a log-in, or given back. */
  noted(deed: 'password' | 'renewed' | 'token' | 'killed'): void
}

export interface MiniserverReply {
  readonly code: number
  readonly value?: unknown
}

/** Seconds from 1970 to 2009, where a Miniserver's time begins. */
const epoch = 1_230_768_000
const userSalt = '3162666130643133'

/** One connection as the Miniserver sees it: its keys, its salts, whether it is logged in. */
export class MiniserverSession {
  readonly #users: MiniserverUsers
  #aes: { readonly key: Buffer; readonly iv: Buffer } | undefined
  #salt: string | undefined
  #oneTimeKey: string | undefined
  #loggedIn = false

  constructor(users: MiniserverUsers) {
    this.#users = users
  }

  get loggedIn(): boolean {
    return this.#loggedIn
  }

  /** Takes the session's key; answers a key for one use, encrypted with it. */
  exchange(sessionKey: string): MiniserverReply {
    try {
      const padding = constants.RSA_PKCS1_PADDING
      const encrypted = Buffer.from(sessionKey, 'base64')
      const said = privateDecrypt({ key: this.#users.privateKey, padding }, encrypted).toString('latin1')
      const [key, iv] = said.split(':').map(text => Buffer.from(text, 'hex'))
      if (key?.length !== 32 || iv?.length !== 16) return { code: 400 }
      this.#aes = { key, iv }
      return { code: 200, value: this.encrypt(this.#newKey()) }
    } catch {
      // What can't be decrypted is a wrong request, whatever it was.
      return { code: 400 }
    }
  }

  /** The command within an encrypted one; undefined when key or salt are wrong. */
  decrypt(ciphertext: string): string | undefined {
    if (this.#aes === undefined) return undefined
    const decipher = createDecipheriv('aes-256-cbc', this.#aes.key, this.#aes.iv).setAutoPadding(false)
    const encrypted = Buffer.from(ciphertext, 'base64')
    if (encrypted.length === 0 || encrypted.length % 16 !== 0) return undefined
    const plain = Buffer.concat([decipher.update(encrypted), decipher.final()])
      .toString('utf8')
      .replace(/\0+$/, '')
    const [, first, next, second, command] =
      /^(?:salt\/([0-9a-f]+)|nextSalt\/([0-9a-f]+)\/([0-9a-f]+))\/(.*)$/s.exec(plain) ?? []
    const salt = first ?? next
    if (salt === undefined || (this.#salt !== undefined && salt !== this.#salt)) return undefined
    this.#salt = second ?? salt
    return command
  }

  encrypt(text: string): string {
    if (this.#aes === undefined) return text
    const cipher = createCipheriv('aes-256-cbc', this.#aes.key, this.#aes.iv).setAutoPadding(false)
    const plain = Buffer.from(text)
    const padded = Buffer.concat([plain, Buffer.alloc((16 - (plain.length % 16)) % 16)])
    return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64')
  }

  /** A command about keys and tokens; undefined where it is about something else. Those with a secret are wanted encrypted. */
  tokenCommand(command: string, encrypted: boolean): MiniserverReply | undefined {
    const [first = '', ...rest] = command.replace(/^jdev\/sys\//, '').split('/')
    if (first === 'getkey') return { code: 200, value: this.#newKey() }
    const deed = this.#deeds[first]
    if (deed === undefined) return undefined
    return encrypted ? deed(rest.map(decodeURIComponent)) : { code: 400 }
  }

  readonly #deeds: Readonly<Record<string, (words: string[]) => MiniserverReply>> = {
    getkey2: () => {
      const { algorithm } = this.#users
      const value = {
        key: this.#newKey(),
        salt: userSalt,
        ...(algorithm === 'SHA256' && { hashAlg: algorithm }),
      }
      return { code: 200, value }
    },
    getjwt: words => (this.#users.jwt ? this.#byPassword(words) : { code: 404 }),
    gettoken: words => this.#byPassword(words),
    authwithtoken: words =>
      this.#withToken(words, token => {
        this.#loggedIn = true
        this.#users.noted('token')
        return { code: 200, value: this.#told(token, false) }
      }),
    refreshjwt: words => this.#withToken(words, token => this.#renewed(token)),
    refreshtoken: words => this.#withToken(words, token => this.#renewed(token)),
    killtoken: words =>
      this.#withToken(words, token => {
        this.#users.tokens.delete(token)
        this.#users.noted('killed')
        return { code: 200, value: '' }
      }),
  }

  #byPassword([hash, user, permission, uuid, info]: string[]): MiniserverReply {
    const { password, algorithm, clock, tokenLife, tokens } = this.#users
    const key = this.#takeKey()
    if (key === undefined || !/^[24]$/.test(permission ?? '') || !uuid || !info) return { code: 400 }
    const hashed = createHash(algorithm).update(`${password}:${userSalt}`).digest('hex').toUpperCase()
    if (user !== this.#users.user || hash !== this.#hmac(`${user}:${hashed}`, key, algorithm)) {
      this.#users.wrong()
      return { code: 401 }
    }
    const token = randomBytes(20).toString('hex')
    tokens.set(token, clock.now() + tokenLife * 1_000)
    this.#loggedIn = true
    this.#users.noted('password')
    return { code: 200, value: this.#told(token, true) }
  }

  #withToken([hash, user]: string[], deed: (token: string) => MiniserverReply): MiniserverReply {
    const { tokens, clock, algorithm } = this.#users
    const key = this.#takeKey()
    if (key === undefined || user !== this.#users.user) return { code: 400 }
    for (const [token, end] of tokens) {
      if (this.#hmac(token, key, algorithm) === hash && end > clock.now()) return deed(token)
    }
    return { code: 401 }
  }

  #renewed(token: string): MiniserverReply {
    const { tokens, clock, tokenLife } = this.#users
    const next = this.#users.jwt ? randomBytes(20).toString('hex') : token
    tokens.delete(token)
    tokens.set(next, clock.now() + tokenLife * 1_000)
    this.#users.noted('renewed')
    return { code: 200, value: this.#told(next, this.#users.jwt) }
  }

  #told(token: string, whole: boolean) {
    const end = this.#users.tokens.get(token) ?? 0
    return {
      ...(whole && { token, key: randomBytes(20).toString('hex') }),
      validUntil: Math.floor(end / 1_000) - epoch,
      tokenRights: 2,
      unsecurePass: false,
    }
  }

  #newKey(): string {
    this.#oneTimeKey = randomBytes(20).toString('hex').toUpperCase()
    return this.#oneTimeKey
  }

  #takeKey(): string | undefined {
    const key = this.#oneTimeKey
    this.#oneTimeKey = undefined
    return key
  }

  #hmac(text: string, key: string, algorithm: 'SHA1' | 'SHA256'): string {
    return createHmac(algorithm, Buffer.from(key, 'hex')).update(text).digest('hex')
  }
}
