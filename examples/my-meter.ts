import { z } from 'zod'
import { parseEnergy } from '../src/core/energy.ts'
import { parseInstant } from '../src/core/time.ts'
import { acceptAnswer, expectMediaType, malformed } from '../src/sources/answers.ts'
import { defineSource } from '../src/sources/define-source.ts'
import { JsonNumber, parseExactJson } from '../src/sources/exact-json.ts'
import { httpAddress, provenBy, tlsExceptions, tlsPolicy } from '../src/sources/options.ts'

const total = z.object({ kwh: z.instanceof(JsonNumber), at: z.string(), serial: z.string() })

export const source = defineSource({
  name: 'my-meter',
  title: 'My meter',
  description: 'Reads the lifetime counter from `GET /total`, in kWh. Times are UTC.',
  proof: { level: 'captured data', text: 'one answer of one device' },
  values: ['counter'],
  channels: ['import'],
  options: z.strictObject({ url: httpAddress('address of the meter, without a path'), tls: tlsPolicy() }),
  example: 'kind: my-meter\nurl: https://meter.example.org',
  create({ url, tls }, context) {
    const http = context.http({ tls, plaintextCredentials: false })
    const address = `${url}/total`
    return {
      kind: 'my-meter',
      exceptions: tlsExceptions(tls, { url, credentials: false }),
      provenBy: () => provenBy(http),
      async read({ channel, signal }) {
        const answer = acceptAnswer(await http.get({ url: address, signal }), address)
        expectMediaType(answer, /json$/)
        const said = total.safeParse(parseExactJson(answer.bytes, answer.where))
        if (!said.success) throw malformed(answer.where, 'expected kwh, at and serial', said.error)
        const { kwh, at, serial } = said.data
        const reading = {
          channel,
          kind: 'counter' as const,
          ...parseEnergy(kwh.text, 'kWh'),
          measuredAt: parseInstant(at),
          device: { manufacturer: 'Mine', serial },
          raw: { bytes: answer.bytes, mediaType: 'application/json' },
        }
        return { readings: [reading], warnings: [] }
      },
      close: () => http.close(),
    }
  },
})
