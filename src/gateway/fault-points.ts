/** The steps of the gateway's own work at which a crash must do no harm. */
export const gatewayFaultPoints = [
  /** A carbon source has answered; no step is priced. */
  'gateway/carbon-answered',
  /** Steps are priced, durably; nobody knows. */
  'gateway/carbon-priced',
] as const

/** Those that readings pass which a key of hardware signs one by one. */
export const signingFaultPoints = [
  /** The key has signed; the signature is not kept. */
  'gateway/entry-signed',
  /** Signatures are kept, durably; nobody knows. */
  'gateway/entry-signatures-kept',
] as const

export type GatewayFaultPoint = (typeof gatewayFaultPoints | typeof signingFaultPoints)[number]
