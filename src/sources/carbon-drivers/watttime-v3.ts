import { z } from 'zod'
import type { CarbonRequest, CarbonResult, CarbonSource } from '../../core/carbon.ts'
import type { SourceContext } from '../../core/source.ts'
import { provenBy } from '../../core/tls-policy.ts'
import { type Answer, basicAuthorization, malformed } from '../answers.ts'
import { inOrder, toIntensities } from '../carbon/intensities.ts'
import { loggedIn } from '../carbon/log-in.ts'
import { isoSeconds, partsOf, type Range, widened } from '../carbon/ranges.ts'
import { longestPart, longestPeriod, mostBytes, region, tokenKeptFor } from '../carbon/watttime.ts'
import { defineCarbonSource } from '../define-carbon-source.ts'
import { instantOf } from '../instant-of.ts'
import { basicAuth, serviceAddress, tlsExceptions, tlsPolicy } from '../options.ts'
import { decimal, openJsonService, rawOf, readShape } from '../service/json-service.ts'

const options = z.strictObject({
  region,
  signal: z
    .enum(['co2_moer', 'co2_aoer'])
    .default('co2_moer')
    .meta({ description: '`co2_moer`: marginal; `co2_aoer`: average' }),
  auth: basicAuth(),
  url: serviceAddress('https://api.watttime.org'),
  tls: tlsPolicy(),
})

/** WattTime, the version that answers today. */
export const carbonSource = defineCarbonSource({
  name: 'watttime-v3',
  title: 'WattTime, version 3',
  description: `Reads \`GET /v3/historical\` in lb/MWh, exactly as written. A value holds from its \`point_time\` for the answer's
\`data_point_period_seconds\`. Values made from imputed data are marked estimated.

What the service has not published yet is left out, and asked for again later; no forecast stands in for it. Free accounts
read the region \`CAISO_NORTH\` only.`,
  proof: {
    level: 'simulator',
    text: 'a mock server that checks each request against the OpenAPI contract (Prism); not tried on the service',
  },
  bases: ['marginal', 'average'],
  options,
  example: `kind: watttime-v3
region: CAISO_NORTH
auth: { user: ops, password: { env: WATTTIME_PASSWORD } }`,
  create: openWattTime,
})

type Options = z.output<typeof options>

const shape = z.object({
  data: z.array(
    z.object({
      point_time: z.string(),
      value: decimal.nullable(),
      imputed_data_used: z.boolean().nullish(),
    }),
  ),
  meta: z.object({
    region: z.string(),
    signal_type: z.string(),
    units: z.string(),
    data_point_period_seconds: decimal,
    warnings: z.array(z.unknown()).nullish(),
  }),
})

function openWattTime(options: Options, context: SourceContext): CarbonSource {
  const { url, tls, auth, region, signal: signalType } = options
  const service = openJsonService({ url, tls, reach: 'public', hints: hintsFor(options) }, context)
  const ask = loggedIn(service, {
    clock: context.clock,
    scheme: 'Bearer',
    login: { path: '/login', headers: { authorization: basicAuthorization(auth) } },
    keptFor: tokenKeptFor,
  })
  const readPart = async ({ from, to }: Range, signal: AbortSignal): Promise<CarbonResult> => {
    const query = {
      region,
      signal_type: signalType,
      start: isoSeconds(from),
      // Both ends are inclusive.
      end: isoSeconds(to - 1_000),
      include_imputed_marker: 'true',
    }
    return parsePart(await ask({ path: '/v3/historical', query, maxBytes: mostBytes, signal }), options)
  }

  return {
    kind: 'watttime-v3',
    basis: signalType === 'co2_moer' ? 'marginal' : 'average',
    exceptions: tlsExceptions(tls, { url, credentials: false }),
    provenBy: () => provenBy(service),
    async read({ from, to, signal }: CarbonRequest) {
      const range = widened({ from: from - longestPeriod, to }, 1_000)
      const results: CarbonResult[] = []
      for (const part of partsOf(range, longestPart)) results.push(await readPart(part, signal))
      return inOrder(results, { from, to })
    },
    close: () => service.close(),
  }
}

function parsePart(answer: Answer, { region, signal }: Options): CarbonResult {
  const { data, meta } = readShape(answer, shape, 'a list of values')
  const { where } = answer
  // A percentile looks like an intensity and is none.
  if (meta.units !== 'lbs_co2_per_mwh') throw malformed(where, 'the units are not lbs_co2_per_mwh')
  if (meta.region !== region || meta.signal_type !== signal)
    throw malformed(where, `the answer is not about ${signal} of ${region}`)
  const period = Number(meta.data_point_period_seconds) * 1_000
  if (!Number.isInteger(period) || period <= 0 || period > longestPeriod)
    throw malformed(where, 'the period is none from a second to an hour')
  const said = data.flatMap(({ point_time, value, imputed_data_used }) => {
    const from = instantOf(point_time, where)
    return value === null ? [] : [{ from, to: from + period, value, estimated: imputed_data_used === true }]
  })
  const { intensities, warnings } = toIntensities(said, {
    unit: 'lb/MWh',
    basis: signal === 'co2_moer' ? 'marginal' : 'average',
    raw: rawOf(answer),
    where,
  })
  const told = meta.warnings?.length ?? 0
  return {
    intensities,
    warnings: told === 0 ? warnings : [...warnings, `the service gave ${told} warnings with its values`],
  }
}

function hintsFor({ region, signal }: Options) {
  return {
    401: 'Check user and password under auth.',
    403: `The account may not read ${signal} of ${region}; free accounts read CAISO_NORTH only. GET /v3/my-access lists what it may.`,
    400: `Does the service know the region ${region}?`,
    422: `Does the service know the region ${region}?`,
  }
}
