import { EnergywebError } from '../core/errors.ts'
import type { AnchoredCheckpoint, Receipt } from '../core/receipt.ts'
import type { FiledCall, Submission, SubmissionState, Variant } from '../core/submission.ts'
import { parseInstant } from '../core/time.ts'
import { big, integer, optional, type Row, text } from './columns.ts'
import type { Sql } from './sql.ts'

const states: readonly string[] = [
  'signed',
  'sent',
  'mined',
  'final',
  'skipped',
  'failed',
] satisfies SubmissionState[]

function stateOf(value: unknown): SubmissionState {
  const state = text(value)
  if (!isState(state)) throw new EnergywebError('log-corrupt', `a submission is in state "${state}"`)
  return state
}

function isState(state: string): state is SubmissionState {
  return states.includes(state)
}

/** A receipt as it is kept. */
export function encodeReceipt(receipt: Receipt): string {
  const { chainId, contract, transaction, block, blockHash, logIndex, value, anchor } = receipt
  return JSON.stringify({
    chainId: chainId.toString(),
    contract,
    transaction,
    block: block.toString(),
    blockHash,
    logIndex,
    value: value.toString(),
    ...(anchor && { anchor: { account: anchor.account, log: anchor.log, root: anchor.root } }),
  })
}

function receiptOf(value: unknown): Receipt {
  const members = rowOf(JSON.parse(text(value)))
  return {
    chainId: big(members.chainId),
    contract: text(members.contract),
    transaction: text(members.transaction),
    block: big(members.block),
    blockHash: text(members.blockHash),
    logIndex: integer(members.logIndex),
    value: big(members.value),
    ...(members.anchor !== undefined && { anchor: anchorOf(members.anchor) }),
  }
}

function anchorOf(value: unknown): AnchoredCheckpoint {
  const members = rowOf(value)
  return { account: text(members.account), log: text(members.log), root: text(members.root) }
}

function rowOf(value: unknown): Row {
  if (typeof value === 'object' && value !== null) return { ...value }
  throw new EnergywebError('log-corrupt', 'a receipt is no object')
}

function variantsOf(sql: Sql, submission: number): readonly Variant[] {
  const rows = sql.all('SELECT * FROM variants WHERE submission = ? ORDER BY ordinal', submission)
  return rows.map(row => ({
    hash: text(row.hash),
    raw: text(row.raw),
    nonce: integer(row.nonce),
    maxFeePerGas: big(row.max_fee),
    maxPriorityFeePerGas: big(row.max_priority_fee),
  }))
}

/** A submission without its call and its signed forms, which are long: what its receipt proves. */
export type ProvenSubmission = Pick<
  Submission,
  'id' | 'line' | 'first' | 'last' | 'reading' | 'state' | 'receipt'
>

function provenOf(row: Row): ProvenSubmission {
  return {
    id: integer(row.id),
    line: text(row.name),
    first: integer(row.first),
    last: integer(row.last),
    reading: optional(row.reading, integer),
    state: stateOf(row.state),
    receipt: optional(row.receipt, receiptOf),
  }
}

function submissionOf(sql: Sql, row: Row): Submission {
  const proven = provenOf(row)
  return {
    ...proven,
    reason: optional(row.reason, text),
    chainId: big(row.chain_id),
    account: text(row.account),
    to: text(row.recipient),
    data: text(row.data),
    gas: big(row.gas),
    value: big(row.value),
    nonce: optional(row.nonce, integer),
    variants: variantsOf(sql, proven.id),
  }
}

const columns = 'SELECT s.*, l.name FROM submissions s JOIN lines l ON l.id = s.line'
const provenColumns = `SELECT s.id, s.first, s.last, s.reading, s.state, s.receipt, l.name
  FROM submissions s JOIN lines l ON l.id = s.line`

function rowById(sql: Sql, id: number, wanted: string): Row {
  const row = sql.get(`${wanted} WHERE s.id = ?`, id)
  if (row === undefined) throw new EnergywebError('argument-invalid', `there is no submission ${id}`)
  return row
}

/** @throws EnergywebError `argument-invalid` when there is none. */
export function submissionById(sql: Sql, id: number): Submission {
  return submissionOf(sql, rowById(sql, id, columns))
}

/** @throws EnergywebError `argument-invalid` when there is none. */
export function provenById(sql: Sql, id: number): ProvenSubmission {
  return provenOf(rowById(sql, id, provenColumns))
}

/** Submissions of a line, newest first. */
export function submissionsOfLine(sql: Sql, line: number, limit: number): readonly Submission[] {
  return sql
    .all(`${columns} WHERE s.line = ? ORDER BY s.last DESC, s.id DESC LIMIT ?`, line, limit)
    .map(row => submissionOf(sql, row))
}

/** Final submissions of a line behind an entry, oldest first, led by the one before them. */
export function finalsOfLine(
  sql: Sql,
  line: number,
  { after, limit }: { readonly after: number; readonly limit: number },
): readonly Submission[] {
  const finals = `${columns} WHERE s.line = ? AND s.state = 'final'`
  const before = sql.all(`${finals} AND s.last <= ? ORDER BY s.last DESC LIMIT 1`, line, after)
  const behind = sql.all(`${finals} AND s.last > ? ORDER BY s.last LIMIT ?`, line, after, limit)
  return [...before, ...behind].map(row => submissionOf(sql, row))
}

/** Calls of a line behind an entry, oldest first, with the time of the entry that each registers. */
export function callsOfLine(
  sql: Sql,
  line: { readonly id: number; readonly stream: number },
  { after, limit }: { readonly after: number; readonly limit: number },
): readonly FiledCall[] {
  const first = sql.get(
    'SELECT min(last) AS last FROM submissions WHERE line = ? AND reading IS NOT NULL',
    line.id,
  )?.last
  return sql
    .all(
      `SELECT s.last, s.data, substr(e.text, 8, 24) AS at
       FROM submissions s JOIN entries e ON e.stream = ? AND e.sequence = s.reading
       WHERE s.line = ? AND s.last > ? ORDER BY s.last LIMIT ?`,
      line.stream,
      line.id,
      after,
      limit,
    )
    .map(row => ({
      last: integer(row.last),
      isFirst: row.last === first,
      at: parseInstant(text(row.at)),
      data: text(row.data),
    }))
}

/** Submissions of an account that are not at rest, by nonce. */
export function submissionsUnderWay(sql: Sql, chainId: bigint, account: string): readonly Submission[] {
  return sql
    .all(
      `${columns} WHERE s.chain_id = ? AND s.account = ? AND s.state IN ('signed', 'sent', 'mined')
       ORDER BY s.nonce, s.id`,
      chainId.toString(),
      account,
    )
    .map(row => submissionOf(sql, row))
}

/** Submissions of an account with these nonces that are under way or final, by nonce. Rarely asked: reads them all. */
export function submissionsWithNonces(
  sql: Sql,
  chainId: bigint,
  account: string,
  { from, to }: { readonly from: number; readonly to: number },
): readonly Submission[] {
  return sql
    .all(
      `${columns} WHERE s.chain_id = ? AND s.account = ? AND s.nonce BETWEEN ? AND ?
       AND s.state IN ('signed', 'sent', 'mined', 'final') ORDER BY s.nonce, s.id`,
      chainId.toString(),
      account,
      from,
      to,
    )
    .map(row => submissionOf(sql, row))
}
