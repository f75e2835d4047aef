import { keccak_256 } from '@noble/hashes/sha3.js'
import { toHex, utf8 } from '../../core/bytes.ts'
import { EnergywebError } from '../../core/errors.ts'

/** A device's name, taken apart: `bike#3@berlin`. */
export interface UsnDeviceName {
  readonly name: string
  /** Tells devices of one name apart; default 0. */
  readonly counter: bigint
  /** Name of the contract it stands in, for people; the id does not depend on it. */
  readonly contract: string
}

const form = /^([^@#]+)(?:#(0|[1-9]\d{0,19}))?@([^@#]+)$/

/** @throws EnergywebError `argument-invalid` */
export function parseUsnDeviceName(text: string): UsnDeviceName {
  const [, name, digits = '0', contract] = form.exec(text) ?? []
  const counter = BigInt(digits)
  if (name === undefined || contract === undefined || counter >= 1n << 64n) {
    throw new EnergywebError('argument-invalid', `"${text.slice(0, 80)}" is no name of a device`, {
      hint: 'Write it like `office@slockit`, or `bike#3@berlin` for the third of that name.',
    })
  }
  return { name, counter, contract }
}

/**
 * The id of a device in its contract, 0x and 64 hex digits: the first 24 bytes of Keccak-256 of its name, and its counter in 8
 * bytes. (Published texts say SHA-256; published code hashes with Keccak.)
 * @throws EnergywebError `argument-invalid`
 * @example
 * usnDeviceId('office@slockit') // '0xbd26aee83c07cfddc0d7c9687a5a4810bf8f0ac29f80fb700000000000000000'
 */
export function usnDeviceId(text: string): string {
  const { name, counter } = parseUsnDeviceName(text)
  const start = toHex(keccak_256(utf8(name)).slice(0, 24))
  return `0x${start}${counter.toString(16).padStart(16, '0')}`
}

/** An id as it is, or that of a name. @throws EnergywebError `argument-invalid` */
export function usnIdOf(device: string): string {
  return /^0x[0-9a-fA-F]{64}$/.test(device) ? device.toLowerCase() : usnDeviceId(device)
}
