import type { CarbonFactor, CarbonSource } from '../core/carbon.ts'
import { formatInstant } from '../core/time.ts'
import type { CommandIo } from './io.ts'

const patience = 30_000
/** Services settle the newest factors late: the time that is asked for ends an hour ago. */
const lookBack = { from: 3 * 3_600_000, to: 3_600_000 }

/**
 * Asks a carbon source once for the factors of the hours before; says its newest in words.
 * @throws EnergywebError as the source does
 */
export async function askFactor(
  source: CarbonSource,
  { clock }: Pick<CommandIo, 'clock'>,
): Promise<{ readonly said: string; readonly warnings: readonly string[] }> {
  const now = clock.now()
  const { intensities, warnings } = await source.read({
    from: now - lookBack.from,
    to: now - lookBack.to,
    signal: AbortSignal.timeout(patience),
  })
  const newest = intensities.at(-1)
  if (newest === undefined) return { said: 'answers, and has no factor for the hours before', warnings }
  const said = `says ${gramsOf(newest.factor)} g/kWh (${newest.basis}) until ${formatInstant(newest.to)}`
  return { said, warnings }
}

/** Rounded down to a thousandth, for people. */
function gramsOf(factor: CarbonFactor): string {
  const milligrams = factor / 10n ** 15n
  return `${milligrams / 1_000n}.${String(milligrams % 1_000n).padStart(3, '0')}`
}
