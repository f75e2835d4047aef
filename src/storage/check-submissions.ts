import type { AnchorDocument } from '../core/anchor-document.ts'
import { toBase64url } from '../core/bytes.ts'
import type { Draft } from '../core/register-transition.ts'
import type { Hashes } from '../proof/hashes.ts'
import { Finding } from './check-result.ts'
import type { EntryRow } from './check-rows.ts'
import { finding } from './check-streams.ts'
import { rootAt } from './checkpoints.ts'
import { integer, optional, type Row, text } from './columns.ts'
import { allLines, type LineRow } from './lines.ts'
import type { Sql } from './sql.ts'
import { encodeReceipt } from './submission-rows.ts'

type ReceiptDocument = Extract<Draft, { kind: 'receipt' }>['document']

/**
 * Checks that every receipt entry has its final submission and the other way round, and that cursors stand right. After a
 * deep reorg there is more than one receipt entry of a submission: the newest must be the one that is kept.
 */
export class SubmissionsCheck {
  readonly #sql: Sql
  readonly #hashes: Hashes
  /** By submission: whether its newest receipt entry so far is the one that is kept. */
  readonly #proven: Uint8Array

  constructor(sql: Sql, hashes: Hashes) {
    this.#sql = sql
    this.#hashes = hashes
    const row = sql.get('SELECT max(id) AS most FROM submissions')
    this.#proven = new Uint8Array((optional(row?.most, integer) ?? 0) + 1)
  }

  /** A receipt entry of the stream of this name. */
  take(row: EntryRow, stream: string, document: ReceiptDocument): void {
    const { ledger, first, last } = document
    const found = this.#sql.get(
      `SELECT s.id, s.receipt FROM submissions s JOIN lines l ON l.id = s.line
       WHERE l.stream = ? AND l.name IN (?, ?) AND s.first = ? AND s.last = ? AND s.state = 'final'`,
      row.stream,
      ledger,
      `${stream}/${ledger}`,
      first,
      last,
    )
    this.#prove(row, stream, { found, receipt: receiptText(document) })
  }

  /** A receipt entry of the gateway's stream: of a submission, and of a root that our entries have. */
  takeAnchor(row: EntryRow, stream: string, document: AnchorDocument): void {
    const { ledger, size, root } = document
    const found = this.#sql.get(
      `SELECT s.id, s.receipt FROM submissions s JOIN lines l ON l.id = s.line
       WHERE l.stream = ? AND l.name = ? AND s.value = ? AND s.state = 'final'`,
      row.stream,
      `${stream}/${ledger}`,
      String(size),
    )
    this.#prove(row, stream, { found, receipt: anchorText(document) })
    // The receipt stands behind all that it is about: what the tree is made of was checked before.
    const ours = Number(size) > row.index ? undefined : rootAt(this.#sql, Number(size), this.#hashes)
    if (ours !== undefined && toBase64url(ours) === root) return
    const detail = `entry ${row.index} is the receipt of an anchor of ${size} entries whose root is not that of ours`
    throw finding('submission', detail, row, stream)
  }

  #prove(
    row: EntryRow,
    stream: string,
    { found, receipt }: { found: Row | undefined; receipt: string | undefined },
  ): void {
    if (found === undefined) {
      const detail = `entry ${row.index} is the receipt of a submission that is not kept`
      throw finding('submission', detail, row, stream)
    }
    const id = integer(found.id)
    const kept = receipt !== undefined && optional(found.receipt, text) === receipt
    if (kept && this.#proven[id] === 1) {
      throw finding('submission', `entry ${row.index} is the same receipt once more`, row, stream)
    }
    this.#proven[id] = kept ? 1 : 0
  }

  finish(): void {
    const row = this.#sql.get("SELECT count(*) AS count FROM submissions WHERE state = 'final'")
    const proven = this.#proven.reduce((sum, one) => sum + one, 0)
    if (integer(row?.count) !== proven) {
      const detail = `${integer(row?.count)} submissions are final, ${proven} have a receipt entry`
      throw new Finding('submission', detail)
    }
    for (const line of allLines(this.#sql)) this.#checkLine(line)
    this.#checkNonces()
  }

  #checkLine(line: LineRow): void {
    let cursor = -1
    let end = -1
    const rows = this.#sql.all(
      'SELECT first, last, state FROM submissions WHERE line = ? ORDER BY first',
      line.id,
    )
    for (const row of rows) {
      const place = { stream: line.streamName, sequence: integer(row.first) }
      if (integer(row.first) !== end + 1 || integer(row.last) < integer(row.first)) {
        throw new Finding(
          'submission',
          `${line.name}: a submission does not begin behind the one before it`,
          place,
        )
      }
      if (cursor === end && (row.state === 'final' || row.state === 'skipped')) cursor = integer(row.last)
      end = integer(row.last)
    }
    if (line.cursor !== cursor) {
      const detail = `the cursor of ${line.name} stands at ${line.cursor}, it must be at ${cursor}`
      throw new Finding('cursor', detail, { stream: line.streamName, sequence: cursor })
    }
  }

  #checkNonces(): void {
    const row = this.#sql.get(
      `SELECT s.account, max(v.nonce) AS used, n.next FROM variants v JOIN submissions s ON s.id = v.submission
       LEFT JOIN nonces n ON n.chain_id = s.chain_id AND n.account = s.account
       GROUP BY s.chain_id, s.account HAVING n.next IS NULL OR n.next <= used LIMIT 1`,
    )
    if (row !== undefined) {
      throw new Finding(
        'submission',
        `nonce ${row.used} of ${row.account} was used, ${row.next} is kept as the next`,
      )
    }
  }
}

/** The receipt as the submission's row must have it. */
function receiptText(document: ReceiptDocument): string | undefined {
  const { chainId, contract, transaction, block, blockHash, logIndex, value } = document
  if (chainId === null || contract === null || transaction === null || block === null) return undefined
  if (blockHash === null || logIndex === null || value === null) return undefined
  const receipt = { chainId, contract, transaction, block, blockHash, logIndex: Number(logIndex), value }
  return encodeReceipt(receipt)
}

function anchorText(document: AnchorDocument): string | undefined {
  const { account, log, root, size, chainId, contract, transaction, block, blockHash, logIndex } = document
  if (chainId === null || contract === null || transaction === null || block === null) return undefined
  if (blockHash === null || logIndex === null || size === null) return undefined
  if (account === null || log === null || root === null) return undefined
  const place = { chainId, contract, transaction, block, blockHash, logIndex: Number(logIndex) }
  return encodeReceipt({ ...place, value: size, anchor: { account, log, root } })
}
