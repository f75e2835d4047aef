import { EnergywebError } from '../core/errors.ts'
import type { Receipt } from '../core/receipt.ts'
import type { NewSubmission, Submission, Variant } from '../core/submission.ts'
import type { Instant } from '../core/time.ts'
import { integer, optional } from './columns.ts'
import { isLogLine, type LineRow, lineNamed, moveCursor, plannedOf } from './lines.ts'
import { receiptEntry } from './receipt-entry.ts'
import { append } from './record.ts'
import type { Sql } from './sql.ts'
import type { Store } from './store.ts'
import { encodeReceipt, provenById, submissionById } from './submission-rows.ts'

function conflict(message: string): EnergywebError {
  return new EnergywebError('nonce-conflict', message, {
    hint: 'Two things sign for one account or plan one line. Nothing was written.',
  })
}

/** The nonce that the account's next new submission must take; undefined when it was never used here. */
export function nextNonce(sql: Sql, chainId: bigint, account: string): number | undefined {
  const row = sql.get(
    'SELECT next FROM nonces WHERE chain_id = ? AND account = ?',
    chainId.toString(),
    account,
  )
  return optional(row?.next, integer)
}

/** Raises the next nonce, never lowers it. */
export function raiseNonce(sql: Sql, chainId: bigint, account: string, next: number): void {
  sql.run(
    `INSERT INTO nonces (chain_id, account, next) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET next = max(next, excluded.next)`,
    chainId.toString(),
    account,
    next,
  )
}

/** Compares and sets: whoever planned with an old nonce is told, and nothing is signed twice for one. */
function takeNonce(
  sql: Sql,
  { chainId, account }: { chainId: bigint; account: string },
  nonce: number,
): void {
  const next = nextNonce(sql, chainId, account)
  if (!Number.isSafeInteger(nonce) || nonce < 0 || (next !== undefined && nonce !== next)) {
    throw conflict(`nonce ${nonce} of ${account} is not the next one, ${next} is`)
  }
  raiseNonce(sql, chainId, account, nonce + 1)
}

/** Sequence of the last entry that the line has to report. */
export function endOf(store: Store, line: LineRow): number {
  return isLogLine(line) ? store.size - 1 : store.stream(line.streamName).sequence
}

/** A range is taken in order: it begins behind the last one, so that none is taken twice and none is left out. */
function checkRange(store: Store, line: LineRow, { first, last }: { first: number; last: number }): void {
  const planned = plannedOf(store.sql, line)
  const sequence = endOf(store, line)
  if (first !== planned + 1 || last < first || last > sequence) {
    throw conflict(
      `entries ${first} to ${last} of ${line.name} are not next: ${planned + 1} to ${sequence} wait`,
    )
  }
}

interface Rest {
  readonly state: 'signed' | 'mined' | 'skipped'
  readonly reading?: number
  readonly nonce?: number
  readonly reason?: string
  readonly receipt?: Receipt
}

function insert(
  sql: Sql,
  line: LineRow,
  submission: Omit<NewSubmission, 'line' | 'reading'>,
  { state, reading, nonce, reason, receipt }: Rest,
): number {
  return sql.insert(
    `INSERT INTO submissions
       (line, first, last, reading, state, reason, chain_id, account, recipient, data, gas, value, nonce, receipt)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    line.id,
    submission.first,
    submission.last,
    reading ?? null,
    state,
    reason ?? null,
    submission.chainId.toString(),
    submission.account,
    submission.to,
    submission.data,
    submission.gas.toString(),
    submission.value.toString(),
    nonce ?? null,
    receipt === undefined ? null : encodeReceipt(receipt),
  )
}

function keepVariant(sql: Sql, id: number, variant: Variant): void {
  sql.run(
    `INSERT INTO variants (submission, ordinal, hash, raw, nonce, max_fee, max_priority_fee)
     SELECT ?, count(*), ?, ?, ?, ?, ? FROM variants WHERE submission = ?`,
    id,
    variant.hash,
    variant.raw,
    variant.nonce,
    variant.maxFeePerGas.toString(),
    variant.maxPriorityFeePerGas.toString(),
    id,
  )
}

/** Keeps a new submission, its first signed form and the nonce; answers its id. */
export function create(store: Store, submission: NewSubmission, variant: Variant): number {
  const { sql } = store
  const line = lineNamed(sql, submission.line)
  const { reading } = submission
  checkRange(store, line, submission)
  if (reading < submission.first || reading > submission.last) {
    throw new EnergywebError(
      'argument-invalid',
      `a submission must register one of its own entries, not ${reading}`,
    )
  }
  takeNonce(sql, submission, variant.nonce)
  const id = insert(sql, line, submission, { state: 'signed', reading, nonce: variant.nonce })
  keepVariant(sql, id, variant)
  return id
}

/** Keeps a replacement of the nonce in force. */
export function addVariant(sql: Sql, id: number, variant: Variant): void {
  const { nonce } = submissionById(sql, id)
  if (variant.nonce !== nonce) throw conflict(`submission ${id} has nonce ${nonce}, not ${variant.nonce}`)
  keepVariant(sql, id, variant)
}

/** Gives a submission a new nonce and takes it back to `signed`. */
export function renounce(sql: Sql, id: number, variant: Variant): void {
  const submission = atWork(sql, id, 'renounced')
  takeNonce(sql, submission, variant.nonce)
  keepVariant(sql, id, variant)
  sql.run(
    "UPDATE submissions SET state = 'signed', nonce = ?, reason = NULL, receipt = NULL WHERE id = ?",
    variant.nonce,
    id,
  )
}

/** A submission that is neither final nor skipped. */
function atWork(sql: Sql, id: number, deed: string): Submission {
  const submission = submissionById(sql, id)
  if (submission.state === 'final' || submission.state === 'skipped') {
    throw new EnergywebError(
      'argument-invalid',
      `submission ${id} is ${submission.state} and can't be ${deed}`,
    )
  }
  return submission
}

export function markSent(sql: Sql, ids: readonly number[]): void {
  for (const id of ids) sql.run("UPDATE submissions SET state = 'sent' WHERE id = ? AND state = 'signed'", id)
}

export function markMined(sql: Sql, id: number, receipt: Receipt): void {
  const changed = sql.run(
    "UPDATE submissions SET state = 'mined', receipt = ? WHERE id = ? AND state NOT IN ('final', 'skipped')",
    encodeReceipt(receipt),
    id,
  )
  // It says why not.
  if (changed === 0) atWork(sql, id, 'mined')
}

export function markUnmined(sql: Sql, id: number): void {
  atWork(sql, id, 'taken back')
  sql.run("UPDATE submissions SET state = 'signed', receipt = NULL WHERE id = ?", id)
}

/** Puts mined submissions to rest: receipt entry, state and cursor together. One that is final already stays so. */
export function finalise(store: Store, ids: readonly number[], at: Instant): void {
  const { sql } = store
  const submissions = ids.map(id => provenById(sql, id)).filter(({ state }) => state !== 'final')
  const unproven = submissions.find(({ state, receipt }) => state !== 'mined' || receipt === undefined)
  if (unproven !== undefined) {
    throw new EnergywebError('argument-invalid', `submission ${unproven.id} is ${unproven.state}, not mined`)
  }
  for (const [name, own] of Map.groupBy(submissions, ({ line }) => line)) {
    const line = lineNamed(sql, name)
    for (const submission of own) {
      append(store, { ...receiptEntry(submission, line), at })
      sql.run("UPDATE submissions SET state = 'final' WHERE id = ?", submission.id)
    }
    moveCursor(sql, line)
  }
}

/** Keeps the receipt of what is final and stands elsewhere on the chain now, and appends it; the same one changes nothing. */
export function moveReceipt(
  store: Store,
  { id, receipt, at }: { id: number; receipt: Receipt; at: Instant },
): void {
  const submission = submissionById(store.sql, id)
  if (submission.state !== 'final') {
    throw new EnergywebError('argument-invalid', `submission ${id} is ${submission.state}, not final`)
  }
  const encoded = encodeReceipt(receipt)
  if (submission.receipt !== undefined && encodeReceipt(submission.receipt) === encoded) return
  const line = lineNamed(store.sql, submission.line)
  append(store, { ...receiptEntry({ ...submission, receipt }, line), at })
  store.sql.run('UPDATE submissions SET receipt = ? WHERE id = ?', encoded, id)
}

/** Records that the ledger wants nothing for these entries. */
export function skip(
  store: Store,
  { line: name, first, last, reason }: { line: string; first: number; last: number; reason: string },
): void {
  const line = lineNamed(store.sql, name)
  checkRange(store, line, { first, last })
  const nowhere = { chainId: 0n, account: '', to: '', data: '', gas: 0n, value: 0n }
  insert(store.sql, line, { first, last, ...nowhere }, { state: 'skipped', reason })
  moveCursor(store.sql, line)
}

/** Records what an earlier life of this gateway registered, as found on the chain. */
export function adopt(store: Store, submission: NewSubmission, receipt: Receipt, at: Instant): void {
  const line = lineNamed(store.sql, submission.line)
  checkRange(store, line, submission)
  const id = insert(store.sql, line, submission, { state: 'mined', reading: submission.reading, receipt })
  finalise(store, [id], at)
}

/** Gives up a submission whose energy a later one has registered. */
export function abandon(sql: Sql, id: number, reason: string): void {
  const { line } = atWork(sql, id, 'abandoned')
  sql.run("UPDATE submissions SET state = 'skipped', reason = ? WHERE id = ?", reason, id)
  moveCursor(sql, lineNamed(sql, line))
}

/** Fails a submission for good and stops its line. */
export function fail(sql: Sql, id: number, reason: string): void {
  const { line } = atWork(sql, id, 'failed')
  sql.run("UPDATE submissions SET state = 'failed', reason = ? WHERE id = ?", reason, id)
  sql.run('UPDATE lines SET stopped = ? WHERE name = ?', reason, line)
}
