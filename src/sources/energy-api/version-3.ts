import { EnergywebError } from '../../core/errors.ts'
import { printableUrl } from '../../core/printable-url.ts'
import type { Channel } from '../../core/reading.ts'
import type { ReadRequest, Source, SourceContext, SourceResult } from '../../core/source.ts'
import { provenBy } from '../../core/tls-policy.ts'
import { malformed } from '../answers.ts'
import { parseExactJson } from '../exact-json.ts'
import { inOrder, readRows } from '../history/items.ts'
import { type HistoryPart, readHistory } from '../history/read-history.ts'
import { toReadings } from '../history/readings.ts'
import { acceptJson, openJsonClient, rawOf } from '../json-client.ts'
import { tlsExceptions } from '../options.ts'
import { type Asset, parseAsset } from './asset.ts'
import type { Version3Options } from './options.ts'
import { assetEnergiesUrl } from './requests.ts'

const assetKeptFor = 3_600_000
const mostBytesOfAsset = 65_536
const mostBytes = 8_388_608
/** The contract writes `measurementTime`; the one known server writes `measurement_time`. */
const fields = { energy: 'energy', time: ['measurementTime', 'measurement_time'] }

/** Version 3: an asset tells its unit, role and kind of value, and all of its energies stand in one answer. */
export function openVersion3(options: Version3Options, context: SourceContext): Source {
  const { tls, interval, limit } = options
  const client = openJsonClient(options, context)
  const url = `${options.url}/asset/${encodeURIComponent(String(options.asset))}`
  let known: { asset: Asset; at: number } | undefined

  const assetNow = async (signal: AbortSignal): Promise<Asset> => {
    const at = context.clock.monotonic()
    if (known === undefined || at - known.at > assetKeptFor) {
      const answer = acceptJson(await client.ask(url, { signal, maxBytes: mostBytesOfAsset }), url)
      known = { asset: parseAsset(answer), at }
    }
    return known.asset
  }

  const readPart = async (
    { signal }: ReadRequest,
    asset: Asset,
    part: HistoryPart,
  ): Promise<SourceResult> => {
    const address = assetEnergiesUrl(url, { ...part, limit })
    const answer = acceptJson(await client.ask(address, { signal, maxBytes: mostBytes }), address)
    const rows = parseExactJson(answer.bytes, answer.where)
    if (!Array.isArray(rows)) throw malformed(answer.where, 'not a list of energies')
    const { where } = answer
    const read = readRows([{ ...fields, rows, unit: asset.unit, raw: rawOf(answer), where }])
    const { items, warnings } = inOrder(read.items)
    const full = rows.length === limit ? [`the answer has as many items as limit allows: ${limit}`] : []
    return {
      readings: toReadings(items, asset, { after: part.after, interval }),
      warnings: [...read.warnings, ...warnings, ...full],
    }
  }

  return {
    kind: 'energy-api',
    exceptions: tlsExceptions(tls, { url, credentials: false }),
    provenBy: () => provenBy(client),
    async read(request) {
      try {
        const asset = await assetNow(request.signal)
        checkAsset(asset, request.channel, { url, interval })
        const now = context.clock.now()
        return await readHistory(request, { ...options, now }, part => readPart(request, asset, part))
      } catch (error) {
        known = undefined
        throw error
      }
    },
    close: () => client.close(),
  }
}

function checkAsset(
  asset: Asset,
  channel: Channel,
  { url, interval }: { url: string; interval: number | undefined },
): void {
  if (asset.channel !== channel) {
    throw new EnergywebError(
      'source-not-found',
      `${printableUrl(url)}: the asset has no channel ${channel}`,
      {
        hint: `It offers: ${asset.channel}.`,
      },
    )
  }
  if (asset.kind === 'interval' && interval === undefined) throw unknownLength(printableUrl(url))
}

/** Values that are not accumulated, and nobody said how long an interval is. */
export function unknownLength(where: string): EnergywebError {
  const what = 'the service reports intervals, but not how long they are'
  return new EnergywebError('source-malformed', `${where}: ${what}`, {
    hint: 'Set interval in the source, like 15m.',
  })
}
