import { EnergywebError } from '../../core/errors.ts'
import { printableUrl } from '../../core/printable-url.ts'
import type { Channel, Device } from '../../core/reading.ts'
import type { ReadRequest, Source, SourceContext, SourceResult } from '../../core/source.ts'
import { formatInstant, type Instant } from '../../core/time.ts'
import { provenBy } from '../../core/tls-policy.ts'
import { localDays } from '../local-day.ts'
import { tlsExceptions } from '../options.ts'
import { joinGridxAccount, onlySystem } from './account.ts'
import { readDays } from './days.ts'
import { counterOf } from './live.ts'
import type { GridxOptions } from './options.ts'

/** The service answers at most a month of days at once; February has 28. */
const mostDays = 28
const day = 86_400_000
const mostBytes = 1_048_576

/** Opens one system: counters of its grid meter, or the energy of its days. */
export function openGridx(options: GridxOptions, context: SourceContext): Source {
  const { url, tls, measure } = options
  const { opened: account, leave } = joinGridxAccount(options, context)
  let found = options.system

  const live = async (system: string, { channel, signal }: ReadRequest): Promise<SourceResult> => {
    const answer = await account.get({ path: `/systems/${system}/live`, signal })
    return { readings: [counterOf(answer, channel, deviceOf(system))], warnings: [] }
  }

  const history = async (
    system: string,
    { signal, part, wanted }: { signal: AbortSignal; part: Part; wanted: Parameters<typeof readDays>[1] },
  ): Promise<SourceResult> => {
    const interval = `${stamp(part.start)}/${stamp(part.end)}`
    const path = `/systems/${system}/historical`
    const query = { interval, resolution: '1d' }
    return readDays(await account.get({ path, query, maxBytes: mostBytes, signal }), wanted)
  }

  const daily = async (system: string, field: 'production' | 'photovoltaic', request: ReadRequest) => {
    const days = localDays(options.zone)
    const now = context.clock.now()
    const { since } = request
    const newest = since ?? now - options.lookback
    const after = since === undefined ? newest : since - options.overlap
    const wanted = { field, days, after, over: now - options.settle, device: deviceOf(system) }
    const warnings: string[] = []
    const last = days.midnightAfter(now)
    // Whole days are asked for: of a day that is cut the service may answer the energy of a part.
    let start = days.midnightBefore(Math.min(after, now))
    while (true) {
      const end = Math.min(days.midnightBefore(start + mostDays * day + day / 2), last)
      const { signal } = request
      const { readings, warnings: said } = await history(system, { signal, part: { start, end }, wanted })
      warnings.push(...said)
      if (end === last || readings.some(({ measuredAt }) => measuredAt > newest))
        return { readings, warnings }
      start = end
    }
  }

  return {
    kind: 'gridx',
    exceptions: tlsExceptions(tls, { url, credentials: true }),
    provenBy: () => provenBy(account),
    async read(request) {
      checkChannel(measure, request.channel, url)
      found ??= await onlySystem(account, request.signal)
      return measure === 'grid' ? live(found, request) : daily(found, measure, request)
    },
    close: leave,
  }
}

interface Part {
  readonly start: Instant
  readonly end: Instant
}

/** Without fractions of a second, which are all zero. */
function stamp(instant: Instant): string {
  return formatInstant(instant).replace('.000Z', 'Z')
}

function deviceOf(system: string): Device {
  return { manufacturer: 'gridX', model: 'gridBox', serial: system }
}

function checkChannel(measure: GridxOptions['measure'], channel: Channel, url: string): void {
  if (measure === 'grid' || channel === 'export') return
  throw new EnergywebError('source-not-found', `${printableUrl(url)}: ${measure} has no channel ${channel}`, {
    hint: 'It offers: export.',
  })
}
