import type { EnergyUnit } from '../../core/energy.ts'

/** How a value is shown: the only place in which a structure tells its unit. */
export interface UnitFormat {
  readonly unit: EnergyUnit
  /** Decimals that are shown: what the meter claims to resolve. */
  readonly decimals: number
}

const units: readonly EnergyUnit[] = ['J', 'Ws', 'Wh', 'kWh', 'MWh', 'GWh']

/** Reads a format like `%.1fkWh` or `<v.3> MWh`; undefined where it names no unit of energy. */
export function unitFormat(format: string): UnitFormat | undefined {
  const match = /^\s*(?:%(?:\.(\d))?f|<v(?:\.(\d))?>)\s*([A-Za-z]{1,3})\s*$/.exec(format)
  const unit = units.find(one => one === match?.[3])
  return unit === undefined ? undefined : { unit, decimals: Number(match?.[1] ?? match?.[2] ?? 0) }
}

/** The smallest step that is shown, in words, like `0.1 kWh`. */
export function stepShown({ unit, decimals }: UnitFormat): string {
  return `${decimals === 0 ? '1' : `0.${'1'.padStart(decimals, '0')}`} ${unit}`
}
