import { z } from 'zod'
import { httpAddress } from '../connections/connection-fields.ts'
import * as field from './fields.ts'
import { tlsSettings } from './schema-tls.ts'

/** Where measures are sent to. */
const otlp = z
  .strictObject({
    url: httpAddress('address of the collector: what stands before `/v1/metrics`'),
    tls: tlsSettings(),
    headers: z
      .record(
        z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'is not the name of a header'),
        field.secret('its value'),
      )
      .optional()
      .meta({ description: 'headers of every request by name, like `authorization`' }),
    every: field.duration('how often they are sent; default 1m', 1_000).optional(),
  })
  .meta({
    description: 'sends metrics to a collector by OTLP (http/protobuf); nothing is kept for one that is away',
  })

/** What a gateway tells of itself in numbers. */
export const metrics = z
  .strictObject({
    listen: field
      .listenAddress(
        'where Prometheus scrapes `/metrics`; default 127.0.0.1:9464, and nowhere where only `otlp` is given',
      )
      .optional(),
    token: field
      .secret('what a scrape must bring as `Authorization: Bearer …`; needed to listen beyond this machine')
      .optional(),
    assets: z.enum(['names', 'numbers']).optional().meta({
      description:
        'how assets are called: by `names` (default), or by `numbers`, their places in this file from 1, where names are personal',
    }),
    otlp: otlp.optional(),
  })
  .meta({ description: 'what the gateway measures of itself; without it nothing is measured' })
