import { fromHex, fromUtf8, toHex } from '../../core/bytes.ts'
import { EnergywebError, messageOf } from '../../core/errors.ts'
import { type Attribute, type Cryptoki, cka, cko, type Handle } from './cryptoki.ts'
import type { FoundKey, KeyName, RsaPublicKey, TokenFace } from './protocol.ts'

const mostObjects = 1_000

/** What a token shows in a session: keys by their names, and what it tells of them. */
export class TokenObjects {
  readonly #cryptoki: Cryptoki
  readonly #session: Handle
  readonly #face: TokenFace

  constructor(cryptoki: Cryptoki, { session, face }: { readonly session: Handle; readonly face: TokenFace }) {
    this.#cryptoki = cryptoki
    this.#session = session
    this.#face = face
  }

  /** Every private key that the token shows. */
  keys(): FoundKey[] {
    return this.#find([classIs(cko.privateKey)]).map(handle => this.describe(handle))
  }

  /** True when a private or a public key has this label. */
  hasLabel(label: string): boolean {
    const named = { type: cka.label, value: label }
    return [cko.privateKey, cko.publicKey].some(kind => this.#find([classIs(kind), named]).length > 0)
  }

  /**
   * The private key of that name.
   * @throws EnergywebError `key-invalid` when there is none, or more than one
   */
  handleOf(name: KeyName): Handle {
    const { label, id } = name
    const template = [
      classIs(cko.privateKey),
      ...(label === undefined ? [] : [{ type: cka.label, value: label }]),
      ...(id === undefined ? [] : [{ type: cka.id, value: Buffer.from(fromHex(id)) }]),
    ]
    const [handle, ...others] = this.#find(template)
    if (handle !== undefined && others.length === 0) return handle
    const words = [label, id === undefined ? undefined : `id ${id}`].filter(word => word !== undefined)
    const all = this.keys()
      .map(key => `${key.label} (id ${key.id})`)
      .sort()
    const message =
      handle === undefined
        ? `the token ${this.#face.label} has no private key ${words.join(', ')}`
        : `the token ${this.#face.label} has ${others.length + 1} private keys ${words.join(', ')}`
    throw new EnergywebError('key-invalid', message, {
      hint: `It has ${all.join(', ') || 'none: make one with `energyweb keys new --pkcs11`'}.`,
    })
  }

  /** The halves of the key with this label and this id, the private one first. */
  halvesOf({ label, id }: { label: string; id: string }): Handle[] {
    const named = [
      { type: cka.label, value: label },
      { type: cka.id, value: Buffer.from(fromHex(id)) },
    ]
    return [cko.privateKey, cko.publicKey].flatMap(kind => this.#find([classIs(kind), ...named]))
  }

  #find(template: readonly Attribute[]): Handle[] {
    this.#cryptoki.C_FindObjectsInit(this.#session, template)
    try {
      return this.#cryptoki.C_FindObjects(this.#session, mostObjects)
    } finally {
      this.#cryptoki.C_FindObjectsFinal(this.#session)
    }
  }

  /** What the token tells of a private key. */
  describe(handle: Handle): FoundKey {
    const id = this.#value(handle, cka.id) ?? Buffer.alloc(0)
    const label = this.#value(handle, cka.label) ?? Buffer.alloc(0)
    const publicHalf = this.#publicHalfOf({ id, label })
    return {
      label: fromUtf8(label),
      id: toHex(id),
      curve: this.#value(handle, cka.ecParams),
      point: this.#tellingOf([publicHalf, handle], cka.ecPoint),
      rsa: this.#rsaOf([publicHalf, handle]),
      attributes: {
        sensitive: this.flag(handle, cka.sensitive),
        alwaysSensitive: this.flag(handle, cka.alwaysSensitive),
        extractable: this.flag(handle, cka.extractable),
        neverExtractable: this.flag(handle, cka.neverExtractable),
        local: this.flag(handle, cka.local),
      },
    }
  }

  /** The public key that belongs to a private one: same id, or where that is empty, same label. */
  #publicHalfOf({ id, label }: { id: Buffer; label: Buffer }): Handle | undefined {
    const own = id.length > 0 ? { type: cka.id, value: id } : { type: cka.label, value: label }
    const [publicKey, ...others] = this.#find([classIs(cko.publicKey), own])
    return others.length > 0 ? undefined : publicKey
  }

  /** Some tokens tell what is public of the private half too. */
  #tellingOf(halves: readonly (Handle | undefined)[], type: number): Buffer | undefined {
    for (const half of halves) {
      const value = half === undefined ? undefined : this.#value(half, type)
      if (value !== undefined) return value
    }
    return undefined
  }

  #rsaOf(halves: readonly (Handle | undefined)[]): RsaPublicKey | undefined {
    const modulus = this.#tellingOf(halves, cka.modulus)
    const exponent = modulus && this.#tellingOf(halves, cka.publicExponent)
    return modulus && exponent && { modulus, exponent }
  }

  /** Undefined for a flag that the object does not have, or does not tell. */
  flag(handle: Handle, type: number): boolean | undefined {
    const value = this.#value(handle, type)
    return value === undefined ? undefined : value.some(byte => byte !== 0)
  }

  /** Undefined for an attribute that the object does not have, or does not tell. */
  #value(handle: Handle, type: number): Buffer | undefined {
    try {
      const [found] = this.#cryptoki.C_GetAttributeValue(this.#session, handle, [{ type }])
      return found === undefined || found.value.length === 0 ? undefined : found.value
    } catch (error) {
      if (/CKR_ATTRIBUTE_(TYPE_INVALID|SENSITIVE)/.test(messageOf(error))) return undefined
      throw error
    }
  }
}

function classIs(value: number): Attribute {
  return { type: cka.class, value }
}
