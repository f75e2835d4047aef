import { z } from 'zod'
import { addressForm, isAddressText, mistypedAddress, notAnAddress } from '../proof/address-text.ts'

/** An option that is the address of a contract, in lower case then. */
export function contractAddress(description: string) {
  return z
    .string()
    .regex(addressForm, notAnAddress)
    .refine(given => !addressForm.test(given) || isAddressText(given), mistypedAddress)
    .transform(given => given.toLowerCase())
    .meta({ description })
}
