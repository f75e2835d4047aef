import { z } from 'zod'
import * as field from './fields.ts'
import { eventTrigger } from './schema-event.ts'
import { key } from './schema-key.ts'
import { ledger, originALine } from './schema-ledger.ts'
import { logging } from './schema-logging.ts'
import { metrics } from './schema-metrics.ts'
import { network } from './schema-network.ts'
import { askedWitness, servedWitness } from './schema-witness.ts'

/*
 * The one schema of a configuration: types, the JSON Schema for editors, the check and the reference page all come from it.
 * The options of a source come from its driver; see check-sources.ts and check-carbon.ts.
 */

const info = z
  .strictObject({
    title: field.text('what this gateway is called'),
    version: z
      .union([z.string().min(1).max(64), z.number()])
      .transform(String)
      .optional()
      .meta({ description: 'version of this configuration, for yourself' }),
    description: field.text('anything worth knowing about it', 4_096).optional(),
  })
  .meta({ description: 'about this configuration' })

const evidenceKey = z
  .union([
    field.referenceName,
    z.strictObject({
      key: field.referenceName.meta({ description: 'name of the evidence key' }),
      readings: z
        .union([z.boolean(), z.array(z.string().min(1)).min(1)])
        .optional()
        .meta({
          description:
            'it signs each reading by itself, too, soon after it was logged: `true` those of every asset, or the names of some; default false',
        }),
    }),
  ])
  .transform(given => (typeof given === 'string' ? { key: given } : given))

const log = z
  .strictObject({
    key: field.referenceName
      .optional()
      .meta({ description: 'the key that signs checkpoints: Ed25519, never one of a chain' }),
    evidence: evidenceKey.optional().meta({
      description:
        'the evidence key: P-256, in a token or a TPM, signs each checkpoint beside the log key; default none',
    }),
    origin: z
      .string()
      .regex(/^[^\s+]{1,255}$/, 'expected a name like gateway.example.org/roof, without spaces and +')
      .optional()
      .meta({ description: "the log's name in its checkpoints, like `gateway.example.org/roof`" }),
    checkpoint: field.duration('how often a checkpoint is signed; default 15m', 1_000).optional(),
    checkpointEntries: z.int().min(1).max(1_000_000_000).optional().meta({
      description: 'a checkpoint is signed sooner, once so many entries came since the last; default 10000',
    }),
    witnesses: z
      .array(askedWitness)
      .max(16)
      .optional()
      .meta({ description: 'others who cosign each checkpoint, so that nobody can show two logs' }),
    quorum: z
      .int()
      .min(0)
      .max(16)
      .optional()
      .meta({ description: 'so many of them must have cosigned; fewer is a trouble; default all' }),
    publish: z
      .strictObject({
        folder: field.path(
          'folder that a web server gives out; made where it is missing, never the data folder',
        ),
      })
      .optional()
      .meta({ description: 'write the log as static files after each checkpoint, for others to follow' }),
    selfCheck: field
      .duration("how often the log's tail is derived again while the gateway runs; default 1h", 1_000)
      .optional(),
  })
  .meta({ description: 'the log and its checkpoints; without a key none are signed' })

const disk = z
  .strictObject({
    keepFree: field
      .size(
        'room that is kept free; below it log files are shed; default 200 MB, at most 5 % of the disk',
        '0 B',
      )
      .optional(),
    every: field.duration('how often the room is looked at; default 1m', 1_000).optional(),
  })
  .meta({ description: 'the disk of the data folder' })

const report = z
  .looseObject({
    ledger: field.referenceName.meta({ description: 'one of `ledgers`' }),
    key: field.referenceName
      .optional()
      .meta({ description: "one of `keys`: the asset's account on the ledger; none for a remote of IPFS" }),
  })
  .transform(({ ledger, key, ...own }) => {
    // What the ledger's kind asks for is checked once that is known; most are numbered assets.
    const numbered = originALine.safeParse(own)
    const line: ReportConfig = { ledger, key, own, ...(numbered.success && numbered.data) }
    return line
  })
  .meta({ description: 'one asset reporting to one ledger' })

/** One asset reporting to one ledger. */
export interface ReportConfig {
  readonly ledger: string
  /** Undefined of a line to a remote of IPFS, and of one whose key is missing, which is refused. */
  readonly key: string | undefined
  /** What it says to its ledger's kind, as it was given. */
  readonly own: Readonly<Record<string, unknown>>
  /** Of a line to Origin release A. */
  readonly assetId?: bigint | undefined
  readonly files?: string | undefined
}

const source = z
  .looseObject({ kind: field.text('the driver: of the catalogue, or brought by a module', 64) })
  .meta({ description: "where readings come from: `kind` and the driver's own options" })

const carbon = z
  .looseObject({
    kind: field.text('the driver: of the catalogue, or brought by a module', 64),
    opening: field
      .mass('what the register of CO2 starts from: that of a chain which ours continues; default 0 g')
      .optional(),
    wait: field
      .duration(
        'how long a registration waits for the factor of its time, before it goes out without; default 10m',
        1_000,
      )
      .optional(),
  })
  .meta({ description: "what its kWh stand for in CO2: `kind` and the driver's own options" })

const asset = z
  .strictObject({
    name: z
      .string()
      .regex(/^[^\p{Cc}/]{1,64}$/u, 'a name has 1 to 64 characters and no /')
      .refine(
        name => name.trim() === name && name !== 'gateway',
        'is reserved, or begins or ends with a space',
      )
      .meta({ description: 'unique; stays in this gateway' }),
    role: z.enum(['producer', 'consumer']).meta({ description: 'what it is to a ledger' }),
    capacity: field.power('rated power; a faster rise is held. Without it no rise ever is').optional(),
    every: field.duration('how often it is read; or `cron`', 100).optional(),
    cron: field
      .text(
        'when it is read, by wall clock instead: `*/15 * * * *` is every quarter of an hour, on the dot',
        256,
      )
      .optional(),
    zone: field.text('time zone of `cron`, like `Europe/Vienna`; default that of the machine', 64).optional(),
    aligned: z.boolean().optional().meta({
      description: 'true: at whole intervals since the start, together with all others; default spread',
    }),
    deadline: field.duration('how long one read may take; default `every`, at most 30s', 10).optional(),
    source,
    channel: z
      .enum(['import', 'export'])
      .meta({ description: '`import`: taken from the grid or consumed; `export`: delivered or produced' }),
    opening: field.opening.optional(),
    carbon: carbon.optional(),
    resolution: field.amount("one step of the meter's display; default exact").optional(),
    commitment: z.enum(['fields', 'document']).optional().meta({
      description: '`fields` (default): any field can be shown alone; `document`: one hash of all, faster',
    }),
    publish: z.literal('cid').optional().meta({
      description:
        '`cid`: its report lines may give CIDs of raw bytes and documents to contracts, from which they can never be erased; default none',
    }),
    report: z.array(report).max(64).optional().meta({ description: 'the ledgers it reports to' }),
  })
  .meta({ description: 'a plant or a consumer' })

const task = z
  .strictObject({
    class: z
      .string()
      .regex(/^[\p{ID_Start}$_][\p{ID_Continue}$]{0,127}$/u, 'expected the name of a class')
      .meta({ description: 'a class that one of `modules` exports' }),
    parameters: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: 'what its constructor takes, like `{ interval: 5s }`' }),
    every: field.duration('its `interval`: how often it runs', 10).optional(),
    cron: field
      .text('its `trigger`, by wall clock instead: `0 3 * * *` is every day at three', 256)
      .optional(),
    zone: field.text('time zone of `cron`, like `Europe/Vienna`; default that of the machine', 64).optional(),
    on: eventTrigger.optional(),
  })
  .meta({ description: 'a task of your own' })

const record = <Value extends z.ZodType>(value: Value, description: string) =>
  z.record(field.referenceName, value).optional().meta({ description })

/** A configuration, version 1. */
export const configSchema = z
  .strictObject({
    energyweb: z.literal(1).meta({ description: 'version of this format' }),
    info: info.optional(),
    data: field.path('folder of the log and all that must survive; default ./data').optional(),
    log: log.optional(),
    witness: servedWitness.optional(),
    logging: logging.optional(),
    metrics: metrics.optional(),
    disk: disk.optional(),
    keys: record(key, 'keys by name; a key itself never stands here'),
    networks: record(network, 'EVM chains by name'),
    ledgers: record(ledger, 'on-chain registries by name'),
    assets: z.array(asset).min(1).max(10_000).meta({ description: 'what is read' }),
    modules: z
      .array(
        field.text(
          'a path below the folder of this file, like `./my-task.ts`, or the name of an installed package',
          1_024,
        ),
      )
      .max(100)
      .optional()
      .meta({ description: 'code of your own: task classes, kinds of sources and of ledgers' }),
    secrets: record(
      z.string().min(1).max(4_096),
      'secrets in plain text, by the name that `{ secret: NAME }` refers to; in a sealed configuration only',
    ),
    tasks: z.array(task).max(1_000).optional().meta({ description: 'tasks of your own, beside the gateway' }),
  })
  .meta({ title: 'energyweb configuration', description: 'version 1' })

/** A configuration as the gateway takes it: parsed, its relative paths resolved. */
export type Config = Omit<z.output<typeof configSchema>, 'secrets'>
export type AssetConfig = Config['assets'][number]
export type TaskConfig = NonNullable<Config['tasks']>[number]
export type EventTriggerConfig = NonNullable<TaskConfig['on']>
export type CarbonConfig = NonNullable<AssetConfig['carbon']>
export type LogConfig = NonNullable<Config['log']>
export type KeyConfig = NonNullable<Config['keys']>[string]
export type NetworkConfig = NonNullable<Config['networks']>[string]
export {
  type AnchorConfig,
  type DefinedLedgerConfig,
  type OriginAConfig,
  registriesOf,
} from './schema-ledger.ts'
export type { LoggingConfig, RemoteConfig } from './schema-logging.ts'
export type LedgerConfig = NonNullable<Config['ledgers']>[string]
