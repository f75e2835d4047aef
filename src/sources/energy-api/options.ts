import { z } from 'zod'
import { basicAuth, duration, httpAddress, optionalDuration, secret, tlsPolicy } from '../options.ts'

const id = (description: string) =>
  z.union([z.int().nonnegative(), z.string().min(1).max(128)]).meta({ description })

const interval = () => optionalDuration('length of an interval; needed where values are not accumulated')

const window = () => ({
  interval: interval(),
  lookback: duration('how far back the first poll looks', '1d'),
  overlap: optionalDuration(
    'how far back every later poll looks again, for values that were changed or came late',
  ),
})

const version1 = z
  .strictObject({
    url: httpAddress('address of the service, up to `/produced` or `/consumed` and without it'),
    version: z.literal(1).meta({ description: 'version of the contract' }),
    unit: z
      .enum(['J', 'Wh', 'kWh', 'MWh', 'GWh'])
      .meta({ description: 'unit of the values, which are sent without one' }),
    accumulated: z
      .boolean()
      .meta({ description: 'true: values are a counter; false: each is the energy of an interval' }),
    tls: tlsPolicy(),
    auth: basicAuth().optional(),
    ...window(),
    limit: z.int().min(1).max(10).default(10).meta({ description: 'items on a page' }),
  })
  .refine(({ accumulated, interval }) => accumulated || interval !== undefined, {
    path: ['interval'],
    error: 'is missing: values that are not accumulated need the length of an interval',
  })

const version2 = z.strictObject({
  url: httpAddress('address of the service, up to `/produced` or `/consumed` and without it'),
  version: z.literal(2).meta({ description: 'version of the contract' }),
  device: id('id of the device there'),
  tls: tlsPolicy(),
  auth: basicAuth().optional(),
  ...window(),
  limit: z.int().min(1).max(1_000).default(10).meta({ description: 'items on a page' }),
})

const version3 = z.strictObject({
  url: httpAddress('address of the service, up to `/asset` and without it'),
  version: z.literal(3).meta({ description: 'version of the contract' }),
  asset: id('id of the asset there'),
  tls: tlsPolicy(),
  auth: z.union([basicAuth(), z.strictObject({ apiKey: secret('sent as X-API-Key') })]).optional(),
  ...window(),
  limit: z
    .int()
    .refine(limit => limit === -1 || limit > 0, 'expected -1 or a number above 0')
    .default(-1)
    .meta({ description: 'most items in an answer; -1 is all' }),
})

/** The options of every version; `version` tells them apart. */
export const energyApiOptions = z
  .discriminatedUnion('version', [version1, version2, version3])
  .meta({ description: 'the options of version 1, 2 or 3' })

export type Version1Options = z.output<typeof version1>
export type Version2Options = z.output<typeof version2>
export type Version3Options = z.output<typeof version3>
