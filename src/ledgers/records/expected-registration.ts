/** What a receipt says was registered by an event. What it, or the file that it is from, does not say is undefined. */
export interface ExpectedRegistration {
  /** Wh. */
  readonly value: bigint | undefined
  /** Leaf hash of the registered entry, base64url. */
  readonly leaf: string | undefined
  /** Sequences of the first and the last entry that it stands for. */
  readonly first?: bigint | undefined
  readonly last?: bigint | undefined
}
