import { z } from 'zod'
import { utf8 } from '../../core/bytes.ts'
import type { Energy } from '../../core/energy.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { Channel, SourceReading } from '../../core/reading.ts'
import type { ReadRequest, Source, SourceContext } from '../../core/source.ts'
import { formatInstant, type Instant } from '../../core/time.ts'
import { defineSource } from '../define-source.ts'
import { duration, power, time } from '../options.ts'
import { happens, simulatedEnergy } from '../simulated-energy.ts'

const options = z.strictObject({
  profile: z.enum(['solar', 'load']).meta({ description: '`solar` offers `export`, `load` offers `import`' }),
  peak: power('highest power, like 10 kW'),
  seed: z.int().nonnegative().default(1).meta({ description: 'the same seed gives the same energy' }),
  value: z.enum(['counter', 'interval']).default('counter').meta({ description: 'what it reports' }),
  interval: duration('length of an interval', '15m'),
  start: time('when the counter began at zero').optional(),
  faults: z
    .strictObject({
      unreachable: z
        .number()
        .min(0)
        .max(1)
        .default(0)
        .meta({ description: 'share of polls that find nobody' }),
      resetAt: time('when the counter falls back to zero').optional(),
    })
    .optional()
    .meta({ description: 'faults to try the gateway with' }),
})

type Options = z.output<typeof options>

/** A plant that exists in the computer only. */
export const source = defineSource({
  name: 'simulator',
  title: 'Simulator',
  description: `A solar plant or a household whose energy is an exact function of time and seed: nothing is kept, and two gateways
see the same meter. Never report it to a registry that others rely on.`,
  proof: { level: 'simulator', text: 'it is one' },
  values: ['counter', 'interval'],
  channels: ['import', 'export'],
  options,
  example: `kind: simulator
profile: solar
peak: 10 kW
seed: 7`,
  create: openSimulator,
})

/** A poll after a long pause brings at most so many intervals; the next poll goes on. */
const mostIntervals = 1_000

function openSimulator(options: Options, context: SourceContext): Source {
  const { profile, seed, peak, start, faults, value, interval } = options
  const energyAt = simulatedEnergy({ profile, seed, peak, ...(start !== undefined && { start }) })
  const resetAt = faults?.resetAt ?? Number.POSITIVE_INFINITY
  const counterAt = (at: Instant) => (at < resetAt ? energyAt(at) : energyAt(at) - energyAt(resetAt))
  const offered: Channel = profile === 'solar' ? 'export' : 'import'
  const device = { manufacturer: 'energyweb', model: `simulator ${profile}`, serial: `SIM-${seed}` }

  const reading = (measuredAt: Instant, energy: Energy, from?: Instant): SourceReading => {
    const said = {
      energy: `${energy} mJ`,
      ...(from !== undefined && { from: formatInstant(from) }),
      at: formatInstant(measuredAt),
    }
    const raw = { bytes: utf8(JSON.stringify(said)), mediaType: 'application/json' }
    const common = { channel: offered, energy, fraction: '', measuredAt, device, raw }
    return from === undefined ? { ...common, kind: 'counter' } : { ...common, kind: 'interval', from }
  }
  const intervals = (now: Instant, since: Instant | undefined): SourceReading[] => {
    const newest = Math.floor(now / interval) * interval
    const first = since === undefined ? newest : (Math.floor(since / interval) + 1) * interval
    const ends = Math.min(mostIntervals, Math.max(0, (newest - first) / interval + 1))
    return Array.from({ length: ends }, (_, index) => {
      const end = first + index * interval
      return reading(end, energyAt(end) - energyAt(end - interval), end - interval)
    })
  }

  return {
    kind: 'simulator',
    exceptions: [],
    async read({ channel, since, signal }: ReadRequest) {
      const now = context.clock.now()
      refuse({ channel, offered, signal, silent: happens(faults?.unreachable ?? 0, seed, now) })
      const readings = value === 'counter' ? [reading(now, counterAt(now))] : intervals(now, since)
      return { readings, warnings: [] }
    },
    close: async () => undefined,
  }
}

function refuse(poll: { channel: Channel; offered: Channel; signal: AbortSignal; silent: boolean }): void {
  const { channel, offered, signal, silent } = poll
  if (signal.aborted)
    throw new EnergywebError('aborted', 'simulator: the request was taken back', { cause: signal.reason })
  if (channel !== offered) {
    throw new EnergywebError('source-not-found', `simulator: there is no channel ${channel}`, {
      hint: `It offers: ${offered}.`,
    })
  }
  if (silent) {
    throw new EnergywebError('source-unreachable', 'simulator: nobody there', {
      retryable: true,
      hint: 'This fault is configured under faults.',
    })
  }
}
