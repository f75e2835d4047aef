import { type Arrived, type FakeSink, fakeElasticsearch, fakeLoki, fakeOtlp } from '../logs/fake-sinks.ts'
import { Rsyslog } from '../logs/rsyslog.ts'

/** A place that messages go to, seen from its own side. */
export interface Place {
  readonly name: string
  readonly counterpart: string
  up(): Promise<void>
  down(): Promise<void>
  /** All messages in the order in which they arrived, repeats included. */
  messages(): readonly string[]
  /** Repeats that it knew as such, and does not show. */
  hidden(): number
  /** Every byte of what it was sent, but for the headers that carry what we are known by. */
  bytes(): Buffer
}

function overHttp(name: string, counterpart: string, { http, arrived, repeats }: FakeSink): Place {
  const hidden = () => (name === 'otlp' ? 0 : repeats())
  return {
    name,
    counterpart,
    up: async () => {
      await http.up()
    },
    down: () => http.down(),
    // Loki keeps a stream a level, and shows all of them by time.
    messages: () => (name === 'loki' ? byTime(arrived) : arrived).map(({ message }) => message),
    hidden,
    bytes: () => Buffer.concat(http.bodies),
  }
}

function byTime(arrived: readonly Arrived[]): readonly Arrived[] {
  return arrived.toSorted((a, b) => Number(a.at - b.at))
}

export interface Places {
  readonly all: readonly Place[]
  readonly urls: { readonly otlp: string; readonly loki: string; readonly elasticsearch: string }
  readonly syslogPort: number
}

/** One of each kind; `folder` has the certificates that rsyslog wants. */
export async function openPlaces(folder: string, rsyslogVersion: string): Promise<Places> {
  const [otlp, loki, elasticsearch] = [fakeOtlp(), fakeLoki(), fakeElasticsearch()]
  for (const { http } of [otlp, loki, elasticsearch]) await http.up()
  const rsyslog = await Rsyslog.prepare(folder)
  await rsyslog.up()
  const syslog: Place = {
    name: 'syslog',
    counterpart: `rsyslogd ${rsyslogVersion} with gnutls, mutual TLS (x509/certvalid)`,
    up: () => rsyslog.up(),
    down: () => rsyslog.down('SIGKILL'),
    messages: () => rsyslog.records.map(({ msg }) => msg.replace('\uFEFF', '')),
    hidden: () => 0,
    bytes: () => Buffer.from(rsyslog.written),
  }
  return {
    all: [
      overHttp(
        'otlp',
        'decoder of @opentelemetry/otlp-transformer 0.57.2 (official .proto) behind our server',
        otlp,
      ),
      syslog,
      overHttp('loki', 'our server, proven by pino-loki 3.0.0', loki),
      overHttp('elasticsearch', 'our server, proven by @elastic/elasticsearch 9.5.1', elasticsearch),
    ],
    urls: { otlp: otlp.http.url, loki: loki.http.url, elasticsearch: elasticsearch.http.url },
    syslogPort: rsyslog.port,
  }
}
