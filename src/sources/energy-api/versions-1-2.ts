import type { EnergyUnit } from '../../core/energy.ts'
import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import { printableUrl } from '../../core/printable-url.ts'
import type { Channel } from '../../core/reading.ts'
import type { HttpResponse, ReadRequest, Source, SourceContext, SourceResult } from '../../core/source.ts'
import { provenBy } from '../../core/tls-policy.ts'
import { malformed } from '../answers.ts'
import { inOrder, readRows } from '../history/items.ts'
import { type HistoryPart, readHistory } from '../history/read-history.ts'
import { type Series, toReadings } from '../history/readings.ts'
import { openJsonClient } from '../json-client.ts'
import { tlsExceptions } from '../options.ts'
import { type Envelope, parseEnvelope } from './envelope.ts'
import type { Version1Options, Version2Options } from './options.ts'
import { readPages } from './read-pages.ts'
import { measuredEnergyUrl, roles } from './requests.ts'
import { unknownLength } from './version-3.ts'

const mostBytes = 1_048_576
/** Before the first service of this contract. */
const beginning = Date.UTC(2015, 0, 1)

/** Versions 1 and 2: a page tells the device and its energies; in version 1 it names no device and no unit. */
export function openVersions1And2(
  options: Version1Options | Version2Options,
  context: SourceContext,
): Source {
  const { url: base, tls, interval, limit, version } = options
  const client = openJsonClient(options, context)
  const name = version === 1 ? '' : `/${encodeURIComponent(String(options.device))}`
  const fields = { energy: version === 1 ? 'accumulated_power' : 'energy', time: ['measurement_time'] }

  const readPart = async ({ channel, signal }: ReadRequest, part: HistoryPart): Promise<SourceResult> => {
    const address = `${base}/${roles[channel]}${name}`
    const ask = async (url: string): Promise<HttpResponse> =>
      otherRole(await client.ask(url, { signal, maxBytes: mostBytes }), url, channel)
    const read = await readPages(measuredEnergyUrl(address, { ...part, limit }), base, {
      ask,
      isEmpty: response => isEmpty(response, address, { ask, end: part.end }),
    })
    const last = read.pages.at(-1)
    if (last === undefined) return { readings: [], warnings: [] }
    const { unit, ...series } = seriesOf(read.pages, last, { channel, options })
    if (series.kind === 'interval' && interval === undefined) throw unknownLength(last.where)
    const list = readRows(read.pages.map(page => ({ ...fields, ...page, unit })))
    const { items, warnings } = inOrder(list.items)
    return {
      readings: toReadings(items, series, { after: part.after, interval }),
      warnings: [...read.warnings, ...list.warnings, ...warnings],
    }
  }

  return {
    kind: 'energy-api',
    exceptions: tlsExceptions(tls, { url: base, credentials: false }),
    provenBy: () => provenBy(client),
    read: request =>
      readHistory(request, { ...options, now: context.clock.now() }, part => readPart(request, part)),
    close: () => client.close(),
  }
}

/** A site that only produces answers 501 to what it consumes, and the reverse. */
function otherRole(response: HttpResponse, url: string, channel: Channel): HttpResponse {
  if (response.status !== 501) return response
  throw new EnergywebError('source-not-found', `${printableUrl(url)}: the site has no channel ${channel}`, {
    hint: `It offers: ${channel === 'export' ? 'import' : 'export'}.`,
  })
}

/**
 * Tells an empty list from a wrong request, which have one status: the list says so itself, or the same question for all
 * times brings something.
 */
async function isEmpty(
  response: HttpResponse,
  list: string,
  { ask, end }: { ask(url: string): Promise<HttpResponse>; end: number },
): Promise<boolean> {
  if (saysItIsEmpty(response, list)) return true
  const everything = await ask(measuredEnergyUrl(list, { start: beginning, end, limit: 1 }))
  return everything.status === 200
}

function saysItIsEmpty({ body }: HttpResponse, where: string): boolean {
  try {
    return parseEnvelope({ bytes: body, mediaType: '', where }).rows.length === 0
  } catch (error) {
    if (isEnergywebError(error, 'source-malformed')) return false
    throw error
  }
}

/** What the pages are values of. The last one tells the device; none may contradict it in what a number means. */
function seriesOf(
  pages: readonly Envelope[],
  last: Envelope,
  { channel, options }: { channel: Channel; options: Version1Options | Version2Options },
): Series & { unit: EnergyUnit } {
  const { where } = last
  const unit = options.version === 1 ? options.unit : last.unit
  const accumulated = options.version === 1 ? options.accumulated : last.accumulated
  if (unit === undefined) throw malformed(where, 'the device does not say its energy_unit')
  if (accumulated === undefined) throw malformed(where, 'the device does not say whether it is_accumulated')
  const device = options.version === 1 ? undefined : String(options.device)
  for (const page of pages) {
    if ((page.unit ?? unit) !== unit || (page.accumulated ?? accumulated) !== accumulated) {
      const other = options.version === 1 ? 'configuration' : 'last page'
      throw malformed(page.where, `the page contradicts the ${other} in unit or is_accumulated`)
    }
    const stranger = page.ids.find(id => device !== undefined && id !== device)
    if (stranger) throw malformed(page.where, `the answer is about the device ${stranger.slice(0, 64)}`)
  }
  return { channel, kind: accumulated ? 'counter' : 'interval', device: last.device, unit }
}
