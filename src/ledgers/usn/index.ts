/*
 * The Universal Sharing Network: things that are rented by a contract. A client of the renting interface, and devices that tell
 * who may use them now.
 */

export { usnAbi } from './abi.ts'
export { parseUsnDeviceName, type UsnDeviceName, usnDeviceId } from './device-id.ts'
export { type UsnProperties, usnProperties, usnPropertyBits } from './properties.ts'
export type { UsnRental } from './rental.ts'
export { type RentOptions, UsnContract, type UsnState, usnCoin } from './usn-contract.ts'
export {
  type TakenChange,
  type UsnAnswer,
  type UsnChange,
  UsnDevice,
  type UsnDeviceOptions,
} from './usn-device.ts'
