import type { LokiDestination, Sender } from './destination.ts'
import { httpDelivery } from './http-delivery.ts'
import { lokiPush } from './loki-request.ts'
import type { Sink } from './sink.ts'

/**
 * Loki's push API. It drops what it has already, so a repeat is no duplicate; what is older than it takes it refuses with
 * 400, and that is given up.
 */
export function openLoki(destination: LokiDestination, { sender }: { sender: Sender }): Sink {
  const { url, headers, tls } = destination
  const http = httpDelivery({
    url: `${url}/loki/api/v1/push`,
    headers,
    tls,
    taken: ({ status }) => ({ outcome: 'taken', refused: 0, said: `HTTP ${status}` }),
    otherwise: ({ status }, why) => (status >= 500 ? { outcome: 'later', why } : undefined),
  })
  return {
    most: { lines: 500, characters: 400_000 },
    send: (lines, options) => http.post({ json: lokiPush(lines, { sender, ...destination }) }, options),
    close: () => http.close(),
  }
}
