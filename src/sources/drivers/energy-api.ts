import { z } from 'zod'
import { EnergywebError } from '../../core/errors.ts'
import type { Channel, SourceReading } from '../../core/reading.ts'
import type { ReadRequest, Source, SourceContext, SourceResult } from '../../core/source.ts'
import { type Answer, acceptAnswer, basicAuthorization, expectMediaType } from '../answers.ts'
import { defineSource } from '../define-source.ts'
import { type Asset, parseAsset } from '../energy-api/asset.ts'
import { parseEnergies } from '../energy-api/energies.ts'
import { toReadings } from '../energy-api/readings.ts'
import { energiesUrl, firstPart } from '../energy-api/requests.ts'
import { printableUrl } from '../http-errors.ts'
import {
  basicAuth,
  duration,
  httpAddress,
  optionalDuration,
  secret,
  tlsExceptions,
  tlsPolicy,
} from '../options.ts'

const options = z.strictObject({
  url: httpAddress('address of the service, up to `/asset` and without it'),
  version: z.literal(3).meta({ description: 'version of the contract' }),
  asset: z
    .union([z.int().nonnegative(), z.string().min(1).max(128)])
    .meta({ description: 'id of the asset there' }),
  tls: tlsPolicy(),
  auth: z.union([basicAuth(), z.strictObject({ apiKey: secret('sent as X-API-Key') })]).optional(),
  interval: optionalDuration('length of an interval; needed for assets that are not accumulated'),
  lookback: duration('how far back the first poll looks', '1d'),
  limit: z
    .int()
    .refine(limit => limit === -1 || limit > 0, 'expected -1 or a number above 0')
    .default(-1)
    .meta({ description: 'most items in an answer; -1 is all' }),
})

/** Energy Web Foundation's Energy API, version 3. */
export const source = defineSource({
  name: 'energy-api',
  title: 'Energy API, version 3',
  description: `Reads \`GET /asset/{id}\` (unit, role, accumulated or not) and \`GET /asset/{id}/energy\`. A producer's energy is
channel \`export\`, a consumer's is \`import\`. Numbers are taken as they are written, without rounding.

Assets that are not accumulated report the energy of intervals, but only when each one ends. \`interval\` says how long
they are: an interval starts that long before its end, or where the one before ends if that is later. Holes stay holes.

The asset's description is read again every hour.`,
  proof: {
    level: 'simulator',
    text: 'a server built from golden files with the deviations of the one known server',
  },
  values: ['counter', 'interval'],
  channels: ['import', 'export'],
  options,
  example: `kind: energy-api
version: 3
url: https://energy.example.org/v3
asset: 7
auth: { user: gateway, password: { env: ENERGY_API_PASSWORD } }`,
  create: openEnergyApi,
})

type Options = z.output<typeof options>

const json = /^application\/([a-z.-]+\+)?json$/
const assetKeptFor = 3_600_000
/** Every zone's offset fits into a day: a clock that is wrong by its zone is seen, not cut off. */
const ahead = 86_400_000
const mostBytes = 8_388_608

function openEnergyApi(options: Options, context: SourceContext): Source {
  const { tls, auth, interval, limit, lookback } = options
  const http = context.http({ tls, plaintextCredentials: false })
  const url = `${options.url}/asset/${encodeURIComponent(String(options.asset))}`
  const headers = { accept: 'application/json', ...credentials(auth) }
  let known: { asset: Asset; at: number } | undefined

  const get = async (address: string, signal: AbortSignal, maxBytes = 65_536): Promise<Answer> => {
    const answer = acceptAnswer(
      await http.get({ url: address, headers, signal, maxBytes }),
      printableUrl(address),
    )
    expectMediaType(answer, json)
    return answer
  }
  const assetNow = async (signal: AbortSignal): Promise<Asset> => {
    const at = context.clock.monotonic()
    if (known === undefined || at - known.at > assetKeptFor) {
      known = { asset: parseAsset(await get(url, signal)), at }
    }
    return known.asset
  }
  const readPart = async (request: ReadRequest, asset: Asset, range: { start: number; end: number }) => {
    const answer = await get(energiesUrl(url, { ...range, limit }), request.signal, mostBytes)
    const { items, warnings } = parseEnergies(answer, asset)
    const raw = { bytes: answer.bytes, mediaType: answer.mediaType || 'application/json' }
    const readings = toReadings(items, {
      asset,
      raw,
      since: request.since,
      interval: asset.kind === 'interval' ? interval : undefined,
    })
    return {
      readings,
      warnings:
        items.length === limit
          ? [...warnings, `the answer has as many items as limit allows: ${limit}`]
          : warnings,
    }
  }

  return {
    kind: 'energy-api',
    exceptions: tlsExceptions(tls, { url, credentials: false }),
    async read(request) {
      try {
        const asset = await assetNow(request.signal)
        checkAsset(asset, request.channel, { url, interval })
        const now = context.clock.now()
        const since = request.since ?? now - lookback
        const range = { start: Math.min(since, now) - (interval ?? 0), end: now + ahead }
        // A server that heeds no range must not open the register in another year.
        const wanted = { ...request, since }
        return await firstPart<SourceResult>(range, part => readPart(wanted, asset, part), isEmpty)
      } catch (error) {
        known = undefined
        throw error
      }
    },
    close: () => http.close(),
  }
}

const isEmpty = ({ readings }: { readings: readonly SourceReading[] }) => readings.length === 0

function credentials(auth: Options['auth']): Record<string, string> {
  if (auth === undefined) return {}
  return 'apiKey' in auth ? { 'x-api-key': auth.apiKey } : { authorization: basicAuthorization(auth) }
}

function checkAsset(
  asset: Asset,
  channel: Channel,
  { url, interval }: { url: string; interval: number | undefined },
): void {
  if (asset.channel !== channel) {
    throw new EnergywebError('source-not-found', `${url}: the asset has no channel ${channel}`, {
      hint: `It offers: ${asset.channel}.`,
    })
  }
  if (asset.kind === 'interval' && interval === undefined) {
    throw new EnergywebError(
      'source-malformed',
      `${url}: the asset reports intervals, but not how long they are`,
      {
        hint: 'Set interval in the source, like 15m.',
      },
    )
  }
}
