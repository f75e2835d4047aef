import type { CanonicalValue } from '../../core/canonical-json.ts'
import type { Severity } from '../log-level.ts'
import type { LokiDestination, Sender } from './destination.ts'
import { fieldsOf, flatFields, type SpooledLine } from './line.ts'

/** Most fields of a message that go along as structured metadata; Loki takes 128. */
const mostFields = 60

/**
 * The body of a push (https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs). Labels make streams and
 * must be few: those of the configuration, the host and the level. The rest is metadata, or stands in the line.
 */
export function lokiPush(
  lines: readonly SpooledLine[],
  { sender, labels, metadata }: { sender: Sender } & Pick<LokiDestination, 'labels' | 'metadata'>,
): CanonicalValue {
  const streams = new Map<Severity, CanonicalValue[]>()
  for (const line of lines) {
    const values = streams.get(line.severity) ?? []
    values.push(metadata ? [timeOf(line), line.message, metadataOf(line)] : [timeOf(line), whole(line)])
    streams.set(line.severity, values)
  }
  const common = { service_name: 'energyweb', host: sender.host, ...labels }
  return {
    streams: [...streams].map(([level, values]) => ({ stream: { ...common, level }, values })),
  }
}

/**
 * Nanoseconds. Below the millisecond stands the place in the spool: messages of one millisecond keep their order, and one
 * that is sent again is the same to Loki, which then drops it.
 */
function timeOf({ at, sequence }: SpooledLine): string {
  return `${BigInt(at) * 1_000_000n + BigInt(sequence % 1_000_000)}`
}

/** Names of metadata are like those of labels: letters, digits and `_`, no digit first. */
function metadataOf(line: SpooledLine): Record<string, string> {
  const fields = [...flatFields(line, mostFields)]
  return Object.fromEntries([
    ...fields.map(
      ([name, value]) => [name.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d|$)/, '_'), value] as const,
    ),
    ['id', line.id],
  ])
}

/** A field that bears the name of the message must not stand in its place. */
function whole(line: SpooledLine): string {
  const { message: second, ...fields } = fieldsOf(line)
  const { message, id } = line
  return JSON.stringify({ message, ...fields, ...(second !== undefined && { field_message: second }), id })
}
