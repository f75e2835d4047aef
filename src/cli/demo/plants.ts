import type { Energy } from '../../core/energy.ts'
import { parsePower } from '../../core/power.ts'
import type { Instant } from '../../core/time.ts'
import { simulatedEnergy } from '../../sources/simulated-energy.ts'

/** What the demonstration measures: two plants and a consumer. */
export interface Plant {
  readonly name: 'roof' | 'field' | 'house'
  readonly role: 'producer' | 'consumer'
  readonly capacity: string
  readonly serial: string
  /** The meter's running total. */
  readonly energyAt: (instant: Instant) => Energy
}

function plant(
  name: Plant['name'],
  role: Plant['role'],
  {
    capacity,
    profile,
    seed,
    serial,
  }: { capacity: string; profile: 'solar' | 'load'; seed: number; serial: string },
): Plant {
  return {
    name,
    role,
    capacity,
    serial,
    energyAt: simulatedEnergy({ profile, seed, peak: parsePower(capacity) }),
  }
}

export const plants: readonly Plant[] = [
  plant('roof', 'producer', { capacity: '10 kW', profile: 'solar', seed: 11, serial: 'DE00000000A1' }),
  plant('field', 'producer', { capacity: '250 kW', profile: 'solar', seed: 23, serial: 'FIELD-0002' }),
  plant('house', 'consumer', { capacity: '5 kW', profile: 'load', seed: 37, serial: 'HOUSE-0003' }),
]
