import { z } from 'zod'
import type { CarbonRequest, CarbonResult, CarbonSource } from '../../core/carbon.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { SourceContext } from '../../core/source.ts'
import type { Instant } from '../../core/time.ts'
import { provenBy } from '../../core/tls-policy.ts'
import { type Answer, malformed } from '../answers.ts'
import { inOrder, type SaidPeriod, toIntensities } from '../carbon/intensities.ts'
import { isoSeconds, partsOf, type Range, widened } from '../carbon/ranges.ts'
import { defineCarbonSource } from '../define-carbon-source.ts'
import { instantOf } from '../instant-of.ts'
import { secret, serviceAddress, tlsExceptions, tlsPolicy } from '../options.ts'
import { decimal, openJsonService, rawOf, readShape } from '../service/json-service.ts'

const options = z.strictObject({
  zone: z
    .string()
    .regex(/^[A-Z]{2,3}(-[A-Z0-9]{1,8}){0,2}$/, 'expected a zone like AT or US-CAL-CISO')
    .meta({ description: 'zone of the grid, like AT or US-CAL-CISO' }),
  auth: z.strictObject({ token: secret('sent as auth-token') }),
  scope: z.enum(['lifecycle', 'direct']).default('lifecycle').meta({
    description: '`direct`: what leaves the stacks; `lifecycle`: building and fuel chain included',
  }),
  url: serviceAddress('https://api.electricitymaps.com'),
  tls: tlsPolicy(),
})

/** Electricity Maps, by the hour. */
export const carbonSource = defineCarbonSource({
  name: 'electricity-maps',
  title: 'Electricity Maps',
  description: `Average factors of hours in g/kWh, of the electricity that is consumed in a zone. \`GET /v4/carbon-intensity/history\` gives
the last day, \`/latest\` the present hour, and \`/past-range\` older ones, where the plan behind the token includes it; the free plan
reads one zone. An hour without a value (null) is left out; one that the service estimated is marked so.

A sandbox token gives invented values with a disclaimer: they are refused.`,
  proof: {
    level: 'simulator',
    text: 'a mock server that checks each request against the OpenAPI contract (Prism); not tried on the service',
  },
  bases: ['average'],
  options,
  example: `kind: electricity-maps
zone: AT
auth: { token: { env: ELECTRICITY_MAPS_TOKEN } }`,
  create: openElectricityMaps,
})

type Options = z.output<typeof options>

const hourShape = z.object({
  zone: z.string(),
  carbonIntensity: decimal.nullable(),
  datetime: z.string(),
  emissionFactorType: z.string(),
  isEstimated: z.boolean().nullish(),
})
const shapes = {
  latest: hourShape.transform(one => [one]),
  history: z.object({ history: z.array(hourShape) }).transform(({ history }) => history),
  'past-range': z.object({ data: z.array(hourShape) }).transform(({ data }) => data),
}
const disclaimer = z.object({ _disclaimer: z.unknown().optional(), disclaimer: z.unknown().optional() })

const hour = 3_600_000
/** `history` holds 24 hours; the oldest may drop out while we ask. */
const historyReaches = 23 * hour
const longestPart = 10 * 24 * hour
const mostBytes = 1_048_576

function openElectricityMaps(options: Options, context: SourceContext): CarbonSource {
  const { url, tls, zone, scope, auth } = options
  const hints = {
    401: 'Check the token under auth.',
    403: `The plan behind the token may not read ${zone}, or not this far back.`,
    404: `Does the service know the zone ${zone}?`,
  }
  const service = openJsonService({ url, tls, reach: 'public', hints }, context)
  const ask = async (call: keyof typeof shapes, signal: AbortSignal, range = {}): Promise<CarbonResult> => {
    const request = {
      path: `/v4/carbon-intensity/${call}`,
      query: { zone, emissionFactorType: scope, ...range },
      headers: { 'auth-token': auth.token },
      maxBytes: mostBytes,
      signal,
    }
    const answer = service.accept(await service.send(request), request)
    refuseSandbox(answer)
    return parseHours(readShape(answer, shapes[call], 'hours of carbon intensity'), answer, options)
  }
  const readOld = async (range: Range, signal: AbortSignal): Promise<CarbonResult[]> => {
    const results: CarbonResult[] = []
    for (const { from, to } of partsOf(range, longestPart))
      results.push(await ask('past-range', signal, { start: isoSeconds(from), end: isoSeconds(to) }))
    return results
  }

  return {
    kind: 'electricity-maps',
    basis: 'average',
    exceptions: tlsExceptions(tls, { url, credentials: false }),
    provenBy: () => provenBy(service),
    async read({ from, to, signal }: CarbonRequest) {
      const { old, recent, present } = wayTo({ from, to }, context.clock.now())
      const results = old === undefined ? [] : await readOld(old, signal)
      if (recent) results.push(await ask('history', signal))
      const known = inOrder(results, { from, to })
      const rest = { from: known.intensities.at(-1)?.to ?? from, to }
      if (!present || rest.from >= to) return known
      // Of an hour that the history has, `latest` may say something newer: one word an hour is enough.
      return inOrder([known, inOrder([await ask('latest', signal)], rest)], { from, to })
    },
    close: () => service.close(),
  }
}

/** Which calls lead to a time: what is too old for `history`, the last day, the hour that runs. */
function wayTo(wanted: Range, now: Instant): { old: Range | undefined; recent: boolean; present: boolean } {
  const { from, to } = widened(wanted, hour)
  const thisHour = Math.floor(now / hour) * hour
  const reach = thisHour - historyReaches
  return {
    old: from < reach ? { from, to: Math.min(to, reach) } : undefined,
    recent: to > reach,
    present: to > thisHour,
  }
}

/** @throws EnergywebError `source-failed` */
function refuseSandbox(answer: Answer): void {
  const { _disclaimer, disclaimer: plain } = readShape(answer, disclaimer, 'an object')
  if (_disclaimer === undefined && plain === undefined) return
  throw new EnergywebError('source-failed', `${answer.where}: the values come with a disclaimer`, {
    hint: 'A sandbox token gives invented values: use the token of a plan.',
  })
}

function parseHours(
  rows: readonly z.output<typeof hourShape>[],
  answer: Answer,
  { zone, scope }: Options,
): CarbonResult {
  const { where } = answer
  const said: SaidPeriod[] = rows.flatMap(row => {
    if (row.zone !== zone || row.emissionFactorType !== scope)
      throw malformed(where, `the answer is not about ${scope} factors of ${zone}`)
    const from = instantOf(row.datetime, where)
    if (from % hour !== 0) throw malformed(where, 'the values are not of whole hours')
    const { carbonIntensity: value } = row
    return value === null ? [] : [{ from, to: from + hour, value, estimated: row.isEstimated === true }]
  })
  return toIntensities(said, { unit: 'g/kWh', basis: 'average', scope, raw: rawOf(answer), where })
}
