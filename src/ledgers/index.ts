/*
 * Ledgers: on-chain registries. `evm/` speaks to chains and holds the submission machine; each family of contracts has a
 * folder of its own. This room may import core, proof and connections; what must survive goes through core's stores, keys
 * come as core's Signer, and the chain client is loaded when a network is opened.
 */

export { anchoredCheckpoint } from './anchor/anchored-checkpoint.ts'
export type { AnchoredEvent } from './anchor/calls.ts'
export { type AnchorOptions, openAnchor } from './anchor/index.ts'
export type { AnyLedgerDefinition, ChainView } from './defined/define-ledger.ts'
export { type DefinedLineLook, lookAtDefinedLine } from './defined/look-at-line.ts'
export { type DefinedLedgerOptions, openDefinedLedger } from './defined/open-defined-ledger.ts'
export type { EventLog } from './evm/answers.ts'
export { askChainId } from './evm/ask-chain-id.ts'
export { type ChainLook, type ChainRecord, lookAtChain } from './evm/chain-look.ts'
export type { EvmLedger } from './evm/evm-ledger.ts'
export { type FeeSettings, fixedPrice, freeOfCharge } from './evm/fees.ts'
export { EvmNetwork, type EvmNetworkOptions } from './evm/network.ts'
export type { NodeSettings } from './evm/node-address.ts'
export {
  askPrecompile,
  hasPrecompile,
  type P256Signature,
  type PrecompileLook,
} from './evm/p256-precompile.ts'
export { type NetworkPreset, type NetworkPresetName, networkPresets, presetNamed } from './evm/presets.ts'
export { defaultSettings, type SubmissionSettings } from './evm/sender.ts'
export { type SubmissionFaultPoint, submissionFaultPoints } from './evm/submission-fault-points.ts'
export { meterReadEvents, type RegisteredAsset } from './origin-a/events.ts'
export { type OriginAOptions, openOriginA } from './origin-a/index.ts'
export { firstLink } from './origin-a/plan.ts'
