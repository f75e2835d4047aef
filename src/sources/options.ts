import { z } from 'zod'
import { httpAddress } from '../connections/connection-fields.ts'
import {
  attogramsPerKilowattHour,
  type CarbonFactor,
  type CarbonUnit,
  parseCarbonFactor,
} from '../core/carbon.ts'
import { parseDuration } from '../core/duration.ts'
import { EnergywebError, isEnergywebError } from '../core/errors.ts'
import { parsePower } from '../core/power.ts'
import { parseInstant } from '../core/time.ts'

export { httpAddress, tlsExceptions, tlsPolicy } from '../connections/connection-fields.ts'
export { provenBy } from '../core/tls-policy.ts'

/**
 * A field whose value is a secret. In a configuration it is always a reference, `{ env: NAME }` or `{ file: path }`;
 * the driver gets the text. Its value never appears in logs and outputs.
 */
export function secret(description: string) {
  return z.string().min(1).max(4096).meta({ description, secret: true })
}

/** A field that tells about a person or a place: shown where it is needed, left out of what is shared. */
export function personal(description: string) {
  return z.string().min(1).max(256).meta({ description, personal: true })
}

/** The address of a service that has a known one; its driver opens HTTP with `reach: 'public'`. */
export function serviceAddress(fallback: string, of = 'the service') {
  const description = `address of ${of}; a mirror of your own may stand here`
  return httpAddress(description).prefault(fallback).meta({ description, default: fallback })
}

/** User and password of HTTP Basic. A user name can't hold a colon (RFC 7617). */
export function basicAuth() {
  return z
    .strictObject({
      user: personal('user name').regex(/^[^:]*$/),
      password: secret('password'),
    })
    .meta({ description: 'HTTP Basic' })
}

/** A duration like `15m`, in milliseconds for the driver; `fallback` stands in when it is left out. */
export function duration(description: string, fallback: string) {
  return durationShape.prefault(fallback).meta({ description, default: fallback })
}

/** A duration that may be left out. */
export function optionalDuration(description: string) {
  return durationShape.optional().meta({ description })
}

const durationShape = z
  .union([z.string(), z.number()])
  .refine(text => succeeds(() => parseDuration(text)), 'expected a duration like 15m')
  .transform(text => parseDuration(text))

/** A power like `10 kW`, in milliwatts for the driver. */
export function power(description: string) {
  return z
    .string()
    .refine(text => succeeds(() => parsePower(text)), 'expected a power like 10 kW')
    .transform(text => parsePower(text))
    .meta({ description })
}

/** A carbon factor like `420 g/kWh`: its text, and attograms a kWh for the driver. */
export function carbonFactor(description: string) {
  return z
    .string()
    .refine(text => succeeds(() => readFactor(text)), 'expected a factor like 420 g/kWh or 872.5 lb/MWh')
    .transform(text => ({ text, factor: readFactor(text) }))
    .meta({ description })
}

function readFactor(text: string): CarbonFactor {
  const [, value = '', unit = ''] = /^([\d.]{1,40}) *([A-Za-z]+\/[A-Za-z]+)$/.exec(text.trim()) ?? []
  if (isCarbonUnit(unit)) return parseCarbonFactor(value, unit)
  throw new EnergywebError('unit-unknown', `there is no unit "${unit}"`)
}

function isCarbonUnit(text: string): text is CarbonUnit {
  return Object.hasOwn(attogramsPerKilowattHour, text)
}

/** A time like `2024-01-01T00:00:00Z`, as an instant for the driver. */
export function time(description: string) {
  return z
    .string()
    .refine(text => succeeds(() => parseInstant(text)), 'expected a time like 2024-01-01T00:00:00Z')
    .transform(text => parseInstant(text))
    .meta({ description })
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt()
    return true
  } catch (error) {
    if (isEnergywebError(error)) return false
    throw error
  }
}
