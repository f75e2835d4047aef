import { expect, test } from 'vitest'
import { fullMetrics, fullNow, fullStatus } from '../../../test/support/full-gateway.ts'
import { EnergywebError } from '../../core/errors.ts'
import { allMetricFamilies } from './families.ts'
import type { MetricSnapshot } from './snapshot.ts'

/** Values by name and labels, as they would be written. */
function valuesOf({ series }: MetricSnapshot): Record<string, number> {
  const values = series.flatMap(({ family, samples }) =>
    samples.map(sample => {
      const labels = family.labels.map((label, index) => `${label}=${sample.labels[index]}`)
      const value = 'value' in sample ? sample.value : sample.counts.reduce((sum, count) => sum + count, 0)
      return [`${family.name}{${labels.join()}}`, value] as const
    }),
  )
  expect(new Set(values.map(([name]) => name)).size, 'no two samples are alike').toBe(values.length)
  return Object.fromEntries(values)
}

test('a gateway that has one of everything tells of every family, and of each label its value', async () => {
  const { metrics } = await fullMetrics()
  const snapshot = await metrics.collect()
  const told = snapshot.series.map(({ family }) => family.name)
  expect(allMetricFamilies.map(({ name }) => name).filter(name => !told.includes(name))).toEqual([])
  for (const { family, samples } of snapshot.series) {
    for (const { labels } of samples) expect(labels).toHaveLength(family.labels.length)
  }
  expect(valuesOf(snapshot)).toMatchObject({
    'energyweb_register_joules_total{asset=roof,channel=export}': 4_444_444_080.123,
    'energyweb_register_held_joules{asset=roof,channel=export}': 7_200,
    'energyweb_readings_total{asset=roof,channel=export,outcome=counted}': 2,
    'energyweb_readings_total{asset=roof,channel=export,outcome=late}': 0,
    'energyweb_newest_reading_timestamp_seconds{asset=roof,channel=export}': fullNow / 1_000 - 60,
    'energyweb_poll_errors_total{source=simulator,code=source-timeout}': 1,
    'energyweb_carbon_grams_total{asset=roof,basis=marginal}': 5.5,
    'energyweb_line_submissions{asset=roof,ledger=origin,state=sent}': 0,
    'energyweb_line_submissions{asset=roof,ledger=origin,state=signed}': 1,
    'energyweb_line_settled_entries_total{asset=roof,ledger=origin}': 0,
    'energyweb_line_drain_seconds{asset=roof,ledger=origin}': (2 / 56) * 3_600,
    'energyweb_line_oldest_waiting_age_seconds{asset=roof,ledger=origin}': 0,
    'energyweb_node_state{network=ewc,node=a.example,state=good}': 1,
    'energyweb_node_state{network=ewc,node=a.example #2,state=wrong-chain}': 1,
    'energyweb_node_latency_seconds{network=ewc,node=a.example}': 0.12,
    'energyweb_key_usable{key=meter}': 0,
    'energyweb_log_entries{}': 2,
    'energyweb_log_uncovered_entries{}': 2,
    'energyweb_checkpoint_entries{}': 42,
    'energyweb_witness_alarm{witness=w1}': 1,
    'energyweb_disk_autonomy_seconds{}': 36_000,
    'energyweb_log_growth_bytes_per_second{}': 1,
    'energyweb_task_failures_total{task=report origin}': 1,
    'energyweb_scrape_complete{}': 1,
    [`energyweb_build_info{version=1.2.3,node=${process.versions.node}}`]: 1,
  })
  expect(JSON.stringify(snapshot.series), 'polls are told by asset').not.toContain('poll roof')
})

test('numbers stand for names where names are personal', async () => {
  const { metrics } = await fullMetrics({ assets: 'numbers' })
  const text = JSON.stringify((await metrics.collect()).series)
  expect(text).not.toContain('roof')
  expect(text).toContain('["1","origin"]')
})

test('however many ask at once, it is gathered once, and anew a little later', async () => {
  let asked = 0
  const status = async () => {
    asked++
    return fullStatus
  }
  const { metrics, clock } = await fullMetrics({ gateway: { status } })
  const [first, second] = await Promise.all([metrics.collect(), metrics.collect()])
  expect(first).toBe(second)
  await clock.advance(1_000)
  expect(await metrics.collect()).not.toBe(first)
  expect(asked).toBe(2)
})

test('what hangs with its disk is left out, and that is told', async () => {
  const { metrics, clock } = await fullMetrics({ gateway: { status: () => new Promise(() => undefined) } })
  const collecting = metrics.collect()
  await clock.advance(5_001)
  const values = valuesOf(await collecting)
  expect(values['energyweb_scrape_complete{}']).toBe(0)
  expect(values['energyweb_log_entries{}']).toBeUndefined()
  expect(values['energyweb_poll_duration_seconds{source=simulator}']).toBe(2)
})

test('a log that has stopped is told as that, with all that is known without it', async () => {
  const stopped = new EnergywebError('log-io', 'the disk is full')
  const { metrics } = await fullMetrics({
    gateway: {
      status: async () => ({ ...fullStatus, logTrouble: 'the disk is full' }),
      uncovered: async () => Promise.reject(stopped),
    },
  })
  expect(valuesOf(await metrics.collect())).toMatchObject({
    'energyweb_log_stopped{}': 1,
    'energyweb_scrape_complete{}': 0,
    'energyweb_held_readings{asset=roof,channel=export}': 2,
  })
})

test('an entry that waits ages until it is settled, whatever receipts stand before it', async () => {
  const { metrics, clock } = await fullMetrics()
  const age = 'energyweb_line_oldest_waiting_age_seconds{asset=roof,ledger=origin}'
  await metrics.collect()
  await clock.advance(90_000)
  const at = clock.now()
  const later = await fullMetrics({ gateway: { status: async () => ({ ...fullStatus, at }) } })
  expect(valuesOf(await later.metrics.collect())[age]).toBe(90)
})
