import { z } from 'zod'
import type { CarbonRequest, CarbonResult, CarbonSource } from '../../core/carbon.ts'
import type { SourceContext } from '../../core/source.ts'
import { provenBy } from '../../core/tls-policy.ts'
import { type Answer, malformed } from '../answers.ts'
import { inOrder, type SaidPeriod, toIntensities } from '../carbon/intensities.ts'
import { loggedIn } from '../carbon/log-in.ts'
import { isoSeconds, widened } from '../carbon/ranges.ts'
import { longestPeriod, mirrorAddress, mostBytes, region, requireMirror } from '../carbon/watttime.ts'
import { defineCarbonSource } from '../define-carbon-source.ts'
import { instantOf } from '../instant-of.ts'
import { basicAuth, duration, tlsExceptions, tlsPolicy } from '../options.ts'
import { decimal, openJsonService, rawOf, readShape } from '../service/json-service.ts'

const options = z
  .strictObject({
    url: mirrorAddress,
    region,
    market: z
      .string()
      .regex(/^[A-Z0-9]{2,8}$/)
      .default('RTHR')
      .meta({ description: 'market whose generation is looked at; RTHR is hourly' }),
    lookback: duration(
      'how far before the time of interest values are asked for; what ew-link-bond called hours_from_now',
      '2h',
    ),
    auth: basicAuth()
      .optional()
      .meta({ description: 'user and password, sent in a form; left out where the mirror asks for none' }),
    tls: tlsPolicy(),
  })
  .transform(requireMirror)

/** WattTime's first version, for mirrors and replays. */
export const carbonSource = defineCarbonSource({
  name: 'watttime-v1',
  title: 'WattTime, version 1 (retired)',
  description: `For a mirror of your own or a replay of old data: WattTime retired this version years ago, so \`url\` must be given. New
installations use [watttime-v3](./watttime-v3.md). Reads \`GET /api/v1/marginal/\`, marginal factors in lb/MWh, exactly as written.

Times are sent in UTC; ew-link-bond sent local times without a zone, and was off by the zone's offset. A value holds for the time
that \`freq\` names. A value that is null is left out: the newest hours often are.`,
  proof: {
    level: 'simulator',
    text: 'a mock server that checks each request against the OpenAPI contract (Prism)',
  },
  bases: ['marginal'],
  options,
  example: `kind: watttime-v1
url: https://watttime.example.org
region: BPA
auth: { user: ops, password: { env: WATTTIME_PASSWORD } }`,
  create: openWattTime,
})

type Options = z.output<typeof options>

const pageShape = z.object({
  count: decimal,
  next: z.string().max(2_048).nullish(),
  results: z.array(
    z.object({
      timestamp: z.string(),
      ba: z.string(),
      freq: z.string(),
      market: z.string().optional(),
      marginal_carbon: z.object({ value: decimal.nullable(), units: z.string().nullish() }).nullish(),
    }),
  ),
})

const path = '/api/v1/marginal/'
const mostPages = 100
/** Nothing says how long a token of version 1 lives: it is used until it is refused. */
const tokenKeptFor = Number.POSITIVE_INFINITY

function openWattTime(options: Options, context: SourceContext): CarbonSource {
  const { url, tls, auth, region: ba, market, lookback } = options
  const service = openJsonService({ url, tls }, context)
  const login = auth && {
    path: '/api/v1/obtain-token-auth/',
    body: { form: { username: auth.user, password: auth.password } },
  }
  const ask = loggedIn(service, { clock: context.clock, scheme: 'Token', login, keptFor: tokenKeptFor })

  return {
    kind: 'watttime-v1',
    basis: 'marginal',
    exceptions: tlsExceptions(tls, { url, credentials: false }),
    provenBy: () => provenBy(service),
    async read({ from, to, signal }: CarbonRequest) {
      const range = widened({ from: from - Math.max(lookback, longestPeriod), to }, 1_000)
      const first = {
        ba,
        start_at: isoSeconds(range.from),
        end_at: isoSeconds(range.to),
        market,
        page_size: '100',
      }
      const results: CarbonResult[] = []
      const asked = new Set<string>()
      for (let query: Record<string, string> | undefined = first; query !== undefined; ) {
        asked.add(JSON.stringify(query))
        const answer = await ask({ path, query, maxBytes: mostBytes, signal })
        const page = parsePage(answer, options)
        results.push(page.result)
        query = nextQuery(page.next, answer)
        if (query !== undefined && (asked.has(JSON.stringify(query)) || asked.size >= mostPages))
          throw malformed(answer.where, `the pages have no end after ${asked.size}`)
      }
      return inOrder(results, { from, to })
    },
    close: () => service.close(),
  }
}

/**
 * The query of the page that follows. Of the address only the query counts: behind a mirror it may name the retired host,
 * and credentials go nowhere but where the configuration says.
 */
function nextQuery(next: string | null | undefined, { where }: Answer): Record<string, string> | undefined {
  if (next === null || next === undefined || next === '') return undefined
  if (!URL.canParse(next, 'https://mirror')) throw malformed(where, 'the next page has no address')
  return Object.fromEntries(new URL(next, 'https://mirror').searchParams)
}

function parsePage(
  answer: Answer,
  { region, market }: Options,
): { result: CarbonResult; next: string | null | undefined } {
  const { where } = answer
  const { results, next } = readShape(answer, pageShape, 'a page of values')
  const said: SaidPeriod[] = []
  let unknown = 0
  for (const { timestamp, ba, freq, marginal_carbon: carbon, market: of = market } of results) {
    if (ba !== region || of !== market)
      throw malformed(where, `the answer is not about ${market} of ${region}`)
    if (carbon?.value == null) continue
    if (carbon.units != null && carbon.units !== 'lb/MWh') throw malformed(where, 'the units are not lb/MWh')
    const from = instantOf(timestamp, where)
    const length = lengthOf(freq)
    if (length === undefined) unknown++
    else said.push({ from, to: from + length, value: carbon.value, estimated: false })
  }
  const { intensities, warnings } = toIntensities(said, {
    unit: 'lb/MWh',
    basis: 'marginal',
    raw: rawOf(answer),
    where,
  })
  const more = unknown === 0 ? [] : [`${unknown} values do not say for how long they hold, and were left out`]
  return { result: { intensities, warnings: [...warnings, ...more] }, next }
}

/** `1hr`, `30m`, `5m`; undefined for `n/a` and the like. */
function lengthOf(freq: string): number | undefined {
  const match = /^(\d{1,3}) ?(m|min|h|hr)$/.exec(freq)
  if (match === null) return undefined
  const length = Number(match[1]) * (match[2]?.startsWith('m') ? 60_000 : 3_600_000)
  return length > 0 && length <= longestPeriod ? length : undefined
}
