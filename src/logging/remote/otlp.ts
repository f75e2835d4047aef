import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { partialSuccessOf } from '../../core/otlp-response.ts'
import type { HttpResponse } from '../../core/source.ts'
import type { OtlpDestination, Sender } from './destination.ts'
import { httpDelivery } from './http-delivery.ts'
import { otlpLogsRequest } from './otlp-request.ts'
import type { Delivery, Sink } from './sink.ts'

const compress = promisify(gzip)

/** A smaller body gains nothing. */
const worthCompressing = 1_024

/**
 * OTLP over HTTP with protobuf (https://opentelemetry.io/docs/specs/otlp/): at least once. Only 200 counts; 429, 502, 503 and
 * 504 are tried again; of what a 200 refuses in part, nothing is.
 */
export function openOtlp(destination: OtlpDestination, { sender }: { sender: Sender }): Sink {
  const { url, headers, tls, labels, compression } = destination
  const http = httpDelivery({ url: `${url}/v1/logs`, headers, tls, taken })
  return {
    most: { lines: 500, characters: 400_000 },
    async send(lines, options) {
      const bytes = otlpLogsRequest(lines, { sender, labels })
      const type = 'application/x-protobuf'
      const zips = compression === 'gzip' && bytes.length >= worthCompressing
      return http.post(
        zips ? { bytes: await compress(bytes), type, encoding: 'gzip' } : { bytes, type },
        options,
      )
    },
    close: () => http.close(),
  }
}

function taken({ status, headers, body }: HttpResponse): Delivery {
  if (status !== 200) return { outcome: 'stands', why: `HTTP ${status} where OTLP has 200` }
  const said = `HTTP ${status}`
  const answer = partialSuccessOf({ headers, body })
  if (answer === undefined) return { outcome: 'taken', refused: 0, said }
  if (answer === 'nonsense')
    return { outcome: 'taken', refused: 0, said: `${said}, with an answer that makes no sense` }
  const { rejected, message } = answer
  const refused = Math.max(0, rejected)
  return { outcome: 'taken', refused, said: refused === 0 ? said : `${said}, ${refused} refused: ${message}` }
}
