/*
 * What someone needs who adds a contract of his own as a kind of ledger: `energyweb/ledgers`. A module that exports what
 * `defineLedger` answers as `ledger` is named under `modules` of a configuration. Everything here is a promise to others: its
 * list of exports is a snapshot. This file loads zod and what reads ABIs, which only definitions need; the room's own door is
 * `index.ts`.
 */

export { hexToString, keccak256, parseAbi, stringToHex } from 'viem/utils'
export { z } from 'zod'
export type { Certificate, CertificateState } from '../core/certificate.ts'
export { type Clock, systemClock } from '../core/clock.ts'
export {
  EnergywebError,
  type EnergywebErrorOptions,
  type ErrorCode,
  isEnergywebError,
} from '../core/errors.ts'
export type { DefinedLine } from '../core/ledger.ts'
export { type Logger, silentLogger } from '../core/logger.ts'
export { formatInstant, type Instant } from '../core/time.ts'
export type { EventOf } from './contract/contract-types.ts'
export {
  type AnyLedgerDefinition,
  type ChainView,
  type ContractCall,
  type ContractEvent,
  defineLedger,
  type FinalRegistration,
  type LedgerContext,
  type LedgerContract,
  type LedgerDefinition,
  type LedgerNeeds,
  type PeriodLength,
  type RawLog,
  type Registered,
  type RegisteredBy,
  type RegisteredEntry,
  type RegisteredPeriod,
  type Registering,
  type SeenEvent,
  type TransactionCall,
  type ViewAnswer,
} from './defined/define-ledger.ts'
export { type LedgerTrialOptions, type LineOnChain, ledgerDoors } from './defined/ledger-doors.ts'
export { type DefinedLedgerOptions, openDefinedLedger } from './defined/open-defined-ledger.ts'
export type { Content } from './defined/published-content.ts'
export type {
  CidForms,
  ContentNames,
  RegisteredNames,
  UuidForms,
  Uuids,
} from './defined/registered-names.ts'
export { contractAddress } from './kit-helpers.ts'
export { notReady } from './not-ready.ts'
