/** What a key can do: sign EVM transactions (`secp256k1`), checkpoints (`ed25519`), or give evidence out of hardware (`p256`). */
export type SignatureAlgorithm = 'secp256k1' | 'ed25519' | 'p256'

/** How a key stands: it is being opened, can be used, is away for now, or can't be used until somebody mends something. */
export type SignerState = 'opening' | 'ready' | 'away' | 'refused'

export interface SignerHealth {
  readonly state: SignerState
  /** Since when it is so; Unix time in milliseconds. */
  readonly since: number
  /** What was said when it could not be opened or did not sign; undefined while all is well. */
  readonly trouble: string | undefined
}

/** Whatever holds a key: a keystore file, a token, a TPM. The key itself never leaves it. */
export interface Signer {
  readonly algorithms: readonly SignatureAlgorithm[]
  /** secp256k1 and p256: 65 bytes, uncompressed (04 || X || Y). ed25519: 32 bytes. */
  publicKey(algorithm: SignatureAlgorithm): Uint8Array
  /**
   * secp256k1: `data` is a 32-byte digest; the answer is r || s || recovery id (0 or 1), 65 bytes, with low s.
   * ed25519: `data` is the message; the answer is 64 bytes (RFC 8032).
   * p256: `data` is the message; the answer is r || s, 64 bytes, of ECDSA over its SHA-256 (FIPS 186-5).
   * @throws EnergywebError `key-unavailable` when the key can't be reached now; `argument-invalid` for an algorithm it has not.
   */
  sign(
    data: Uint8Array,
    options: { algorithm: SignatureAlgorithm; signal?: AbortSignal },
  ): Promise<Uint8Array>
}
