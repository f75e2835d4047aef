import { z } from 'zod'
import type { ResumedLine } from '../gateway/control-resume.ts'
import type { StatusReport } from '../gateway/status-report.ts'

const millijoules = z.string().regex(/^-?\d+$/)
const nanograms = z.string().regex(/^\d+$/)
const instant = z.string()

/** The register part of what a gateway answers. */
const registerSchema = z.object({
  total: millijoules,
  debit: millijoules,
  held: millijoules,
  heldReadings: z.number(),
  holdReason: z.string().nullable(),
  since: instant.nullable(),
  entries: z.number(),
})

/** What a gateway answers when it is asked for its status. */
export const statusSchema: z.ZodType<StatusReport> = z.object({
  at: instant,
  assets: z.array(
    z.object({
      asset: z.string(),
      register: registerSchema.nullable(),
      outage: z.object({ reason: z.string(), since: instant }).nullable(),
      polls: z.number().nullable(),
      failures: z.number().nullable(),
      carbon: z
        .object({
          total: nanograms.nullable(),
          basis: z.enum(['marginal', 'average']).nullable(),
          waiting: z.number(),
          missing: z.number(),
          trouble: z.string().nullable(),
        })
        .nullable(),
    }),
  ),
  ledgers: z.array(
    z.object({
      ledger: z.string(),
      trouble: z.string().nullable(),
      lastTurn: instant.nullable(),
      lines: z.array(
        z.object({
          line: z.string(),
          cursor: z.number(),
          backlog: z.number(),
          pending: z.record(z.string(), z.number()),
          stopped: z.string().nullable(),
          trouble: z.string().nullable(),
          drain: z
            .object({
              perHour: z.number().nullable(),
              arrivingPerHour: z.number().nullable(),
              hours: z.number().nullable(),
            })
            .default({ perHour: null, arrivingPerHour: null, hours: null }),
          passedOver: z.object({ contents: z.number(), reason: z.string() }).nullable().default(null),
          unanswered: z
            .object({ requests: z.number(), energy: z.string().regex(/^-?\d+$/) })
            .nullable()
            .default(null),
        }),
      ),
    }),
  ),
  networks: z.array(
    z.object({
      network: z.string(),
      nodes: z.array(
        z.object({
          node: z.string(),
          state: z.enum(['good', 'unknown', 'limited', 'down', 'syncing', 'behind', 'wrong-chain']),
          inUse: z.boolean(),
          detail: z.string().nullable(),
          again: z.number().nullable(),
          latency: z.number().nullable(),
          failures: z.number().nullable(),
          head: z.string().nullable(),
          headAge: z.number().nullable(),
        }),
      ),
    }),
  ),
  // Left out by a gateway from before there were evidence keys.
  evidenceKey: z
    .object({
      name: z.string(),
      key: z.string().nullable(),
      size: z.number().nullable(),
      awaySince: instant.nullable(),
      trouble: z.string().nullable(),
      readings: z.object({ signed: z.number(), waiting: z.number().nullable() }).nullable().default(null),
    })
    .nullable()
    .default(null),
  keys: z
    .array(
      z.object({
        key: z.string(),
        state: z.enum(['opening', 'ready', 'away', 'refused']),
        since: instant,
        trouble: z.string().nullable(),
        // Left out by a gateway from before its log knew keys.
        exchanged: z.string().nullable().default(null),
      }),
    )
    .default([]),
  witnesses: z
    .array(
      z.object({
        witness: z.string(),
        url: z.string(),
        size: z.number().nullable(),
        at: instant.nullable(),
        newest: z.number().nullable(),
        trouble: z.string().nullable(),
        isAlarm: z.boolean(),
      }),
    )
    .default([]),
  quorum: z.number().default(0),
  logTrouble: z.string().nullable(),
  // What follows is missing in the answer of a gateway that was started before it was updated.
  process: z.object({ pid: z.number(), since: instant.nullable() }).nullable().default(null),
  disk: z
    .object({
      free: z.number(),
      total: z.number(),
      keepFree: z.number(),
      used: z.number().nullable(),
      growth: z.number().nullable(),
      hoursLeft: z.number().nullable(),
      trouble: z.string().nullable(),
    })
    .nullable()
    .default(null),
  remoteLog: z
    .object({
      destinations: z.array(
        z.object({
          destination: z.string(),
          kind: z.string(),
          waiting: z.number(),
          oldest: instant.nullable(),
          delivered: z.number(),
          shed: z.number(),
          refused: z.number(),
          deliveredAt: instant.nullable(),
          trouble: z.string().nullable(),
        }),
      ),
      bytes: z.number().nullable(),
      cap: z.number().nullable(),
      trouble: z.string().nullable(),
    })
    .nullable()
    .default(null),
  selfCheck: z.object({ at: instant, size: z.number(), verified: z.number() }).nullable().default(null),
  clockTrouble: z.string().nullable().default(null),
})

/** What a gateway answers when it has resolved something. */
export const resolvedSchema = z.object({
  appended: z.array(z.object({ index: z.number(), sequence: z.number(), kind: z.string() })),
  register: registerSchema,
})

/** What a gateway answers when it has let report lines go on. */
export const resumedSchema: z.ZodType<readonly ResumedLine[]> = z.array(
  z.object({
    line: z.string(),
    stopped: z.string().nullable(),
    note: z.number().nullable(),
    failed: z.array(
      z.object({ first: z.number(), last: z.number(), outcome: z.enum(['tried-again', 'given-up']) }),
    ),
  }),
)

/** What a gateway answers when it has erased. */
export const erasedSchema = z.object({
  erased: z.array(
    z.object({
      stream: z.string(),
      first: z.number(),
      last: z.number(),
      documents: z.number(),
      shortened: z.string().optional(),
      entry: z.number(),
    }),
  ),
  remains: z.string().optional(),
})
