/*
 * Sources: where readings come from. One file a driver lies in `drivers/`; the catalogue, the options' JSON Schemas and
 * the documentation pages are generated from those files. What drivers share stands beside: HTTP under a TLS policy
 * (`http.ts`), strict parsers (`exact-json.ts`, `sunspec-xml.ts`) and option shapes (`options.ts`). A driver turns bytes
 * into readings and knows nothing of registers, logs or chains. This room may import core only; drivers and their
 * libraries are loaded when a configuration names them. What needs zod (`options.ts`, `options-schema.ts`) is imported
 * from its own file, so that this one stays cheap.
 */
export { loadSource, sourceKinds } from './catalogue.ts'
export { type SourceContextOptions, sourceContext } from './context.ts'
export { type AnySourceDefinition, defineSource, type Proof, type SourceDefinition } from './define-source.ts'
export { sourceSchemas } from './generated/schemas.ts'
export { type HttpClientOptions, openHttpClient } from './http.ts'
export type { HttpLimits } from './http-exchange.ts'
export { type JsonSchema, markedPaths } from './marked-paths.ts'
export { type SimulatedPlant, simulatedEnergy } from './simulated-energy.ts'
