/** What a receipt says was registered by an event. What it, or the file that it is from, does not say is undefined. */
export interface ExpectedRegistration {
  /** Wh. */
  readonly value: bigint | undefined
  /** Leaf hash of the registered entry, base64url. */
  readonly leaf: string | undefined
  /** Sequences of the first and the last entry that it stands for. */
  readonly first?: bigint | undefined
  readonly last?: bigint | undefined
  /** CIDv1 of the raw bytes behind the registered entry; null where there are none, undefined where the file does not show it. */
  readonly raw?: string | null | undefined
  /** CIDv1 of the record of the registered entry; undefined where the file does not hold all of it. */
  readonly document?: string | undefined
}
