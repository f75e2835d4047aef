import type { ErrorCode } from '../../core/errors.ts'
import type { SignatureAlgorithm } from '../../core/signer.ts'

/** Which token: by its label, its serial number, or both. */
export interface TokenName {
  readonly token?: string
  readonly serial?: string
}

/** Which key of a token: by its label, its id (hex), or both. */
export interface KeyName {
  readonly label?: string
  readonly id?: string
}

/** What a token says of itself. */
export interface TokenFace {
  readonly label: string
  readonly serial: string
  readonly manufacturer: string
  readonly model: string
}

/** What a token says of a private key. An attribute that it does not tell is undefined. */
export interface KeyAttributes {
  /** The key can't be read in plain. */
  readonly sensitive: boolean | undefined
  /** It was so from its first moment. */
  readonly alwaysSensitive: boolean | undefined
  /** It can be taken out, wrapped in another key. */
  readonly extractable: boolean | undefined
  /** It could not be, from its first moment. */
  readonly neverExtractable: boolean | undefined
  /** It was made inside the token. */
  readonly local: boolean | undefined
}

/** A private key of a token as far as it may be told. */
export interface FoundKey {
  readonly label: string
  /** Hex. */
  readonly id: string
  /** DER of its curve's name (CKA_EC_PARAMS); undefined for a key of no curve. */
  readonly curve: Uint8Array | undefined
  /** Its public key as the token tells it (CKA_EC_POINT), wrapped or bare; undefined where no object has it. */
  readonly point: Uint8Array | undefined
  /** Its public key, where it is one of RSA. */
  readonly rsa: RsaPublicKey | undefined
  readonly attributes: KeyAttributes
}

/** A public key of RSA: big-endian integers. */
export interface RsaPublicKey {
  readonly modulus: Uint8Array
  readonly exponent: Uint8Array
}

/** The hash of RSA-OAEP, and of its mask. */
export type OaepHash = 'sha256' | 'sha1'

/** What the process that holds a library can be asked for. */
export type TokenRequest =
  | { readonly ask: 'tokens'; readonly library: string }
  | {
      readonly ask: 'open'
      readonly library: string
      readonly name: TokenName
      readonly pin: string
      /** This PIN was given before, and nobody knows what the token said. */
      readonly isUnsure?: boolean
    }
  | { readonly ask: 'probe' }
  | { readonly ask: 'keys' }
  | { readonly ask: 'key'; readonly key: KeyName }
  | {
      readonly ask: 'sign'
      readonly key: KeyName
      readonly mechanism: number
      readonly data: Uint8Array
    }
  | {
      readonly ask: 'generate'
      readonly label: string
      readonly id: string
      readonly algorithm: SignatureAlgorithm
    }
  | { readonly ask: 'decrypt'; readonly key: KeyName; readonly hash: OaepHash; readonly data: Uint8Array }
  | { readonly ask: 'generate-wrapping'; readonly label: string; readonly id: string }
  | { readonly ask: 'destroy'; readonly label: string; readonly id: string }

/** What it answers, by what was asked. */
export interface TokenAnswers {
  readonly tokens: readonly TokenFace[]
  readonly open: TokenFace
  readonly probe: TokenFace
  readonly keys: readonly FoundKey[]
  readonly key: FoundKey
  readonly sign: Uint8Array
  readonly generate: FoundKey
  readonly decrypt: Uint8Array
  readonly 'generate-wrapping': FoundKey
  /** How many objects are gone: the halves of one key. */
  readonly destroy: number
}

/** An error that crosses from one process to the other. */
export interface PlainError {
  readonly code: ErrorCode
  readonly message: string
  readonly hint?: string
  readonly retryable: boolean
}

export type TokenAnswer =
  | { readonly value: TokenAnswers[keyof TokenAnswers] }
  | { readonly error: PlainError }
