import { z } from 'zod'
import { isTimeZone } from '../local-day.ts'
import { duration, personal, secret, serviceAddress, tlsPolicy } from '../options.ts'

const name = (description: string) =>
  z
    .string()
    .regex(/^[\x21-\x7e]{1,256}$/, 'expected printable characters without spaces')
    .meta({ description })

export const gridxOptions = z.strictObject({
  system: personal('id of the system; needed where the account has several')
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected letters, digits, _ and - only')
    .optional(),
  measure: z.enum(['grid', 'production', 'photovoltaic']).default('grid').meta({
    description:
      '`grid`: the counters of the grid meter; `production`, `photovoltaic`: the energy of each day, without a counter',
  }),
  auth: z
    .strictObject({
      user: personal('e-mail address of the account'),
      password: secret('password'),
      clientId: name("id of the app, from the operator's partner contract; none comes with this package"),
      realm: name('where the operator keeps its accounts, like `eon-home-authentication-db`'),
      audience: name('what the token is for').default('my.gridx'),
    })
    .meta({ description: 'the account, as its app logs in (OAuth2, password realm)' }),
  url: serviceAddress('https://api.gridx.de'),
  login: serviceAddress('https://gridx.eu.auth0.com', 'its log-in'),
  zone: z
    .string()
    .refine(isTimeZone, 'expected a time zone like Europe/Berlin')
    .default('Europe/Berlin')
    .meta({ description: 'time zone of the system, in which its days begin and end' }),
  lookback: duration('how far back the first poll looks, where days are read', '7d'),
  overlap: duration('how far back every later poll looks again, for days that were changed', '3d'),
  settle: duration('how long a day must be over before it is taken', '2h'),
  tls: tlsPolicy(),
})

export type GridxOptions = z.output<typeof gridxOptions>
