import type { EnergyUnit } from '../../core/energy.ts'

/** Version 3 writes `kilowattHour`, version 2 wrote `kilowatt_hour`, in any case. */
const units: Readonly<Record<string, EnergyUnit>> = {
  joule: 'J',
  watthour: 'Wh',
  kilowatthour: 'kWh',
  megawatthour: 'MWh',
  gigawatthour: 'GWh',
}

/** The names that are understood, for messages. */
export const unitNames = Object.keys(units).join(', ')

/** The unit that a service names; undefined for a name nobody knows. */
export function unitNamed(name: string): EnergyUnit | undefined {
  const key = name.toLowerCase().replaceAll('_', '').replace(/s$/, '')
  return Object.hasOwn(units, key) ? units[key] : undefined
}
