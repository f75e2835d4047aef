/*
 * What someone needs who writes a driver outside of this package: `energyweb/sources`. A driver written with it is a module
 * that exports `source` or, of a carbon source, `carbonSource`; a configuration names it under `modules`. Everything here is a promise to others: its list of
 * exports is a snapshot. This file loads zod, which only drivers' options need; the room's own door is `index.ts`.
 */

export { z } from 'zod'
export type { HttpLimits } from '../connections/http-exchange.ts'
export {
  type CarbonBasis,
  type CarbonFactor,
  type CarbonIntensity,
  type CarbonRequest,
  type CarbonResult,
  type CarbonSource,
  type CarbonUnit,
  parseCarbonFactor,
} from '../core/carbon.ts'
export { type Clock, systemClock } from '../core/clock.ts'
export {
  type Energy,
  type EnergyUnit,
  type ExactEnergy,
  millijoulesPer,
  parseEnergy,
} from '../core/energy.ts'
export {
  EnergywebError,
  type EnergywebErrorOptions,
  type ErrorCode,
  isEnergywebError,
} from '../core/errors.ts'
export { type Logger, silentLogger } from '../core/logger.ts'
export { printableUrl } from '../core/printable-url.ts'
export type { Channel, Device, RawPayload, SourceReading } from '../core/reading.ts'
export type {
  HttpBody,
  HttpClient,
  HttpPostRequest,
  HttpRequest,
  HttpResponse,
  ReadRequest,
  Source,
  SourceContext,
  SourceResult,
  TlsPolicy,
} from '../core/source.ts'
export { formatInstant, type Instant, type ParseInstantOptions, parseInstant } from '../core/time.ts'
export {
  type Answer,
  acceptAnswer,
  basicAuthorization,
  expectMediaType,
  malformed,
  type StatusHints,
} from './answers.ts'
export { type AnswerMeaning, inOrder, type SaidPeriod, toIntensities } from './carbon/intensities.ts'
export { type SourceContextOptions, sourceContext } from './context.ts'
export {
  type AnyCarbonSourceDefinition,
  type CarbonSourceDefinition,
  defineCarbonSource,
} from './define-carbon-source.ts'
export type { DriverDescription, KnownFault, Proof } from './define-driver.ts'
export { type AnySourceDefinition, defineSource, type SourceDefinition } from './define-source.ts'
export { JsonNumber, parseExactJson } from './exact-json.ts'
export {
  basicAuth,
  carbonFactor,
  duration,
  httpAddress,
  optionalDuration,
  personal,
  power,
  provenBy,
  secret,
  time,
  tlsExceptions,
  tlsPolicy,
} from './options.ts'
export { plausibleEnergy } from './plausible-energy.ts'
