import { parseAbi } from 'viem/utils'

/**
 * The renting interface of the Universal Sharing Network (slock.it's RentingSupport). Types and order are the interface's, names
 * are ours. Times are seconds since 1970.
 */
export const usnAbi = parseAbi([
  'function rent(bytes32 id, uint32 secondsToRent, address token) payable',
  'function returnObject(bytes32 id)',
  'function price(bytes32 id, address user, uint32 secondsToRent, address token) view returns (uint128)',
  'function supportedTokens(bytes32 id) view returns (address[])',
  'function tokenReceiver(bytes32 id, address token) view returns (bytes32)',
  'function getRentingState(bytes32 id, address user) view returns (bool rentable, bool free, bool open, address controller, uint64 rentedUntil, uint64 rentedFrom, uint128 properties)',
  'function getStateCount(bytes32 id) view returns (uint256)',
  'function getState(bytes32 id, uint256 index) view returns (address controller, uint64 rentedFrom, uint64 rentedUntil, uint128 properties)',
  'event LogRented(bytes32 indexed fixFilter, bytes32 indexed id, address controller, uint64 rentedFrom, uint64 rentedUntil, bool noReturn, uint128 amount, address token, uint128 properties)',
  'event LogReturned(bytes32 indexed fixFilter, bytes32 indexed id, address controller, uint64 rentedFrom, uint64 rentedUntil, uint128 paidBack)',
])

/** What an ERC-20 token must do for a rental to be paid with it. */
export const tokenAbi = parseAbi([
  'function allowance(address owner, address spender) view returns (uint256)',
  'function approve(address spender, uint256 value) returns (bool)',
])
