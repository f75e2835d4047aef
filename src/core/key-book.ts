/** What a log remembers of the keys that sign for its gateway. */
export interface KeyBook {
  /**
   * The public key that was the first under this name; this one where there was none, which is remembered from then on. Resolves
   * when that is durable.
   * @param name - what the key is called in the configuration
   */
  knownKey(name: string, publicKey: Uint8Array): Promise<Uint8Array>
}
