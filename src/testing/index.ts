/*
 * The public test kit: a virtual clock, a fake source and a fake ledger's stores, meters that answer like real devices, a
 * real EVM node, and conformance suites as data, without a test runner. It may import core and proof only.
 */
export { type Anvil, type AnvilAccount, type AnvilOptions, startAnvil } from './anvil.ts'
export {
  type CarbonSubject,
  carbonCases,
  runCarbonCase,
  runCarbonConformance,
} from './carbon-conformance.ts'
export { addEntry, addReading, fakeEntry } from './fake-entry.ts'
export { type FakePoll, type FakeSource, fakeReading, fakeSource } from './fake-source.ts'
export {
  type LedgerCase,
  type LedgerResult,
  ledgerCases,
  runLedgerCase,
  runLedgerConformance,
} from './ledger-conformance.ts'
export type { LedgerDoors, LedgerSubject, TriedDefinition, TriedPlace } from './ledger-subject.ts'
export { LedgerTrial } from './ledger-trial.ts'
export { MemoryStores } from './memory-stores.ts'
export {
  type EnergyApiAsset,
  type EnergyApiDevice,
  type EnergyApiServerOptions,
  type EnergyApiVersion2Options,
  type EumelMeterOptions,
  type FakeMiniserver,
  type GridxCloud,
  type GridxCloudOptions,
  type MeterServer,
  type MeterServerOptions,
  type MiniserverOptions,
  startEnergyApiServer,
  startEnergyApiVersion2Server,
  startEumelMeter,
  startGridxCloud,
  startMiniserver,
} from './meters/index.ts'
export {
  type NodeCase,
  type NodeFinding,
  type NodeResult,
  nodeCases,
  runNodeConformance,
} from './node-conformance.ts'
export {
  type NodeAnswer,
  type NodeCall,
  type NodeReceipt,
  type NodeRegistry,
  NodeSession,
  type NodeSubject,
  type NodeTransaction,
} from './node-session.ts'
export {
  type ConformanceResult,
  runSourceCase,
  runSourceConformance,
  type SourceSubject,
  sourceCases,
} from './source-conformance.ts'
export { VirtualClock } from './virtual-clock.ts'
