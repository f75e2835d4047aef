import type { WorkerRun } from 'energyweb'

/** What the thread is given. */
export interface Plant {
  readonly kilowattPeak: number
  readonly years: number
}

/** The mean yearly yield of a plant, from many simulated years: seconds of work that nobody has to wait for. */
export default function simulateYears({ parameters, signal, log }: WorkerRun<Plant>): number {
  const { kilowattPeak, years } = parameters
  let kilowattHours = 0
  for (let year = 0; year < years; year++) {
    signal.throwIfAborted()
    for (let hour = 0; hour < 8_760; hour++) {
      const sun = Math.max(0, Math.sin(((hour % 24) / 24) * 2 * Math.PI - Math.PI / 2))
      const season = 0.6 - 0.4 * Math.cos((hour / 8_760) * 2 * Math.PI)
      kilowattHours += kilowattPeak * sun * season * (0.3 + 0.7 * Math.random())
    }
  }
  log.info({ years }, 'simulated')
  return kilowattHours / years
}
