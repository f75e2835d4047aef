import { z } from 'zod'
import type { CarbonRequest, CarbonResult, CarbonSource } from '../../core/carbon.ts'
import type { SourceContext } from '../../core/source.ts'
import { provenBy } from '../../core/tls-policy.ts'
import { type Answer, malformed } from '../answers.ts'
import { inOrder, type SaidPeriod, toIntensities } from '../carbon/intensities.ts'
import { isoMinutes, partsOf, type Range, widened } from '../carbon/ranges.ts'
import { defineCarbonSource } from '../define-carbon-source.ts'
import { instantOf } from '../instant-of.ts'
import { personal, serviceAddress, tlsExceptions, tlsPolicy } from '../options.ts'
import { decimal, openJsonService, rawOf, readShape } from '../service/json-service.ts'

const options = z
  .strictObject({
    region: z
      .int()
      .min(1)
      .max(17)
      .optional()
      .meta({ description: 'number of the region, 1 to 17; the whole of Great Britain without it' }),
    postcode: personal('outward part of a postcode, like RG10, instead of a region')
      .regex(/^[A-Za-z]{1,2}\d[A-Za-z\d]?$/, 'expected the outward part of a postcode, like RG10')
      .optional(),
    url: serviceAddress('https://api.carbonintensity.org.uk'),
    tls: tlsPolicy(),
  })
  .refine(({ region, postcode }) => region === undefined || postcode === undefined, {
    path: ['postcode'],
    error: 'a region and a postcode exclude each other',
  })

/** The service of Great Britain's grid operator. */
export const carbonSource = defineCarbonSource({
  name: 'uk-carbon-intensity',
  title: 'Carbon Intensity API, Great Britain',
  description: `Reads \`GET /intensity/{from}/{to}\`, or the same of a region or postcode: average factors of half hours in whole g/kWh, of
what leaves the stacks. The service is free and asks for no account.

Where a half hour has its \`actual\` value, that counts; before, and always in regions and postcodes, the \`forecast\` does, and is
marked estimated.`,
  proof: {
    level: 'simulator',
    text: 'a mock server that checks each request against the OpenAPI contract (Prism); not tried on the service',
  },
  bases: ['average'],
  options,
  example: `kind: uk-carbon-intensity
region: 13`,
  create: openCarbonIntensity,
})

type Options = z.output<typeof options>

const period = z.object({
  from: z.string(),
  to: z.string(),
  intensity: z.object({ forecast: decimal.nullish(), actual: decimal.nullish() }),
})
const national = z.object({ data: z.array(period) })
const place = z.object({ regionid: decimal, postcode: z.string().optional(), data: z.array(period) })
/** Some answers hold the place in a list of one. */
const regional = z.object({ data: z.union([place, z.tuple([place]).transform(([only]) => only)]) })

const halfHour = 1_800_000
const longestPart = 14 * 86_400_000
const mostBytes = 4_194_304

function openCarbonIntensity(options: Options, context: SourceContext): CarbonSource {
  const { url, tls, region, postcode } = options
  const hints = {
    400: 'Does the service know this region or postcode?',
    404: 'Does the service know this region or postcode?',
  }
  const service = openJsonService({ url, tls, reach: 'public', hints }, context)
  const isNational = region === undefined && postcode === undefined
  const pathOf = ({ from, to }: Range) => {
    const time = `intensity/${isoMinutes(from)}/${isoMinutes(to)}`
    if (isNational) return `/${time}`
    const where = region === undefined ? `postcode/${postcode?.toUpperCase()}` : `regionid/${region}`
    return `/regional/${time}/${where}`
  }
  const readPart = async (part: Range, signal: AbortSignal): Promise<CarbonResult> => {
    const request = { path: pathOf(part), maxBytes: mostBytes, signal }
    const answer = service.accept(await service.send(request), request)
    const periods = isNational
      ? readShape(answer, national, 'a list of half hours').data
      : readPlace(answer, region)
    return parsePeriods(periods, answer)
  }

  return {
    kind: 'uk-carbon-intensity',
    basis: 'average',
    exceptions: tlsExceptions(tls, { url, credentials: false }),
    provenBy: () => provenBy(service),
    async read({ from, to, signal }: CarbonRequest) {
      const results: CarbonResult[] = []
      for (const part of partsOf(widened({ from, to }, halfHour), longestPart))
        results.push(await readPart(part, signal))
      return inOrder(results, { from, to })
    },
    close: () => service.close(),
  }
}

type Period = z.output<typeof period>

function readPlace(answer: Answer, region: number | undefined): readonly Period[] {
  const { data } = readShape(answer, regional, 'the half hours of a place')
  if (region !== undefined && data.regionid !== String(region))
    throw malformed(answer.where, `the answer is not about region ${region}`)
  return data.data
}

function parsePeriods(periods: readonly Period[], answer: Answer): CarbonResult {
  const { where } = answer
  const said: SaidPeriod[] = periods.flatMap(({ from: start, to: end, intensity }) => {
    const [from, to] = [instantOf(start, where), instantOf(end, where)]
    if (to - from !== halfHour) throw malformed(where, 'a period is not half an hour long')
    const value = intensity.actual ?? intensity.forecast
    return value == null ? [] : [{ from, to, value, estimated: intensity.actual == null }]
  })
  return toIntensities(said, { unit: 'g/kWh', basis: 'average', scope: 'direct', raw: rawOf(answer), where })
}
