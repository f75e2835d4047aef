/*
 * The EVM client for people who write code, `energyweb/evm`: a chain through its nodes, and contracts on it. It is thin: nodes
 * and their failures, signing and waiting are the ledgers' own, and ABIs are viem's affair.
 */

export type {
  EventBook,
  EventChange,
  EventCursorStore,
  OfferedEvent,
  OnceLog,
} from './core/event-cursor.ts'
export type { Signer } from './core/signer.ts'
export {
  environmentSigner,
  ethereumAddress,
  openKeystore,
  openTokenKey,
  parsePrivateKey,
  secp256k1Signer,
} from './keys/index.ts'
export type { CallLog, DurableCalls, DurableCallsOptions } from './ledgers/calls/durable-calls.ts'
export type { HeldCall } from './ledgers/calls/held-call.ts'
export type { DurableCall, DurableOptions } from './ledgers/calls/make-durably.ts'
export { readAbi } from './ledgers/contract/abi.ts'
export {
  type CallOptions,
  type EstimateOptions,
  EvmContract,
} from './ledgers/contract/contract.ts'
export type { AbiOf, AbiSource, EventOf, Outputs } from './ledgers/contract/contract-types.ts'
export type { DeployedContract, DeployOptions } from './ledgers/contract/deploy.ts'
export type { EventFilterOptions } from './ledgers/contract/event-filter.ts'
export { EvmError } from './ledgers/contract/evm-error.ts'
export type { Revert } from './ledgers/contract/revert.ts'
export type { DeedOptions, SendOptions, SendRawOptions } from './ledgers/contract/sending.ts'
export type { SentTransaction } from './ledgers/contract/sent-transaction.ts'
export type { MinedTransaction, WaitOptions } from './ledgers/contract/wait-for.ts'
export {
  type ContractEventOptions,
  type ContractEvents,
  contractEvent,
  followEvents,
  type TakenEvent,
} from './ledgers/events/contract-event.ts'
export type { FollowOptions } from './ledgers/events/event-settings.ts'
export type { EventArguments } from './ledgers/events/event-topics.ts'
export type { ContractEventItem } from './ledgers/events/event-types.ts'
export type { EventLog } from './ledgers/evm/answers.ts'
export type { Refusal } from './ledgers/evm/errors.ts'
export { type FeeSettings, fixedPrice, freeOfCharge } from './ledgers/evm/fees.ts'
export { EvmNetwork, type EvmNetworkOptions } from './ledgers/evm/network.ts'
export type { NodeSettings } from './ledgers/evm/node-address.ts'
export { type NetworkPreset, type NetworkPresetName, networkPresets } from './ledgers/evm/presets.ts'
export type { RpcAnswer, RpcCall } from './ledgers/evm/rpc-calls.ts'
export type { NetworkName } from './ledgers/evm/viem-networks.ts'
export {
  parseUsnDeviceName,
  type RentOptions,
  type TakenChange,
  type UsnAnswer,
  type UsnChange,
  UsnContract,
  UsnDevice,
  type UsnDeviceName,
  type UsnDeviceOptions,
  type UsnProperties,
  type UsnRental,
  type UsnState,
  usnAbi,
  usnCoin,
  usnDeviceId,
  usnProperties,
  usnPropertyBits,
} from './ledgers/usn/index.ts'
