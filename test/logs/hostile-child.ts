import { openElasticsearch } from '../../src/logging/remote/elasticsearch.ts'
import { openLoki } from '../../src/logging/remote/loki.ts'
import { openOtlp } from '../../src/logging/remote/otlp.ts'

/* Sends one message in a process of its own, and says what came of it, how long that took and how much memory. */

const [kind = '', url = ''] = process.argv.slice(2)
const sender = { host: 'box', version: '1', pid: 1 }
const common = { name: 'd', level: 'debug', labels: {}, tls: 'required', url, headers: {} } as const
const sink =
  kind === 'otlp'
    ? openOtlp({ ...common, kind: 'otlp', compression: 'none' }, { sender })
    : kind === 'loki'
      ? openLoki({ ...common, kind: 'loki', metadata: true }, { sender })
      : openElasticsearch({ ...common, kind: 'elasticsearch', index: 'logs' }, { sender })

const line = {
  sequence: 1,
  id: 's-1',
  at: 1_700_000_000_000,
  severity: 'info',
  message: 'm',
  fields: '{}',
} as const
// What loading costs is not the peer's doing.
await import('undici')
let peak = process.memoryUsage().rss
const before = peak
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss)
}, 20)
const began = performance.now()
const delivery = await sink.send([line], { signal: new AbortController().signal })
const milliseconds = performance.now() - began
peak = Math.max(peak, process.memoryUsage().rss)
clearInterval(watch)
await sink.close()
console.log(JSON.stringify({ delivery, milliseconds, grown: peak - before }))
