import { EnergywebError, messageOf } from '../../core/errors.ts'
import type { SignatureAlgorithm } from '../../core/signer.ts'
import { type Attribute, type Cryptoki, cka, ckf, ckm, cku, type Handle } from './cryptoki.ts'
import { curves } from './curves.ts'
import { faceOf, findToken, type PlacedToken } from './find-token.ts'
import { privateTemplate, publicTemplate, rsaPrivateTemplate, rsaPublicTemplate } from './key-templates.ts'
import { oaep, wrappingSizes } from './oaep.ts'
import { requirePinTries } from './pin-tries.ts'
import { probeSession } from './probe-session.ts'
import type { FoundKey, KeyName, OaepHash, TokenFace, TokenName } from './protocol.ts'
import { tokenError } from './token-errors.ts'
import { TokenObjects } from './token-objects.ts'

const longestSignature = 512
/** Of RSA with 4,096 bits. */
const longestPlain = 512

interface KeyInUse {
  readonly handle: Handle
  readonly everyTime: boolean
}

interface NewPair {
  readonly mechanism: number
  readonly publicHalves: readonly (readonly Attribute[])[]
  readonly privateHalf: readonly Attribute[]
  /** Of what kind, for messages. */
  readonly what: string
}

/** A token with a session, logged in. Every call is synchronous and takes as long as the library likes. */
export class TokenSession {
  readonly #cryptoki: Cryptoki
  readonly #session: Handle
  readonly #slot: Handle
  readonly #pin: string
  readonly face: TokenFace
  readonly #objects: TokenObjects
  readonly #inUse = new Map<string, KeyInUse>()

  private constructor(
    cryptoki: Cryptoki,
    { session, pin, token }: { session: Handle; pin: string; token: PlacedToken },
  ) {
    this.#cryptoki = cryptoki
    this.#session = session
    this.#slot = token.slot
    this.#pin = pin
    this.face = faceOf(token.info)
    this.#objects = new TokenObjects(cryptoki, { session, face: this.face })
  }

  /**
   * Logs in where the token wants that, with a PIN that it may be given now.
   * @param options.isUnsure - this PIN was given before, and nobody knows what the token said
   * @throws EnergywebError `key-unavailable`, `key-invalid`, `key-password`
   */
  static open(
    cryptoki: Cryptoki,
    { name, pin, isUnsure = false }: { name: TokenName; pin: string; isUnsure?: boolean },
  ): TokenSession {
    const token = findToken(cryptoki, name)
    const what = `the token ${faceOf(token.info).label}`
    const isAsked = (token.info.flags & ckf.loginRequired) !== 0
    if (isAsked) requirePinTries(token.info.flags, { what, isUnsure })
    try {
      const session = openSession(cryptoki, token.slot)
      if (isAsked) cryptoki.C_Login(session, cku.user, pin)
      return new TokenSession(cryptoki, { session, pin, token })
    } catch (error) {
      throw tokenError(error, what)
    }
  }

  /**
   * Asks whether the token is still there, and the login too.
   * @throws EnergywebError `key-unavailable`, retryable, when it is away; then the session is of no more use
   */
  probe(): TokenFace {
    probeSession(this.#cryptoki, { session: this.#session, slot: this.#slot, face: this.face })
    return this.face
  }

  /** Every private key that the token shows. */
  keys(): FoundKey[] {
    return this.#objects.keys()
  }

  /** @throws EnergywebError `key-invalid` when there is none of that name, or more than one */
  key(name: KeyName): FoundKey {
    return this.#objects.describe(this.#objects.handleOf(name))
  }

  /** What the mechanism makes of the data with the key of that name. */
  sign(name: KeyName, { mechanism, data }: { mechanism: number; data: Uint8Array }): Uint8Array {
    const key = this.#keyFor(name)
    this.#cryptoki.C_SignInit(this.#session, { mechanism }, key.handle)
    this.#confirm(key)
    return this.#cryptoki.C_Sign(this.#session, Buffer.from(data), Buffer.alloc(longestSignature))
  }

  /** What was encrypted for the key of that name, by RSA-OAEP. */
  decrypt(name: KeyName, { hash, data }: { hash: OaepHash; data: Uint8Array }): Uint8Array {
    const key = this.#keyFor(name)
    this.#cryptoki.C_DecryptInit(this.#session, oaep(hash), key.handle)
    this.#confirm(key)
    return this.#cryptoki.C_Decrypt(this.#session, Buffer.from(data), Buffer.alloc(longestPlain))
  }

  /**
   * Makes a key pair in the token that never leaves it.
   * @throws EnergywebError `key-invalid` for a label that is taken, or a curve that the token does not have
   */
  generate(key: { label: string; id: string; algorithm: SignatureAlgorithm }): FoundKey {
    const { names, generate: mechanism } = curves[key.algorithm]
    const publicHalves = names.map(curve => publicTemplate(key, curve))
    const halves = { publicHalves, privateHalf: privateTemplate(key) }
    return this.#generate(key.label, { ...halves, mechanism, what: key.algorithm })
  }

  /**
   * Makes an RSA key in the token that never leaves it, and opens what was encrypted for it; of the largest size that the
   * token makes.
   * @throws EnergywebError `key-invalid` for a label that is taken, or a token without RSA
   */
  generateWrapping(key: { label: string; id: string }): FoundKey {
    const publicHalves = wrappingSizes.map(bits => rsaPublicTemplate(key, bits))
    const halves = { publicHalves, privateHalf: rsaPrivateTemplate(key) }
    return this.#generate(key.label, { ...halves, mechanism: ckm.rsaKeyPairGen, what: 'RSA' })
  }

  /** Destroys both halves of the key with this label and this id; the private one first, as that is the one that counts. */
  destroy(key: { label: string; id: string }): number {
    this.#inUse.clear()
    const halves = this.#objects.halvesOf(key)
    for (const half of halves) this.#cryptoki.C_DestroyObject(this.#session, half)
    return halves.length
  }

  /** By the first of the public halves that the token takes. */
  #generate(label: string, { publicHalves, privateHalf, mechanism, what }: NewPair): FoundKey {
    if (this.#objects.hasLabel(label)) {
      throw new EnergywebError('key-invalid', `the token ${this.face.label} has a key ${label} already`, {
        hint: 'Choose another label. A key is never replaced.',
      })
    }
    const failures: unknown[] = []
    for (const publicHalf of publicHalves) {
      try {
        const made = this.#cryptoki.C_GenerateKeyPair(this.#session, { mechanism }, publicHalf, privateHalf)
        return this.#objects.describe(made.privateKey)
      } catch (error) {
        failures.push(error)
      }
    }
    throw generationError(failures[0], `${what} in the token ${this.face.label}`)
  }

  #keyFor(name: KeyName): KeyInUse {
    const place = JSON.stringify([name.label, name.id])
    const known = this.#inUse.get(place)
    if (known !== undefined) return known
    const handle = this.#objects.handleOf(name)
    const key = { handle, everyTime: this.#objects.flag(handle, cka.alwaysAuthenticate) === true }
    this.#inUse.set(place, key)
    return key
  }

  /** A key may ask for its owner each time that it is used (CKA_ALWAYS_AUTHENTICATE). */
  #confirm({ everyTime }: KeyInUse): void {
    if (everyTime) this.#cryptoki.C_Login(this.#session, cku.contextSpecific, this.#pin)
  }
}

function openSession(cryptoki: Cryptoki, slot: Handle): Handle {
  try {
    return cryptoki.C_OpenSession(slot, ckf.serial | ckf.readWrite)
  } catch (error) {
    if (!messageOf(error).includes('CKR_TOKEN_WRITE_PROTECTED')) throw error
    return cryptoki.C_OpenSession(slot, ckf.serial)
  }
}

/** Tokens name a curve that they don't have in many ways, most of which mean something else elsewhere. */
function generationError(thrown: unknown, what: string): EnergywebError {
  const said = messageOf(thrown)
  if (!/CKR_(ATTRIBUTE|TEMPLATE|VENDOR|CURVE|DOMAIN|MECHANISM|FUNCTION_NOT|ARGUMENTS)/.test(said)) {
    return tokenError(thrown, what)
  }
  return new EnergywebError('key-invalid', `${what}: the token can't make such a key (${said})`, {
    hint: 'docs/hardware-keys.md tells which tokens have which curve.',
    cause: thrown,
  })
}
