/** The stream of the calls that an account has kept for a chain, by its name. */
export function callsStream(chainId: bigint, account: string): string {
  return `calls ${chainId} ${account}`
}

/** True for the name of a stream of kept calls. */
export function isCallsStream(name: string): boolean {
  return /^calls \d{1,20} 0x[0-9a-f]{40}$/.test(name)
}
