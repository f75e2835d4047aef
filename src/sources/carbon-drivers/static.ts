import { z } from 'zod'
import { utf8 } from '../../core/bytes.ts'
import type { CarbonSource } from '../../core/carbon.ts'
import { EnergywebError } from '../../core/errors.ts'
import { defineCarbonSource } from '../define-carbon-source.ts'
import { carbonFactor } from '../options.ts'

const options = z.strictObject({
  factor: carbonFactor('what a kWh stands for, like 420 g/kWh'),
  basis: z.enum(['marginal', 'average']).meta({
    description: '`marginal`: what one more kWh would emit; `average`: what all of them do',
  }),
  scope: z.enum(['direct', 'lifecycle']).optional().meta({
    description: '`direct`: what leaves the stacks; `lifecycle`: building and fuel chain included',
  }),
})

/** A factor from the configuration. */
export const carbonSource = defineCarbonSource({
  name: 'static',
  title: 'Static factor',
  description: `One factor for any time, from the configuration: for places without a service, like a yearly figure of the
authority. It is always marked estimated. When the figure changes, change the configuration: what was priced stays as it is.`,
  proof: { level: 'simulator', text: 'there is nothing outside to be proven against' },
  bases: ['marginal', 'average'],
  options,
  example: `kind: static
factor: 420 g/kWh
basis: average`,
  create({ factor: { text, factor }, basis, scope }): CarbonSource {
    const said = JSON.stringify({ factor: text, basis, ...(scope && { scope }) })
    const raw = { bytes: utf8(said), mediaType: 'application/json' }
    return {
      kind: 'static',
      basis,
      exceptions: [],
      async read({ from, to, signal }) {
        if (signal.aborted)
          throw new EnergywebError('aborted', 'static: the request was taken back', { cause: signal.reason })
        if (from >= to) return { intensities: [], warnings: [] }
        const intensity = { from, to, factor, basis, ...(scope && { scope }), estimated: true, raw }
        return { intensities: [intensity], warnings: [] }
      },
      close: async () => undefined,
    }
  },
})
