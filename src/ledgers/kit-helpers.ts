import { z } from 'zod'

/** An option that is the address of a contract, in lower case then. */
export function contractAddress(description: string) {
  return z
    .string()
    .regex(/^0x[0-9a-fA-F]{40}$/, 'expected an address: 0x and 40 hex digits')
    .transform(given => given.toLowerCase())
    .meta({ description })
}
