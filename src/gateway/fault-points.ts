/** The steps of the gateway's own work at which a crash must do no harm. */
export const gatewayFaultPoints = [
  /** A carbon source has answered; no step is priced. */
  'gateway/carbon-answered',
  /** Steps are priced, durably; nobody knows. */
  'gateway/carbon-priced',
] as const

export type GatewayFaultPoint = (typeof gatewayFaultPoints)[number]
