/*
 * What others reach over HTTP: the witness, and metrics, which are sent too. Bounded in time, size and number; on the
 * loopback address unless told otherwise. It may import every room but cli; cli imports it, and the front door, which gives
 * apps their metrics.
 */
export { type ExpositionFormat, expositionTypes, formatExposition } from './metrics/exposition.ts'
export { MetricsTask, type MetricsTaskOptions } from './metrics/metrics-task.ts'
export { OtlpMetricsTask, type OtlpMetricsTaskOptions } from './metrics/otlp-metrics-task.ts'
export {
  type OpenedWitness,
  openWitness,
  type ServeWitnessOptions,
  serveWitness,
} from './serve-witness.ts'
export { Witness, type WitnessAnswer, type WitnessOptions } from './witness.ts'
export { WitnessServer, type WitnessServerOptions } from './witness-server.ts'
export { WitnessTask, type WitnessTaskOptions } from './witness-task.ts'
