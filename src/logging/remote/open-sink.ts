import type { Destination } from './destination.ts'
import { openElasticsearch } from './elasticsearch.ts'
import { openLoki } from './loki.ts'
import { openOtlp } from './otlp.ts'
import type { RemoteSetup } from './protocol.ts'
import type { Sink } from './sink.ts'
import { openSyslog } from './syslog.ts'

/** Opens the way to a destination; nothing is connected before the first message. */
export function openSink(destination: Destination, { sender }: Pick<RemoteSetup, 'sender'>): Sink {
  switch (destination.kind) {
    case 'otlp':
      return openOtlp(destination, { sender })
    case 'syslog':
      return openSyslog(destination, { sender })
    case 'loki':
      return openLoki(destination, { sender })
    case 'elasticsearch':
      return openElasticsearch(destination, { sender })
  }
}
