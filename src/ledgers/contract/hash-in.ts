/** The hash of a transaction that a node mined although it answers with an error, in the error's data. */
export function hashIn(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const { txHash, hash } = data as { txHash?: unknown; hash?: unknown }
  return [txHash, hash].find(
    (text): text is string => typeof text === 'string' && /^0x[0-9a-f]{64}$/i.test(text),
  )
}
