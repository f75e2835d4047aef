/** What a device's owner has set, as the contract's bits say. */
export interface UsnProperties {
  readonly rentable: boolean
  readonly stateChannel: boolean
  readonly contractExecution: boolean
  /** An early return pays back the rest. */
  readonly refund: boolean
  /** A running rental may be extended. */
  readonly extend: boolean
  readonly identityRequired: boolean
  readonly bookingOffChain: boolean
  readonly bookingOnChain: boolean
  /** The owner may use it at any time. */
  readonly ownerAccess: boolean
  /** The owner may end a rental. */
  readonly ownerReturn: boolean
}

const bits: Readonly<Record<keyof UsnProperties, bigint>> = {
  rentable: 0x1n,
  stateChannel: 0x2n,
  contractExecution: 0x4n,
  refund: 0x8n,
  extend: 0x10n,
  identityRequired: 0x20n,
  bookingOffChain: 0x40n,
  bookingOnChain: 0x80n,
  ownerAccess: 0x100n,
  ownerReturn: 0x200n,
}

/** Reads the bits. Those that the interface does not name are passed over. */
export function usnProperties(properties: bigint): UsnProperties {
  const has = (name: keyof UsnProperties) => (properties & bits[name]) !== 0n
  return {
    rentable: has('rentable'),
    stateChannel: has('stateChannel'),
    contractExecution: has('contractExecution'),
    refund: has('refund'),
    extend: has('extend'),
    identityRequired: has('identityRequired'),
    bookingOffChain: has('bookingOffChain'),
    bookingOnChain: has('bookingOnChain'),
    ownerAccess: has('ownerAccess'),
    ownerReturn: has('ownerReturn'),
  }
}

/** The bits of properties. */
export function usnPropertyBits(properties: Partial<UsnProperties>): bigint {
  return Object.entries(bits).reduce(
    (all, [name, bit]) => (properties[name as keyof UsnProperties] === true ? all | bit : all),
    0n,
  )
}
