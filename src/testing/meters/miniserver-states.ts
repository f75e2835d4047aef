import type { Energy } from '../../core/energy.ts'
import type { Channel } from '../../core/reading.ts'
import type { Instant } from '../../core/time.ts'

interface StructureMeter {
  readonly name: string
  readonly uuid: string
  readonly total: string
  readonly totalNeg: string | undefined
  readonly totalFormat: string
}

/** Watt-hours in what a format of the golden structure shows. */
const wattHours: readonly (readonly [RegExp, number])[] = [
  [/kWh$/, 1e3],
  [/MWh$/, 1e6],
  [/Wh$/, 1],
]

/** The states of every meter as a Miniserver holds them: floats, in the unit that the meter's format shows. */
export function meterStates(
  structure: string,
  { energyAt }: { energyAt(meter: string, channel: Channel, instant: Instant): Energy },
  now: Instant,
): Map<string, number> {
  const states = new Map<string, number>()
  for (const { name, total, totalNeg, totalFormat } of structureMeters(structure)) {
    const [, unit = 1] = wattHours.find(([format]) => format.test(totalFormat)) ?? []
    const shown = (channel: Channel) => Number(energyAt(name, channel, now)) / 3.6e6 / unit
    states.set(total, shown('import'))
    if (totalNeg !== undefined) states.set(totalNeg, shown('export'))
  }
  return states
}

/** The meters of a structure file of ours. */
export function structureMeters(structure: string): StructureMeter[] {
  const { controls } = JSON.parse(structure) as { controls: Record<string, Control> }
  return Object.values(controls).flatMap(({ name, uuidAction: uuid, states, details }) =>
    states.total === undefined
      ? []
      : [
          {
            name,
            uuid,
            total: states.total,
            totalNeg: states.totalNeg,
            totalFormat: details?.totalFormat ?? '',
          },
        ],
  )
}

interface Control {
  readonly name: string
  readonly uuidAction: string
  readonly states: { readonly total?: string; readonly totalNeg?: string }
  readonly details?: { readonly totalFormat?: string }
}
