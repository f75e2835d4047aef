/*
 * Meters: servers on 127.0.0.1 that answer as real devices do. Each takes a golden file as its template and replaces
 * values, times and serial numbers only, so that what they say and what the drivers read have one source: the captured
 * payload. They take a clock and the energy as a function of time; a demonstration and the tests share them. This
 * folder may import core only.
 */
export {
  type EnergyApiAsset,
  type EnergyApiServerOptions,
  startEnergyApiServer,
} from './energy-api-server.ts'
export {
  type EnergyApiDevice,
  type EnergyApiVersion2Options,
  startEnergyApiVersion2Server,
} from './energy-api-v2-server.ts'
export { type EumelMeterOptions, startEumelMeter } from './eumel-meter.ts'
export { type GridxCloud, type GridxCloudOptions, startGridxCloud } from './gridx-cloud.ts'
export type { MeterServer, MeterServerOptions } from './meter-server.ts'
export { type FakeMiniserver, type MiniserverOptions, startMiniserver } from './miniserver.ts'
