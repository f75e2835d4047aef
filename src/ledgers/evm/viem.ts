/** What we use of viem: the encoding of transactions and Keccak-256. */
export type Viem = Pick<typeof import('viem/utils'), 'keccak256' | 'serializeTransaction'>

/** Loads viem at the first use of a chain: it costs more start-up time than all the rest. */
export async function loadViem(): Promise<Viem> {
  return await import('viem/utils')
}
