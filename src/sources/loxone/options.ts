import { z } from 'zod'
import { httpAddress, personal, secret, tlsPolicy } from '../options.ts'

export const loxoneOptions = z.strictObject({
  url: httpAddress('address of the Miniserver, without a path'),
  tls: tlsPolicy(),
  auth: z
    .strictObject({
      // What stands in a path must not end it.
      user: personal('user name').regex(/^[^/?#%:]*$/, 'expected a name without / ? # % :'),
      password: secret('password'),
    })
    .meta({ description: 'a user of the Miniserver that sees the meter, and needs no other right' }),
  meter: personal('name of the meter as in the app, or its UUID'),
  room: personal('name of its room, where several meters have one name').optional(),
  counts: z.enum(['import', 'export']).default('import').meta({
    description:
      'what the meter reading stands for: `export` at a plant; the other direction is the second one of a bidirectional meter',
  }),
  transport: z.enum(['websocket', 'http']).default('websocket').meta({
    description: '`websocket`: token log-in, states are pushed; `http`: the password with every request',
  }),
})

export type LoxoneOptions = z.output<typeof loxoneOptions>
