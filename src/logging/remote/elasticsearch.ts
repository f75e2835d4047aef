import { createHash } from 'node:crypto'
import type { HttpResponse } from '../../core/source.ts'
import { formatInstant } from '../../core/time.ts'
import type { ElasticsearchDestination, Sender } from './destination.ts'
import { httpDelivery, shown } from './http-delivery.ts'
import { fieldsOf, isRecord, type SpooledLine } from './line.ts'
import type { Delivery, Sink } from './sink.ts'

/**
 * Elasticsearch's bulk API (https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk), `create` alone, so
 * that data streams take it. A document's id follows from its content: one that is sent again is answered 409 and is no
 * duplicate. Names of fields are those of ECS.
 */
export function openElasticsearch(
  destination: ElasticsearchDestination,
  { sender }: { sender: Sender },
): Sink {
  const { url, headers, tls, index } = destination
  const filter = 'filter_path=errors,items.*.status,items.*.error.type,items.*.error.reason'
  const http = httpDelivery({
    url: `${url}/${encodeURIComponent(index)}/_bulk?${filter}`,
    headers,
    tls,
    taken: takenOf,
    otherwise: ({ status }, why) => (status >= 500 ? { outcome: 'later', why } : undefined),
  })
  return {
    most: { lines: 500, characters: 400_000 },
    send: (lines, options) =>
      http.post({ text: bulkOf(lines, { sender, ...destination }), type: 'application/x-ndjson' }, options),
    close: () => http.close(),
  }
}

/** Two lines of JSON a message. */
export function bulkOf(
  lines: readonly SpooledLine[],
  { sender, labels }: { sender: Sender } & Pick<ElasticsearchDestination, 'labels'>,
): string {
  return lines
    .map(line => {
      const document = {
        '@timestamp': formatInstant(line.at),
        message: line.message,
        log: { level: line.severity },
        event: { id: line.id, sequence: line.sequence },
        service: { name: 'energyweb', version: sender.version },
        host: { name: sender.host },
        process: { pid: sender.pid },
        labels,
        energyweb: fieldsOf(line),
      }
      return `${JSON.stringify({ create: { _id: idOf(line) } })}\n${JSON.stringify(document)}\n`
    })
    .join('')
}

function idOf({ id, at, severity, message, fields }: SpooledLine): string {
  const content = JSON.stringify([id, at, severity, message, fields])
  return createHash('sha256').update(content).digest('base64url').slice(0, 32)
}

/** The index has no room or the node no time for it now. */
const passing: readonly number[] = [429, 500, 502, 503, 504]

function takenOf({ status, body }: HttpResponse): Delivery {
  const answer = parsed(body)
  if (answer === undefined)
    return { outcome: 'stands', why: `HTTP ${status}, not of Elasticsearch: ${shown(body)}` }
  const items = answer.filter(item => item.status >= 300 && item.status !== 409)
  const [first] = items
  const said = first === undefined ? `HTTP ${status}` : `${first.status} ${first.why}`
  const busy = items.find(item => passing.includes(item.status))
  // The whole batch again: what is there already is answered 409.
  if (busy !== undefined) return { outcome: 'later', why: `${busy.status} ${busy.why}` }
  const closed = items.find(item => [401, 403, 404].includes(item.status))
  if (closed !== undefined) return { outcome: 'stands', why: `${closed.status} ${closed.why}` }
  return { outcome: 'taken', refused: items.length, said }
}

interface Item {
  readonly status: number
  readonly why: string
}

/** What it says of each document; undefined when that is nothing a bulk answers. */
function parsed(body: Uint8Array): readonly Item[] | undefined {
  const answer = parseJson(new TextDecoder().decode(body))
  if (!isRecord(answer)) return undefined
  if (answer.errors === false) return []
  if (!Array.isArray(answer.items)) return undefined
  return answer.items.flatMap((item: unknown): Item[] => {
    const [result] = isRecord(item) ? Object.values(item) : []
    if (!isRecord(result)) return []
    const error = isRecord(result.error) ? result.error : {}
    const why = shown(new TextEncoder().encode([error.type, error.reason].join(': ')))
    return [{ status: Number(result.status), why }]
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A proxy's page, or half an answer: the caller says what came.
    return undefined
  }
}
