import { z } from 'zod'
import { defineSource } from '../define-source.ts'
import { openMeterReads } from '../meter-reads.ts'
import { basicAuth, duration, httpAddress, optionalDuration, tlsPolicy } from '../options.ts'

/** `/meter-reads` of Energy Web Foundation's energy-api packages. */
export const source = defineSource({
  name: 'meter-reads',
  title: 'Meter reads (energy-api 0.6 and later)',
  description: `Reads \`GET /meter-reads/{meter}\` of a service that is built on Energy Web Foundation's energy-api packages.
**Is it this one?** Its addresses hold \`/meter-reads/\`; those of [\`energy-api\`](./energy-api.md), versions 1 to 3, don't.

Values are the readings of a counter in Wh, whatever unit they were posted in. The service rounds them down to whole Wh when they
are posted. It says neither whether a meter produces or consumes nor which device it is, so that \`channel\` decides the
direction. A meter nobody has posted for answers like one without readings.

Reads are asked for page by page and taken in order of time. A row without a time, without a number, below zero or absurd is left
out and named in a warning; if no row is good, the answer is refused. A meter that was reset falls: the reading is held until an
operator explains it.

A value that is posted again for the same time overwrites the one before there. Normally only what is newer than the log is taken;
with \`overlap\`, every poll looks back again, and a value that was changed becomes a revision.`,
  proof: {
    level: 'simulator',
    text: 'the HTTP layer of @energyweb/energy-api-influxdb 0.8.3 itself over a store in memory, and a mock of its contract (Prism)',
  },
  values: ['counter'],
  channels: ['import', 'export'],
  options: z.strictObject({
    url: httpAddress('address of the service, up to `/meter-reads` and without it'),
    // The service puts it into a database query as it is.
    meter: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,128}$/, 'expected letters, digits, _ and - only')
      .meta({ description: 'id of the meter there: letters, digits, `_` and `-`' }),
    tls: tlsPolicy(),
    auth: basicAuth().optional(),
    lookback: duration('how far back the first poll looks', '1d'),
    overlap: optionalDuration(
      'how far back every later poll looks again, for values that were changed or came late',
    ),
    limit: z.int().min(1).max(10_000).default(10_000).meta({ description: 'reads on a page' }),
  }),
  example: `kind: meter-reads
url: https://energy.example.org/api
meter: roof-1`,
  create: openMeterReads,
})
