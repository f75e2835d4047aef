/*
 * Sources: where readings come from, and carbon sources, which say what a kWh stands for. One file a driver lies in
 * `drivers/` or `carbon-drivers/`; the catalogues, the options' JSON Schemas and the documentation pages are generated from
 * those files. What drivers share stands beside: strict parsers
 * (`exact-json.ts`, `sunspec-xml.ts`) and option shapes (`options.ts`). A driver turns bytes into readings and knows nothing
 * of registers, logs or chains. This room may import core and connections; drivers and their libraries are loaded when a
 * configuration names them. What needs zod (`options.ts`, `options-schema.ts`) is imported
 * from its own file, so that this one stays cheap.
 */
export { carbonKinds, loadCarbonSource, loadSource, sourceKinds } from './catalogue.ts'
export { type SourceContextOptions, sourceContext } from './context.ts'
export {
  type AnyCarbonSourceDefinition,
  type CarbonSourceDefinition,
  defineCarbonSource,
} from './define-carbon-source.ts'
export type { DriverDescription, KnownFault, Proof } from './define-driver.ts'
export { type AnySourceDefinition, defineSource, type SourceDefinition } from './define-source.ts'
export { carbonSchemas } from './generated/carbon-schemas.ts'
export { sourceSchemas } from './generated/schemas.ts'
export { type JsonSchema, markedPaths } from './marked-paths.ts'
export { type SharedCarbonOptions, sharedCarbonSource } from './shared-carbon-source.ts'
export { type SimulatedPlant, simulatedEnergy } from './simulated-energy.ts'
