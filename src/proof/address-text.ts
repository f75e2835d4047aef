import { equalBytes, toHex, utf8 } from '../core/bytes.ts'
import { type Hashes, nobleHashes } from './hashes.ts'

const address = /^(0x)?[0-9a-fA-F]{40}$/
const internationalAddress = /^XE[0-9]{2}[0-9A-Za-z]{30,31}$/

/** An address of 40 hex digits with 0x, and the upper and lower case that ERC-55 gives them. */
export function addressText(digits: string, hashes: Pick<Hashes, 'keccak256'>): string {
  return `0x${withChecksum(digits, hashes)}`
}

function withChecksum(digits: string, hashes: Pick<Hashes, 'keccak256'>): string {
  const lower = digits.toLowerCase()
  const hash = toHex(hashes.keccak256(utf8(lower)))
  return Array.from(lower, (digit, i) =>
    Number.parseInt(hash.charAt(i), 16) >= 8 ? digit.toUpperCase() : digit,
  ).join('')
}

/**
 * True for 40 hex digits with or without 0x that are of one case or carry the right ERC-55 checksum: what the libraries under
 * precise-proofs take for an address.
 */
export function isAddressText(text: string, hashes: Hashes = nobleHashes): boolean {
  if (!address.test(text)) return false
  const digits = text.slice(-40)
  if (digits === digits.toLowerCase() || digits === digits.toUpperCase()) return true
  return equalBytes(utf8(withChecksum(digits, hashes)), utf8(digits))
}

/**
 * What is wrong with an address of a contract or an account that somebody wrote: not 0x and 40 hex digits, or upper and lower case
 * that are not those of its digits, as after a slip of the pen (ERC-55). Undefined for one that is right.
 */
export function addressTrouble(text: string): string | undefined {
  if (!addressForm.test(text)) return notAnAddress
  return isAddressText(text) ? undefined : mistypedAddress
}

export const addressForm = /^0x[0-9a-fA-F]{40}$/
export const notAnAddress = 'expected an address: 0x and 40 hex digits'
export const mistypedAddress =
  'mistyped, as its upper and lower case do not fit its digits (EIP-55): copy it anew, or write all of it in lower case'

/** True for an ICAP address (`XE`, two check digits, 30 or 31 base-36 digits) whose check digits are right (ISO 7064, MOD 97-10). */
export function isInternationalAddressText(text: string): boolean {
  if (!internationalAddress.test(text)) return false
  let rest = 0
  for (const character of `${text.slice(4)}XE00`.toUpperCase()) {
    for (const digit of Number.parseInt(character, 36).toString()) rest = (rest * 10 + Number(digit)) % 97
  }
  return text.slice(2, 4) === String(98 - rest).padStart(2, '0')
}
