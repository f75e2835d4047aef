import { createRequire } from 'node:module'

/** What a library calls an object, a session or a slot. */
export type Handle = Uint8Array

export interface Attribute {
  readonly type: number
  readonly value?: number | boolean | string | Buffer
}

export interface FoundAttribute {
  readonly type: number
  readonly value: Buffer
}

export interface TokenInfo {
  readonly label: string
  readonly manufacturerID: string
  readonly model: string
  readonly serialNumber: string
  readonly flags: number
}

/** RSA-OAEP as the package takes it: which hash, which mask, and no label. */
export interface OaepMechanism {
  readonly mechanism: number
  readonly parameter: {
    readonly type: number
    readonly hashAlg: number
    readonly mgf: number
    readonly source: number
  }
}

/** The part of PKCS#11 that is used here, as the package `pkcs11js` gives it. */
export interface Cryptoki {
  load(library: string): void
  C_Initialize(): void
  C_Finalize(): void
  C_GetSlotList(tokenPresent: boolean): Handle[]
  C_GetTokenInfo(slot: Handle): TokenInfo
  C_OpenSession(slot: Handle, flags: number): Handle
  C_GetSessionInfo(session: Handle): { readonly state: number }
  C_Login(session: Handle, user: number, pin: string): void
  C_FindObjectsInit(session: Handle, template: readonly Attribute[]): void
  C_FindObjects(session: Handle, most: number): Handle[]
  C_FindObjectsFinal(session: Handle): void
  C_GetAttributeValue(session: Handle, object: Handle, template: readonly Attribute[]): FoundAttribute[]
  C_DestroyObject(session: Handle, object: Handle): void
  C_GenerateRandom(session: Handle, into: Buffer): Buffer
  C_SignInit(session: Handle, mechanism: { readonly mechanism: number }, key: Handle): void
  C_Sign(session: Handle, data: Buffer, into: Buffer): Buffer
  C_DecryptInit(session: Handle, mechanism: OaepMechanism, key: Handle): void
  C_Decrypt(session: Handle, data: Buffer, into: Buffer): Buffer
  C_GenerateKeyPair(
    session: Handle,
    mechanism: { readonly mechanism: number },
    publicKey: readonly Attribute[],
    privateKey: readonly Attribute[],
  ): { readonly publicKey: Handle; readonly privateKey: Handle }
}

/**
 * The binding, of the optional package `pkcs11js`.
 * @throws whatever Node says of a module that is not there or was not built
 */
export function loadCryptoki(): Cryptoki {
  // Not an import: where it could not be built the package is not there, and neither are its types.
  const binding: { readonly PKCS11: new () => Cryptoki } = createRequire(import.meta.url)('pkcs11js')
  return new binding.PKCS11()
}

// PKCS#11 v2.40, pkcs11t.h; edwards25519 from v3.0.

/** Attributes of objects. */
export const cka = {
  class: 0x0,
  token: 0x1,
  private: 0x2,
  label: 0x3,
  keyType: 0x100,
  id: 0x102,
  sensitive: 0x103,
  encrypt: 0x104,
  decrypt: 0x105,
  sign: 0x108,
  verify: 0x10a,
  modulus: 0x120,
  modulusBits: 0x121,
  publicExponent: 0x122,
  extractable: 0x162,
  local: 0x163,
  neverExtractable: 0x164,
  alwaysSensitive: 0x165,
  ecParams: 0x180,
  ecPoint: 0x181,
  alwaysAuthenticate: 0x202,
} as const

/** Classes of objects. */
export const cko = { publicKey: 2, privateKey: 3 } as const

/** Mechanisms. */
export const ckm = {
  rsaKeyPairGen: 0x0,
  rsaOaep: 0x9,
  sha1: 0x220,
  sha256: 0x250,
  ecKeyPairGen: 0x1040,
  ecdsa: 0x1041,
  edwardsKeyPairGen: 0x1055,
  eddsa: 0x1057,
} as const

/** Masks of RSA-OAEP. */
export const ckg = { mgf1Sha1: 1, mgf1Sha256: 2 } as const

/** Where the label of RSA-OAEP comes from: from the parameters, where there is none. */
export const ckzDataSpecified = 1

/** What the package calls the parameters of RSA-OAEP. */
export const paramsRsaOaep = 4

/** Flags of sessions and tokens. */
export const ckf = {
  random: 0x1,
  readWrite: 0x2,
  serial: 0x4,
  loginRequired: 0x4,
  pinInitialized: 0x8,
  tokenInitialized: 0x400,
  pinCountLow: 0x10000,
  pinFinalTry: 0x20000,
  pinLocked: 0x40000,
} as const

/** States of a session that a user has logged in to: of one that may write, and one that may not. */
export const cks = { readOnlyUser: 1, readWriteUser: 3 } as const

/** Who logs in. */
export const cku = { user: 1, contextSpecific: 2 } as const
