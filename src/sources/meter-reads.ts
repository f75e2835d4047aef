import { EnergywebError } from '../core/errors.ts'
import { printableUrl } from '../core/printable-url.ts'
import type {
  HttpResponse,
  ReadRequest,
  Source,
  SourceContext,
  SourceResult,
  TlsPolicy,
} from '../core/source.ts'
import { formatInstant } from '../core/time.ts'
import { provenBy } from '../core/tls-policy.ts'
import { malformed } from './answers.ts'
import { parseExactJson } from './exact-json.ts'
import { inOrder, type Rows, readRows } from './history/items.ts'
import { type HistoryPart, readHistory } from './history/read-history.ts'
import { toReadings } from './history/readings.ts'
import { acceptJson, openJsonClient, rawOf } from './json-client.ts'
import { tlsExceptions } from './options.ts'
import { serviceMessage } from './service-message.ts'

export interface MeterReadsOptions {
  readonly url: string
  readonly meter: string
  readonly tls: TlsPolicy
  readonly auth?: { readonly user: string; readonly password: string } | undefined
  readonly lookback: number
  readonly overlap?: number | undefined
  readonly limit: number
}

const mostBytes = 2_097_152
/** More than either is asked for in shorter times, as too large an answer is. */
const mostReads = 100_000
const mostPages = 100

/** Opens `/meter-reads` of one meter: counter values in Wh, in pages by limit and offset. */
export function openMeterReads(options: MeterReadsOptions, context: SourceContext): Source {
  const { tls, limit } = options
  const client = openJsonClient(options, context)
  const url = `${options.url}/meter-reads/${options.meter}`

  const readPage = async (part: HistoryPart, offset: number, signal: AbortSignal): Promise<Rows> => {
    const address = `${url}?${queryOf(part, { limit, offset })}`
    const response = await client.ask(address, { signal, maxBytes: mostBytes })
    if (response.status === 400) throw refused(response, address, options)
    const answer = acceptJson(response, address)
    const rows = parseExactJson(answer.bytes, answer.where)
    if (!Array.isArray(rows)) throw malformed(answer.where, 'not a list of reads')
    const { where } = answer
    return { rows, unit: 'Wh', energy: 'value', time: ['timestamp'], raw: rawOf(answer), where }
  }

  const readPart = async ({ channel, signal }: ReadRequest, part: HistoryPart): Promise<SourceResult> => {
    const pages: Rows[] = []
    let offset = 0
    let more = true
    while (more) {
      if (pages.length === mostPages || offset >= mostReads) throw tooMany(url, offset)
      const page = await readPage(part, offset, signal)
      pages.push(page)
      offset += page.rows.length
      more = page.rows.length >= limit
    }
    const read = readRows(pages)
    const { items, warnings } = inOrder(read.items)
    const series = { channel, kind: 'counter', device: {} } as const
    return {
      readings: toReadings(items, series, { after: part.after, interval: undefined }),
      warnings: [...read.warnings, ...warnings],
    }
  }

  return {
    kind: 'meter-reads',
    exceptions: tlsExceptions(tls, { url, credentials: false }),
    provenBy: () => provenBy(client),
    read: request =>
      readHistory(request, { ...options, now: context.clock.now() }, part => readPart(request, part)),
    close: () => client.close(),
  }
}

/** The service compares `start` and `end` as text: both in UTC with a `Z` and three decimals, they compare as times do. */
function queryOf({ start, end }: HistoryPart, page: { limit: number; offset: number }): URLSearchParams {
  return new URLSearchParams({
    start: formatInstant(start),
    end: formatInstant(end),
    limit: String(page.limit),
    offset: String(page.offset),
  })
}

function refused({ body }: HttpResponse, url: string, { auth }: MeterReadsOptions): EnergywebError {
  const said = serviceMessage(body, auth === undefined ? [] : [auth.password])
  const why = said === '' ? '' : `: ${said}`
  return new EnergywebError('source-failed', `${printableUrl(url)}: answered 400${why}`, {
    hint: 'The service refused the question: is this its address, and is it of this kind and version?',
  })
}

function tooMany(url: string, reads: number): EnergywebError {
  return new EnergywebError('source-too-large', `${printableUrl(url)}: more than ${reads} reads`, {
    hint: 'Poll more often, or set a larger limit.',
  })
}
