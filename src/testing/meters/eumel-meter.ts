import type { Clock } from '../../core/clock.ts'
import type { Energy } from '../../core/energy.ts'
import type { Channel } from '../../core/reading.ts'
import { formatInstant, type Instant } from '../../core/time.ts'
import { fill, goldenText, wattHoursText } from './golden-template.ts'
import { type MeterServer, type MeterServerOptions, startMeterServer } from './meter-server.ts'

export interface EumelMeterOptions extends MeterServerOptions {
  readonly clock: Clock
  /** What the counters show at an instant. */
  energyAt(channel: Channel, instant: Instant): Energy
  /** Default: the golden file's. */
  readonly serial?: string
}

/**
 * Starts a data logger that answers as the golden file does, with other values, time and serial number. Its clock
 * shows whole seconds.
 *
 * @example
 * const meter = await startEumelMeter({ clock, energyAt: (channel, instant) => … })
 */
export function startEumelMeter(options: EumelMeterOptions): Promise<MeterServer> {
  const { clock, energyAt, serial } = options
  const captured = goldenText('eumel-v2/measured.xml')
  const template =
    serial === undefined
      ? captured
      : fill(fill(captured, / sn="([^"]*)"/, serial), /<p id="SN">([^<]*)</, serial)

  const body = () => {
    const now = Math.floor(clock.now() / 1000) * 1000
    const timed = fill(template, /<d [^>]*\bt="([^"]*)"/, formatInstant(now).replace('.000Z', 'Z'))
    const exported = fill(timed, /<p id="TotWhExp">([^<]*)</, wattHoursText(energyAt('export', now)))
    return fill(exported, /<p id="TotWhImp">([^<]*)</, wattHoursText(energyAt('import', now)))
  }
  return startMeterServer(
    ({ pathname }) =>
      pathname === '/wizard/public/api/rest'
        ? { status: 200, type: 'text/xml', body: body() }
        : { status: 404, type: 'text/plain', body: '' },
    options,
  )
}
