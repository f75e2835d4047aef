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
  /** Default `2.1.1`. */
  readonly firmware?: keyof typeof firmwares
  /** Default: the golden file's. */
  readonly serial?: string
}

/** Where each firmware has its data, and an answer of it. */
const firmwares = {
  '1.0': { path: '/rest', captured: 'eumel-v1/measured.xml' },
  '2.1.1': { path: '/wizard/public/api/rest', captured: 'eumel-v2/measured.xml' },
} as const

/**
 * Starts a data logger that answers as the golden file does, with other values, time and serial number. Its clock
 * shows whole seconds.
 *
 * @example
 * const meter = await startEumelMeter({ clock, energyAt: (channel, instant) => … })
 */
export function startEumelMeter(options: EumelMeterOptions): Promise<MeterServer> {
  const { clock, energyAt, serial, firmware = '2.1.1' } = options
  const { path, captured } = firmwares[firmware]
  const template = serial === undefined ? goldenText(captured) : named(goldenText(captured), serial)

  const body = () => {
    const now = Math.floor(clock.now() / 1000) * 1000
    const timed = fill(template, /<d [^>]*\bt="([^"]*)"/, formatInstant(now).replace('.000Z', 'Z'))
    const exported = fill(timed, /<p id="TotWhExp">([^<]*)</, wattHoursText(energyAt('export', now)))
    return fill(exported, /<p id="TotWhImp">([^<]*)</, wattHoursText(energyAt('import', now)))
  }
  return startMeterServer(
    ({ pathname }) =>
      pathname === path
        ? { status: 200, type: 'text/xml', body: body() }
        : { status: 404, type: 'text/plain', body: '' },
    options,
  )
}

/** The first firmware names its serial number once, the second one in its common model too. */
function named(captured: string, serial: string): string {
  const device = fill(captured, / sn="([^"]*)"/, serial)
  const common = /<p id="SN">([^<]*)</
  return common.test(device) ? fill(device, common, serial) : device
}
