import { type CarbonStep, carbonSteps } from '../core/carbon-step.ts'
import { EnergywebError } from '../core/errors.ts'
import { faultPoint } from '../core/fault-point.ts'
import type { Mass } from '../core/mass.ts'
import type { Draft } from '../core/register-transition.ts'
import type { Instant } from '../core/time.ts'
import { big, integer, optional, type Row, text } from './columns.ts'
import type { StreamState } from './log-state.ts'
import type { Sql } from './sql.ts'
import type { Store } from './store.ts'

/** `waiting` for its factor; `missing`: an entry says that there is none; `counted`. */
export type StepState = 'waiting' | 'missing' | 'counted'

/** A row of `carbon_steps`. */
export interface StepRow extends CarbonStep {
  readonly at: Instant
  readonly state: StepState
  /** Sequence in the carbon stream of the entry that priced it, or said that its factor is missing. */
  readonly entry: number | undefined
  /** What the register's base was before it was settled. */
  readonly base: Mass | undefined
  /** What a revision added. */
  readonly filled: Mass | undefined
}

const columns = 'SELECT sequence, at, from_at, to_at, energy, state, entry, base, filled FROM carbon_steps'

/** What a row of `carbon_steps` says. @throws EnergywebError `log-corrupt` */
function stepRowOf(row: Row): StepRow {
  const state = text(row.state)
  if (state !== 'waiting' && state !== 'missing' && state !== 'counted') {
    throw new EnergywebError('log-corrupt', `a step of a carbon register has the state "${state}"`)
  }
  return {
    sequence: integer(row.sequence),
    at: integer(row.at),
    from: integer(row.from_at),
    to: integer(row.to_at),
    energy: big(row.energy),
    state,
    entry: optional(row.entry, integer),
    base: optional(row.base, big),
    filled: optional(row.filled, big),
  }
}

/** Keeps the steps that entries just written have made, where the stream has a carbon register. */
export function keepSteps(
  { sql }: Store,
  stream: StreamState,
  { drafts, at }: { drafts: readonly Draft[]; at: Instant },
): void {
  if (stream.pricedBy === undefined) return
  const steps = carbonSteps(stream.register, drafts, stream.sequence + 1)
  if (steps.length > 0) faultPoint('storage/before-carbon-steps')
  for (const { sequence, from, to, energy } of steps) {
    sql.run(
      `INSERT INTO carbon_steps (asset, sequence, at, from_at, to_at, energy, state)
       VALUES (?, ?, ?, ?, ?, ?, 'waiting')`,
      stream.id,
      sequence,
      at,
      from,
      to,
      energy.toString(),
    )
  }
}

/** The step that an entry of an asset made. */
export function findStep(sql: Sql, asset: number, sequence: number): StepRow | undefined {
  const row = sql.get(`${columns} WHERE asset = ? AND sequence = ?`, asset, sequence)
  return row && stepRowOf(row)
}

/** Steps of an asset in one state that are not settled, in order. */
export function openSteps(
  sql: Sql,
  asset: number,
  query: { state: 'waiting' | 'missing'; after?: number; endsAfter?: Instant; limit: number },
): readonly StepRow[] {
  const { state, after = -1, endsAfter = Number.MIN_SAFE_INTEGER, limit } = query
  return sql
    .all(
      `${columns} WHERE asset = ? AND state = ? AND state <> 'counted' AND sequence > ? AND to_at > ?
       ORDER BY sequence LIMIT ?`,
      asset,
      state,
      after,
      endsAfter,
      limit,
    )
    .map(stepRowOf)
}

/** The first step of an asset in one state; undefined when there is none. */
export function firstOpenStep(sql: Sql, asset: number, state: 'waiting' | 'missing'): number | undefined {
  const row = sql.get(
    `SELECT min(sequence) AS first FROM carbon_steps WHERE asset = ? AND state = ? AND state <> 'counted'`,
    asset,
    state,
  )
  return optional(row?.first, integer)
}

export function countOpenSteps(sql: Sql, asset: number, state: 'waiting' | 'missing'): number {
  const row = sql.get(
    `SELECT count(*) AS count FROM carbon_steps WHERE asset = ? AND state = ? AND state <> 'counted'`,
    asset,
    state,
  )
  return integer(row?.count)
}

/** What the register's base was as of an entry of its asset; undefined when nothing behind that entry is settled. */
export function baseAsOf(sql: Sql, asset: number, sequence: number): Mass | undefined {
  const row = sql.get(
    'SELECT base FROM carbon_steps WHERE asset = ? AND sequence > ? AND base IS NOT NULL ORDER BY sequence LIMIT 1',
    asset,
    sequence,
  )
  return optional(row?.base, big)
}

/** What revisions added for steps behind an entry. */
export function filledBehind(sql: Sql, asset: number, sequence: number): Mass {
  return sql
    .all(
      'SELECT filled FROM carbon_steps WHERE asset = ? AND sequence > ? AND filled IS NOT NULL',
      asset,
      sequence,
    )
    .reduce((sum, row) => sum + big(row.filled), 0n)
}

/** A step has been priced, or its factor is known to be missing. */
export function settleStep(
  sql: Sql,
  asset: number,
  step: { sequence: number; state: 'missing' | 'counted'; entry: number; base: Mass },
): void {
  sql.run(
    'UPDATE carbon_steps SET state = ?, entry = ?, base = ? WHERE asset = ? AND sequence = ?',
    step.state,
    step.entry,
    step.base.toString(),
    asset,
    step.sequence,
  )
}

/** A missing step has been filled. */
export function fillStep(
  sql: Sql,
  asset: number,
  { sequence, filled }: { sequence: number; filled: Mass },
): void {
  sql.run(
    "UPDATE carbon_steps SET state = 'counted', filled = ? WHERE asset = ? AND sequence = ?",
    filled.toString(),
    asset,
    sequence,
  )
}
