import { isEnergywebError } from '../../core/errors.ts'
import { printableUrl } from '../../core/printable-url.ts'
import type { Channel } from '../../core/reading.ts'
import type { ReadRequest, Source, SourceContext, SourceResult } from '../../core/source.ts'
import { type Answer, acceptAnswer, basicAuthorization, expectMediaType } from '../answers.ts'
import { provenBy, tlsExceptions } from '../options.ts'
import { plausibleEnergy } from '../plausible-energy.ts'
import { refusedRest } from '../refused-rest.ts'
import { acceptCode, parseAnswer } from './answer.ts'
import type { LoxoneOptions } from './options.ts'
import { readingOutput } from './outputs.ts'
import { findMeter, type LoxoneMeter } from './structure.ts'
import { stepShown } from './unit-format.ts'

const structurePath = '/data/LoxAPP3.json'
const mostBytesOfStructure = 8_388_608
const mostBytes = 65_536
/** A structure changes when somebody programs the Miniserver. */
const structureKeptFor = 3_600_000
const json = /^application\/([a-z.-]+\+)?json$|^text\/(plain|json)$/

/** Asks the Miniserver by HTTP, with the password in each request. */
export function openLoxoneHttp(options: LoxoneOptions, context: SourceContext): Source {
  const { url, tls, auth } = options
  const http = context.http({ tls, plaintextCredentials: true })
  const headers = { authorization: basicAuthorization(auth) }
  const rest = refusedRest(context.clock)
  let known: { structure: Answer; meters: Map<Channel, LoxoneMeter>; at: number } | undefined

  const get = async (path: string, maxBytes: number, signal: AbortSignal): Promise<Answer> => {
    const address = `${url}${path}`
    const response = await http.get({ url: address, headers, maxBytes, signal })
    const answer = acceptAnswer(response, printableUrl(address))
    expectMediaType(answer, json)
    return answer
  }
  const meterNow = async ({ channel, signal }: ReadRequest): Promise<LoxoneMeter> => {
    const at = context.clock.monotonic()
    if (known === undefined || at - known.at > structureKeptFor)
      known = { structure: await get(structurePath, mostBytesOfStructure, signal), meters: new Map(), at }
    const meter = known.meters.get(channel) ?? findMeter(known.structure, options, channel)
    known.meters.set(channel, meter)
    return meter
  }
  const readOnce = async (request: ReadRequest): Promise<SourceResult> => {
    const { channel, signal } = request
    const meter = await meterNow(request)
    const answer = await get(`/jdev/sps/io/${meter.uuid}/all`, mostBytes, signal)
    // It has no time of its own for a reading: that of its answer stands for it.
    const measuredAt = context.clock.now()
    const { where } = answer
    const said = parseAnswer(answer.bytes, where)
    acceptCode(said, where)
    const { text, unit } = readingOutput(said, meter.stateName, where)
    const raw = { bytes: answer.bytes, mediaType: answer.mediaType || 'application/json' }
    const reading = {
      channel,
      kind: 'counter' as const,
      ...plausibleEnergy(text, unit, where),
      measuredAt,
      device: meter.device,
      ...(meter.format && { quality: `shown to ${stepShown(meter.format)}` }),
      raw,
    }
    return { readings: [reading], warnings: [] }
  }

  return {
    kind: 'loxone',
    exceptions: tlsExceptions(tls, { url, credentials: true }),
    provenBy: () => provenBy(http),
    async read(request) {
      // Each wrong password brings the address nearer to being blocked.
      rest.check(printableUrl(url), 'Check user and password under auth, and start the gateway anew.')
      try {
        const result = await readOnce(request)
        rest.over()
        return result
      } catch (error) {
        if (isEnergywebError(error, 'source-unauthorized')) rest.begin()
        // The structure may have changed under it.
        if (isEnergywebError(error, 'source-not-found')) known = undefined
        throw error
      }
    },
    close: () => http.close(),
  }
}
