/*
 * What others reach over HTTP: the witness. Bounded in time, size and number; on the loopback address unless told otherwise.
 * It may import every room but cli; nobody but cli imports it.
 */
export {
  type OpenedWitness,
  openWitness,
  type ServeWitnessOptions,
  serveWitness,
} from './serve-witness.ts'
export { Witness, type WitnessAnswer, type WitnessOptions } from './witness.ts'
export { WitnessServer, type WitnessServerOptions } from './witness-server.ts'
export { WitnessTask, type WitnessTaskOptions } from './witness-task.ts'
