import { formatRawCid } from '../core/cid.ts'
import type { ErasurePlan } from '../core/erasure.ts'
import { namesContent } from '../proof/ids/content-in-call.ts'
import { blob, integer, optional, type Row, text } from './columns.ts'
import { openDatabaseForReading } from './database.ts'
import { sha256 } from './hashes.ts'
import { recordBytes } from './pin-rows.ts'
import type { Sql } from './sql.ts'

/** A content of an entry whose CID, or a UUID of it, stands on a chain. */
export interface PublishedContent {
  readonly stream: string
  readonly sequence: number
  readonly content: 'raw' | 'document'
  readonly cid: string
  /** The report line that registered it, and where it stands. */
  readonly line: string
  readonly chainId: string
  readonly contract: string
}

/**
 * What of ranges of entries chains have by its CID: looked for in the calls that were registered. An erasure takes none of it
 * back. Erased entries are not told any more: nobody here can say what their CIDs were.
 * @throws EnergywebError `log-io`
 */
export function publishedContents(
  folder: string,
  ranges: readonly Pick<ErasurePlan, 'stream' | 'first' | 'last'>[],
): readonly PublishedContent[] {
  const sql = openDatabaseForReading(folder)
  try {
    return ranges.flatMap(range => ofRange(sql, range))
  } finally {
    sql.database.close()
  }
}

function ofRange(
  sql: Sql,
  { stream, first, last }: Pick<ErasurePlan, 'stream' | 'first' | 'last'>,
): readonly PublishedContent[] {
  // The registered entry is one of `first` to `last` of its call.
  return sql
    .all(
      `SELECT l.name, c.reading, c.chain_id, c.recipient, c.data, e.text, d.body, d.seed, r.hash
       FROM streams s JOIN lines l ON l.stream = s.id JOIN submissions c ON c.line = l.id
       JOIN entries e ON e.stream = s.id AND e.sequence = c.reading
       JOIN documents d ON d.entry = e.id LEFT JOIN raw r ON r.id = d.raw
       WHERE s.name = ? AND c.receipt IS NOT NULL AND c.reading BETWEEN ? AND ? ORDER BY c.reading, l.name`,
      stream,
      first,
      last,
    )
    .flatMap(row => contentsIn(row, stream))
}

function contentsIn(row: Row, stream: string): readonly PublishedContent[] {
  const data = text(row.data)
  const raw = optional(row.hash, hash => formatRawCid(blob(hash)))
  const record = recordBytes(row)
  const contents = [
    ...(raw === undefined ? [] : [{ content: 'raw' as const, cid: raw }]),
    ...(record === undefined ? [] : [{ content: 'document' as const, cid: formatRawCid(sha256(record)) }]),
  ]
  return contents
    .filter(({ cid }) => namesContent(data, cid))
    .map(({ content, cid }) => ({
      ...{ stream, sequence: integer(row.reading), content, cid },
      ...{ line: text(row.name), chainId: text(row.chain_id), contract: text(row.recipient) },
    }))
}
