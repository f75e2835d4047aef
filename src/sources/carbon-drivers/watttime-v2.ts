import { z } from 'zod'
import type { CarbonRequest, CarbonResult, CarbonSource } from '../../core/carbon.ts'
import type { SourceContext } from '../../core/source.ts'
import { provenBy } from '../../core/tls-policy.ts'
import { type Answer, basicAuthorization, malformed } from '../answers.ts'
import { inOrder, type SaidPeriod, toIntensities } from '../carbon/intensities.ts'
import { loggedIn } from '../carbon/log-in.ts'
import { isoSeconds, partsOf, widened } from '../carbon/ranges.ts'
import {
  longestPart,
  longestPeriod,
  mirrorAddress,
  mostBytes,
  region,
  requireMirror,
  tokenKeptFor,
} from '../carbon/watttime.ts'
import { defineCarbonSource } from '../define-carbon-source.ts'
import { instantOf } from '../instant-of.ts'
import { basicAuth, duration, tlsExceptions, tlsPolicy } from '../options.ts'
import { decimal, openJsonService, rawOf, readShape, type ServiceRequest } from '../service/json-service.ts'

const options = z
  .strictObject({
    url: mirrorAddress,
    region,
    call: z.enum(['data', 'index', 'insight']).default('data').meta({
      description:
        '`data`: values of any time; `index`: the value of now; `insight`: the unpublished call of ew-link-bond',
    }),
    holds: duration('how long before the moment of asking the value of `insight` is taken to hold', '1h'),
    auth: basicAuth().optional().meta({ description: 'HTTP Basic; left out where the mirror asks for none' }),
    tls: tlsPolicy(),
  })
  .transform(requireMirror)

/** WattTime's second version, for mirrors and replays. */
export const carbonSource = defineCarbonSource({
  name: 'watttime-v2',
  title: 'WattTime, version 2 (retired)',
  description: `For a mirror of your own or a replay of old data: WattTime retired this version in 2024, so \`url\` must be given. New
installations use [watttime-v3](./watttime-v3.md). Marginal factors in lb/MWh, exactly as written.

- \`call: data\` reads \`GET /v2/data\`; a value holds from its \`point_time\` for \`frequency\` seconds.
- \`call: index\` reads \`GET /v2/index\`, which knows the present period only.
- \`call: insight\` reads \`avg\` of \`GET /v2test/insight/\`, as ew-link-bond did. It says no time: the value is taken for the time
  \`holds\` before it was asked for, and is marked estimated.`,
  proof: {
    level: 'simulator',
    text: 'a mock server that checks each request against the OpenAPI contract (Prism)',
  },
  bases: ['marginal'],
  options,
  example: `kind: watttime-v2
url: https://watttime.example.org
region: CAISO_NORTH
auth: { user: ops, password: { env: WATTTIME_PASSWORD } }`,
  create: openWattTime,
})

type Options = z.output<typeof options>

/** Version 2 writes some numbers as text. */
const decimalText = z.union([decimal, z.string().regex(/^-?\d{1,20}(\.\d{1,40})?$/)])

const dataShape = z.array(
  z.object({
    point_time: z.string(),
    value: decimal.nullable(),
    frequency: decimalText,
    ba: z.string(),
    datatype: z.string().optional(),
  }),
)
const indexShape = z.object({ point_time: z.string(), moer: decimalText, freq: decimalText, ba: z.string() })
const insightShape = z.object({ avg: decimalText.nullable() })

function openWattTime(options: Options, context: SourceContext): CarbonSource {
  const { url, tls, auth, call, region: ba, holds } = options
  const root = call === 'insight' ? '/v2test' : '/v2'
  const hints = { 403: `The account may not read ${ba}.` }
  const service = openJsonService({ url, tls, hints }, context)
  const login = auth && { path: `${root}/login`, headers: { authorization: basicAuthorization(auth) } }
  const ask = loggedIn(service, { clock: context.clock, scheme: 'Bearer', login, keptFor: tokenKeptFor })

  const readData = async ({ from, to, signal }: CarbonRequest): Promise<CarbonResult[]> => {
    const results: CarbonResult[] = []
    for (const part of partsOf(widened({ from: from - longestPeriod, to }, 1_000), longestPart)) {
      const query = { ba, starttime: isoSeconds(part.from), endtime: isoSeconds(part.to - 1_000) }
      const request: ServiceRequest = { path: '/v2/data', query, maxBytes: mostBytes, signal }
      results.push(parseData(await ask(request), ba))
    }
    return results
  }
  const readIndex = async ({ signal }: CarbonRequest): Promise<CarbonResult[]> => {
    const query = { ba, style: 'moer' }
    return [parseIndex(await ask({ path: '/v2/index', query, signal }), ba)]
  }
  const readInsight = async ({ signal }: CarbonRequest): Promise<CarbonResult[]> => {
    const answer = await ask({ path: '/v2test/insight/', query: { ba }, signal })
    const to = context.clock.now()
    const { avg } = readShape(answer, insightShape, 'an insight')
    return [marginal(avg === null ? [] : [{ from: to - holds, to, value: avg, estimated: true }], answer)]
  }
  const read = { data: readData, index: readIndex, insight: readInsight }[call]

  return {
    kind: 'watttime-v2',
    basis: 'marginal',
    exceptions: tlsExceptions(tls, { url, credentials: false }),
    provenBy: () => provenBy(service),
    read: async request => inOrder(await read(request), request),
    close: () => service.close(),
  }
}

function parseData(answer: Answer, region: string): CarbonResult {
  const { where } = answer
  const said = readShape(answer, dataShape, 'a list of values').flatMap(row => {
    if (row.ba !== region) throw malformed(where, `the answer is not about ${region}`)
    // Anything else is no intensity; the public version gave MOER only.
    if (row.datatype !== undefined && row.datatype !== 'MOER')
      throw malformed(where, 'the values are not of the type MOER')
    const period = periodOf(row.point_time, row.frequency, where)
    return row.value === null ? [] : [{ ...period, value: row.value, estimated: false }]
  })
  return marginal(said, answer)
}

function parseIndex(answer: Answer, region: string): CarbonResult {
  const { ba, moer, point_time, freq } = readShape(answer, indexShape, 'an index with moer')
  if (ba !== region) throw malformed(answer.where, `the answer is not about ${region}`)
  return marginal([{ ...periodOf(point_time, freq, answer.where), value: moer, estimated: false }], answer)
}

function periodOf(time: string, seconds: string, where: string): { from: number; to: number } {
  const length = /^\d{1,5}$/.test(seconds) ? Number(seconds) * 1_000 : 0
  if (length <= 0 || length > longestPeriod)
    throw malformed(where, 'the period is none from a second to an hour')
  const from = instantOf(time, where)
  return { from, to: from + length }
}

function marginal(said: readonly SaidPeriod[], answer: Answer): CarbonResult {
  const { where } = answer
  return toIntensities(said, { unit: 'lb/MWh', basis: 'marginal', raw: rawOf(answer), where })
}
