/** An entry that a key has yet to sign: what tells it from every other one. */
export interface UnsignedEntry {
  /** Name of the asset, for whoever keeps the signature; no part of what is signed. */
  readonly asset: string
  /** Random id of the stream. */
  readonly stream: string
  readonly sequence: number
  /** 32 bytes: the hash of the entry, and so of every entry of its stream before it. */
  readonly leaf: Uint8Array
}

export interface EntrySignature {
  readonly asset: string
  readonly sequence: number
  /** ECDSA over P-256: r || s, 64 bytes. */
  readonly signature: Uint8Array
}

/** Which readings a key signs one by one, which it has signed, and its signatures. */
export interface EntrySignatureBook {
  /**
   * Has the readings of these assets signed from now on: those that come. An asset that was named before goes on where its
   * signatures end, so that what came meanwhile is signed, too.
   */
  beginSigning(assets: readonly string[]): Promise<void>
  /** Readings of these assets that wait for their signature, some of each, the oldest first. */
  entriesToSign(query: {
    readonly assets: readonly string[]
    readonly limit: number
  }): Promise<readonly UnsignedEntry[]>
  /** How many wait, counted no further than 10,000 of each asset. */
  countEntriesToSign(assets: readonly string[]): Promise<number>
  /**
   * Keeps signatures beside their entries; resolves when that is durable.
   * @param key - the verifier key by which they hold
   */
  keepEntrySignatures(key: string, signatures: readonly EntrySignature[]): Promise<void>
}
