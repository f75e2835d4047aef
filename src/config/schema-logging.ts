import { z } from 'zod'
import { httpAddress } from '../connections/connection-fields.ts'
import { facilities } from '../logging/remote/facilities.ts'
import * as field from './fields.ts'
import { tlsSettings } from './schema-tls.ts'

/* The part of the schema that says where messages go: a file, and places outside of the box. */

const level = (description: string) =>
  z.enum(['debug', 'info', 'warn', 'error']).optional().meta({ description })

/** What every destination has. */
const common = {
  name: z
    .string()
    .regex(/^[^\p{Cc}]{1,64}$/u, 'a name has 1 to 64 characters')
    .optional()
    .meta({
      description: 'what it is called, and what its place in the spool is kept under; default kind and host',
    }),
  tls: tlsSettings(),
  level: level('the least that is sent; default info'),
  labels: z
    .record(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,31}$/, 'a label is letters, digits and _, at most 32'),
      z.string().min(1).max(256),
    )
    .refine(labels => Object.keys(labels).length <= 8, 'at most 8 labels')
    .optional()
    .meta({ description: 'what every message says of where it comes from, like `{ site: roof }`' }),
}

const headers = z
  .record(z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'is not the name of a header'), field.secret('its value'))
  .optional()
  .meta({ description: 'headers of every request by name, like `authorization`' })

const user = field.text('the user')
const auth = z
  .union([
    z.strictObject({ user, password: field.secret('its password') }),
    z.strictObject({ token: field.secret('a bearer token') }),
    z.strictObject({ apiKey: field.secret("an API key, as Elasticsearch's `encoded`") }),
  ])
  .optional()
  .meta({ description: '`{ user, password }`, `{ token }` or, for Elasticsearch, `{ apiKey }`' })

const otlp = z.strictObject({
  kind: z.literal('otlp').meta({ description: 'OTLP over HTTP with protobuf' }),
  url: httpAddress(
    'address of the collector: what stands before `/v1/logs`, like https://otel.example.org:4318',
  ),
  ...common,
  headers,
  auth,
  compression: z.enum(['gzip', 'none']).optional().meta({ description: 'default gzip' }),
})

const syslog = z.strictObject({
  kind: z.literal('syslog').meta({ description: 'RFC 5424 over TLS (RFC 5425)' }),
  address: z
    .string()
    .regex(
      /^(\[[0-9a-fA-F:.]+\]|[^:[\]/\s]+)(:\d{1,5})?$/,
      'expected a host and a port like logs.example.org:6514',
    )
    .meta({ description: 'host and port; default port 6514' }),
  ...common,
  facility: z.enum(Object.keys(facilities)).optional().meta({ description: 'default local0' }),
})

const loki = z.strictObject({
  kind: z.literal('loki').meta({ description: "Loki's push API" }),
  url: httpAddress('its address: what stands before `/loki/api/v1/push`'),
  ...common,
  headers,
  auth,
  tenant: field.text('its tenant: the header X-Scope-OrgID', 150).optional(),
  metadata: z.boolean().optional().meta({
    description: 'false: fields go into the line instead of structured metadata, for Loki before 3.0',
  }),
})

const elasticsearch = z.strictObject({
  kind: z.literal('elasticsearch').meta({ description: "Elasticsearch's bulk API" }),
  url: httpAddress('its address: what stands before the index'),
  ...common,
  headers,
  auth,
  index: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,127}$/, 'expected a name of small letters, digits, . _ and -')
    .meta({ description: 'an index or a data stream, like `logs-energyweb-default`' }),
})

/** A place outside of the box to which messages go. */
const remote = z
  .discriminatedUnion('kind', [otlp, syslog, loki, elasticsearch])
  .meta({ description: 'a place outside of this machine to which messages go' })

const spool = z
  .strictObject({
    cap: field
      .size('most that messages take while they wait for a destination; default 20 MB', '2 MB')
      .optional(),
  })
  .meta({ description: 'where messages wait that could not be sent yet: `spool.db` in the data folder' })

/** `logging` */
export const logging = z
  .strictObject({
    file: field.path('file that messages go to besides standard error; never in the data folder').optional(),
    level: level('the least that is written into the file; default info'),
    size: field.size('a file that would grow larger is put aside; default 10 MB', '64 kB').optional(),
    keep: z
      .int()
      .min(0)
      .max(1_000)
      .optional()
      .meta({ description: 'how many older files stay, `<file>.1` the newest; default 5' }),
    daily: z.boolean().optional().meta({ description: 'true: a new file every day (UTC) too' }),
    cap: field.size('most that all files take together; default 100 MB', '64 kB').optional(),
    remote: z.array(remote).min(1).max(8).optional().meta({
      description: 'places outside of this machine to which messages go, each by itself',
    }),
    spool: spool.optional(),
  })
  .meta({ description: 'messages for people and machines: in a file as JSON lines, and out of the machine' })

export type LoggingConfig = z.output<typeof logging>
/** One of `logging.remote`. */
export type RemoteConfig = NonNullable<LoggingConfig['remote']>[number]
