import fc from 'fast-check'
import { expect, test } from 'vitest'
import { metricFamilies } from '../../gateway/metrics/families.ts'
import type { MetricSeries } from '../../gateway/metrics/index.ts'
import { acceptedFormat } from './accepted-format.ts'
import { formatExposition } from './exposition.ts'

const series: readonly MetricSeries[] = [
  {
    family: metricFamilies.registerTotal,
    samples: [
      { labels: ['roof', 'export'], value: 5157.25 },
      { labels: ['a "b"\\\n', 'import'], value: 1e21 },
    ],
  },
  { family: metricFamilies.diskAutonomy, samples: [{ labels: [], value: Number.POSITIVE_INFINITY }] },
  {
    family: metricFamilies.signingDuration,
    samples: [{ labels: ['log'], counts: [1, 0, 2, 0, 0, 0, 0, 0, 0, 3], sum: 40.5 }],
  },
]

test('Prometheus text: counters by their whole name, buckets that add up, quoted labels', () => {
  expect(formatExposition(series, 'prometheus')).toMatchInlineSnapshot(`
    "# HELP energyweb_register_joules_total The register, as exact as a float64 is: to the millijoule up to 2.5 GWh. The status has all digits.
    # TYPE energyweb_register_joules_total counter
    energyweb_register_joules_total{asset="roof",channel="export"} 5157.25
    energyweb_register_joules_total{asset="a \\"b\\"\\\\\\n",channel="import"} 1e+21
    # HELP energyweb_disk_autonomy_seconds Time until only that is left; +Inf for a log that does not grow; absent until that is known.
    # TYPE energyweb_disk_autonomy_seconds gauge
    energyweb_disk_autonomy_seconds +Inf
    # HELP energyweb_signing_duration_seconds How long a signature took, failures left out.
    # TYPE energyweb_signing_duration_seconds histogram
    energyweb_signing_duration_seconds_bucket{key="log",le="0.0005"} 1
    energyweb_signing_duration_seconds_bucket{key="log",le="0.001"} 1
    energyweb_signing_duration_seconds_bucket{key="log",le="0.005"} 3
    energyweb_signing_duration_seconds_bucket{key="log",le="0.01"} 3
    energyweb_signing_duration_seconds_bucket{key="log",le="0.05"} 3
    energyweb_signing_duration_seconds_bucket{key="log",le="0.1"} 3
    energyweb_signing_duration_seconds_bucket{key="log",le="0.5"} 3
    energyweb_signing_duration_seconds_bucket{key="log",le="1.0"} 3
    energyweb_signing_duration_seconds_bucket{key="log",le="5.0"} 3
    energyweb_signing_duration_seconds_bucket{key="log",le="+Inf"} 6
    energyweb_signing_duration_seconds_sum{key="log"} 40.5
    energyweb_signing_duration_seconds_count{key="log"} 6
    "
  `)
})

test('OpenMetrics: families without _total, units, an end', () => {
  const text = formatExposition(series, 'openmetrics')
  expect(text).toContain(
    '# TYPE energyweb_register_joules counter\n# UNIT energyweb_register_joules joules\n',
  )
  expect(text).toContain('energyweb_register_joules_total{asset="roof",channel="export"} 5157.25\n')
  expect(text.endsWith('\n# EOF\n')).toBe(true)
})

test('whatever a label holds, it is read back from its line as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), asset => {
      const family = metricFamilies.carbonWaiting
      const text = formatExposition([{ family, samples: [{ labels: [asset], value: 1 }] }], 'prometheus')
      const line = text.split('\n').at(2) ?? ''
      const quoted = /^energyweb_carbon_waiting_steps\{asset="((?:[^"\\]|\\.)*)"\} 1$/su.exec(line)?.[1]
      const escapes: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' }
      expect(quoted?.replaceAll(/\\(.)/gsu, (_, letter) => escapes[letter] ?? '?')).toBe(asset)
    }),
  )
})

test.each([
  [undefined, 'prometheus'],
  ['*/*', 'prometheus'],
  ['text/html,application/xhtml+xml', 'prometheus'],
  // What Prometheus 2.42 sends.
  [
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    'openmetrics',
  ],
  ['text/plain;version=0.0.4;q=0.5,application/openmetrics-text;q=0.4', 'prometheus'],
  ['application/openmetrics-text;version=2.0.0,text/plain;q=0.1', 'prometheus'],
  ['application/openmetrics-text;q=0', 'prometheus'],
  ['application/openmetrics-text;q=nonsense', 'prometheus'],
])('Accept %s gets %s', (accept, format) => {
  expect(acceptedFormat(accept)).toBe(format)
})
