// A kind of source of one's own: an appliance that takes a constant power. A configuration names it by its `name`.
import { defineSource, parsePower } from 'energyweb'
import { z } from 'zod'

export const source = defineSource({
  name: 'clock-meter',
  title: 'Clock',
  description: 'Counts a constant power since 2024-01-01.',
  proof: { level: 'simulator', text: 'it is one' },
  values: ['counter'],
  channels: ['import'],
  options: z.strictObject({ power: z.string().meta({ description: 'power, like 7200 W' }) }),
  example: 'kind: clock-meter\npower: 7200 W',
  create({ power }, { clock }) {
    const milliwatts = parsePower(power)
    return {
      kind: 'clock-meter',
      exceptions: [],
      async read({ channel }) {
        const measuredAt = clock.now()
        // Milliwatts times milliseconds are microjoules; the register takes millijoules.
        const energy = (milliwatts * BigInt(measuredAt - Date.UTC(2024, 0, 1))) / 1_000n
        const raw = { bytes: new TextEncoder().encode(String(energy)), mediaType: 'text/plain' }
        const reading = {
          channel,
          kind: 'counter',
          energy,
          fraction: '',
          measuredAt,
          device: {},
          raw,
        } as const
        return { readings: [reading], warnings: [] }
      },
      close: async () => undefined,
    }
  },
})
