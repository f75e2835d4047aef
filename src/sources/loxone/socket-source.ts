import { toBase64, utf8 } from '../../core/bytes.ts'
import { canonicalJson } from '../../core/canonical-json.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { Channel, RawPayload } from '../../core/reading.ts'
import type { Source, SourceContext } from '../../core/source.ts'
import { provenBy, tlsExceptions } from '../options.ts'
import { plausibleEnergy } from '../plausible-energy.ts'
import { joinMiniserver, type LoxoneConnection } from './miniserver.ts'
import type { LoxoneOptions } from './options.ts'
import { findMeter, type LoxoneMeter } from './structure.ts'
import { stepShown, type UnitFormat } from './unit-format.ts'
import { decimalOf, type ValueRecord } from './values.ts'

/** Reads states as the Miniserver pushes them over its WebSocket. */
export function openLoxoneSocket(options: LoxoneOptions, context: SourceContext): Source {
  const { url, tls } = options
  const { opened: miniserver, leave } = joinMiniserver(options, context)
  /** The meter of a channel, for as long as the connection whose structure it stands in. */
  const known = new Map<Channel, { of: LoxoneConnection; meter: LoxoneMeter }>()

  const meterOf = (connection: LoxoneConnection, channel: Channel): LoxoneMeter => {
    const last = known.get(channel)
    if (last?.of === connection) return last.meter
    const meter = findMeter(connection.structure, options, channel)
    known.set(channel, { of: connection, meter })
    return meter
  }

  return {
    kind: 'loxone',
    exceptions: tlsExceptions(tls, { url, credentials: true }),
    provenBy: () => provenBy(miniserver),
    async read({ channel, signal }) {
      const connection = await miniserver.connection(signal)
      const { socket, structure } = connection
      const meter = meterOf(connection, channel)
      const format = meter.format ?? unknownUnit(structure.where, meter)
      await socket.state(meter.state, signal)
      // A state is pushed when it changes, and has no time. What was pushed before the sign of life holds at it.
      await socket.life(signal)
      const measuredAt = context.clock.now()
      const record = await socket.state(meter.state, signal)
      const reading = {
        channel,
        kind: 'counter' as const,
        ...plausibleEnergy(decimalOf(record), format.unit, structure.where),
        measuredAt,
        device: meter.device,
        quality: `shown to ${stepShown(format)}`,
        raw: rawOf(meter, record),
      }
      return { readings: [reading], warnings: [] }
    },
    close: leave,
  }
}

/** The 24 bytes of the state as they came, and what of the structure tells their meaning. */
function rawOf({ uuid, name, stateName, state, totalFormat }: LoxoneMeter, record: ValueRecord): RawPayload {
  const control = { uuidAction: uuid, name, states: { [stateName]: state }, totalFormat: totalFormat ?? null }
  return {
    bytes: utf8(canonicalJson({ control, record: toBase64(record.bytes) })),
    mediaType: 'application/json',
  }
}

function unknownUnit(where: string, { totalFormat }: LoxoneMeter): UnitFormat {
  const shown = (totalFormat ?? '').replace(/[^\x20-\x7e]/g, '?').slice(0, 32)
  throw new EnergywebError('source-malformed', `${where}: the format "${shown}" names no unit of energy`, {
    hint: 'Give the meter a unit in Loxone Config, like <v.1>kWh: nothing else tells it.',
  })
}
