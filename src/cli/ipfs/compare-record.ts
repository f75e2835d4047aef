import { equalBytes } from '../../core/bytes.ts'
import type { EntryRecord } from '../../proof/ipfs/entry-record.ts'
import type { LogReader } from '../../storage/index.ts'

/** How the log's own entry at a record's place differs from it; undefined when it is the same. */
export function differenceFromLog(log: LogReader, { entry, leafHash }: EntryRecord): string | undefined {
  const { stream: id, sequence } = entry
  const stream = log.streamOf(id)
  if (stream === undefined) return `the log has no stream ${id}`
  const [own] = log.entries(stream, { after: sequence - 1, limit: 1 })
  if (own?.sequence !== sequence) return `the log has no entry ${stream}/${sequence}`
  return equalBytes(own.leafHash, leafHash) ? undefined : `the log has another entry ${stream}/${sequence}`
}
