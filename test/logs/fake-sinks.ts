import { decodeOtlp, encodeOtlpResponse, type KeyValue } from './clients.ts'
import { HttpSink, type SinkAnswer, type SinkRequest } from './http-sink.ts'

/*
 * Servers that take logs as OTLP, Loki and Elasticsearch do, as far as their documents say. Each is shown to be honest by a client
 * that its maker or a stranger wrote: see clients.test.ts.
 */

/** A message that arrived. */
export interface Arrived {
  readonly message: string
  readonly at: bigint
  readonly fields: Readonly<Record<string, unknown>>
  readonly id: string
}

export interface FakeSink {
  readonly http: HttpSink
  readonly arrived: readonly Arrived[]
  /** Messages that came again and were no news. */
  repeats(): number
}

const refusal = (status: number, body: string): SinkAnswer => ({ status, body })

function plain(pairs: readonly KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, plainValue(value)]))
}

function plainValue(value: Readonly<Record<string, unknown>>): unknown {
  const [[kind, inner] = []] = Object.entries(value)
  if (kind === 'kvlistValue') return plain((inner as { values: KeyValue[] }).values ?? [])
  if (kind === 'arrayValue') return ((inner as { values?: KeyValue['value'][] }).values ?? []).map(plainValue)
  return inner
}

/** An OTLP collector: takes what its maker's decoder can read. */
export function fakeOtlp(): FakeSink {
  const arrived: Arrived[] = []
  const http = new HttpSink(({ path, headers, body }) => {
    if (path !== '/v1/logs') return refusal(404, 'no such path')
    if (headers['content-type'] !== 'application/x-protobuf') return refusal(415, 'protobuf only')
    for (const { resource, scopeLogs } of decodeOtlp(body).resourceLogs) {
      const common = plain(resource?.attributes ?? [])
      for (const record of scopeLogs.flatMap(({ logRecords }) => logRecords)) {
        const fields = { ...common, ...plain(record.attributes ?? []), severity: record.severityText }
        const id = String(fields['log.record.uid' as keyof typeof fields])
        arrived.push({
          message: String(record.body.stringValue),
          at: BigInt(record.timeUnixNano),
          fields,
          id,
        })
      }
    }
    return {
      status: 200,
      headers: { 'content-type': 'application/x-protobuf' },
      body: encodeOtlpResponse(0, ''),
    }
  })
  return { http, arrived, repeats: () => arrived.length - new Set(arrived.map(({ id }) => id)).size }
}

/** A Loki: streams by their labels; what it has already it drops; what is too old it refuses. */
export function fakeLoki(options: { oldest?: () => bigint; metadata?: boolean } = {}): FakeSink {
  const arrived: Arrived[] = []
  const known = new Set<string>()
  let repeats = 0
  const http = new HttpSink(({ path, headers, body }) => {
    if (path !== '/loki/api/v1/push') return refusal(404, '404 page not found')
    if (!/^application\/json/.test(headers['content-type'] ?? '')) return refusal(400, 'JSON only')
    const { streams } = JSON.parse(body.toString())
    const fresh: Arrived[] = []
    for (const { stream, values } of streams) {
      const labels = Object.entries(stream)
      if (labels.length > 15) return refusal(400, 'entry has too many label names')
      if (labels.some(([name]) => !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name))) return refusal(400, 'bad label')
      for (const [time, message, metadata = {}] of values) {
        if (typeof time !== 'string' || !/^\d{19}$/.test(time)) return refusal(400, 'time is not nanoseconds')
        if (options.metadata === false && Object.keys(metadata).length > 0)
          return refusal(400, 'structured metadata is off')
        if (Object.values(metadata).some(value => typeof value !== 'string'))
          return refusal(400, 'metadata is text')
        const oldest = options.oldest?.() ?? 0n
        if (BigInt(time) < oldest) return refusal(400, `entry has timestamp too old: ${time}`)
        const id = JSON.stringify([stream, time, message])
        if (known.has(id)) repeats += 1
        else
          fresh.push({
            message,
            at: BigInt(time),
            fields: { ...stream, ...metadata },
            id: String(metadata.id ?? id),
          })
        known.add(id)
      }
    }
    arrived.push(...fresh)
    return { status: 204 }
  })
  return { http, arrived, repeats: () => repeats }
}

/** An Elasticsearch: creates documents, refuses an id that is there, and fields that don't fit those before. */
export function fakeElasticsearch(options: { busy?: () => boolean } = {}): FakeSink {
  const arrived: Arrived[] = []
  const known = new Set<string>()
  let repeats = 0
  const create = (action: string, source: string): { status: number; error?: object } => {
    const { create: head } = JSON.parse(action)
    if (head === undefined)
      return { status: 400, error: { type: 'illegal_argument_exception', reason: 'only create' } }
    if (options.busy?.() === true) {
      return { status: 429, error: { type: 'es_rejected_execution_exception', reason: 'queue is full' } }
    }
    const id = head._id ?? String(known.size)
    if (known.has(id)) {
      repeats += 1
      return {
        status: 409,
        error: { type: 'version_conflict_engine_exception', reason: 'document already exists' },
      }
    }
    const document = JSON.parse(source)
    if (Number.isNaN(Date.parse(document['@timestamp']))) {
      return { status: 400, error: { type: 'document_parsing_exception', reason: 'no @timestamp' } }
    }
    if (document.energyweb?.poison !== undefined) {
      return {
        status: 400,
        error: { type: 'document_parsing_exception', reason: 'failed to parse field [poison]' },
      }
    }
    known.add(id)
    const at = BigInt(Date.parse(document['@timestamp'])) * 1_000_000n
    arrived.push({ message: document.message, at, fields: document, id: document.event?.id ?? id })
    return { status: 201 }
  }
  const http = new HttpSink((request: SinkRequest) => {
    if (!/^\/[a-z0-9._-]+\/_bulk(\?|$)|^\/_bulk(\?|$)/.test(request.path))
      return refusal(404, '{"error":"no handler"}')
    if (
      !/^application\/(x-ndjson|vnd\.elasticsearch\+x-ndjson)/.test(request.headers['content-type'] ?? '')
    ) {
      return refusal(406, '{"error":"content type"}')
    }
    const text = request.body.toString()
    if (!text.endsWith('\n')) return refusal(400, '{"error":"must be terminated by a newline"}')
    const lines = text.trimEnd().split('\n')
    const items = Array.from({ length: lines.length / 2 }, (_, n) => ({
      create: create(lines[2 * n] ?? '', lines[2 * n + 1] ?? ''),
    }))
    return {
      status: 200,
      headers: {
        'content-type': 'application/vnd.elasticsearch+json;compatible-with=9',
        'x-elastic-product': 'Elasticsearch',
      },
      body: JSON.stringify({ took: 1, errors: items.some(({ create: { status } }) => status >= 300), items }),
    }
  })
  return { http, arrived, repeats: () => repeats }
}
