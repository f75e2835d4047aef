import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { silentLogger } from '../../src/core/logger.ts'
import { allMetricFamilies } from '../../src/gateway/metrics/index.ts'
import type { BoundedServer } from '../../src/server/bounded-server.ts'
import { openMetricsServer } from '../../src/server/metrics/metrics-server.ts'
import { named } from '../storage/machine.ts'
import { alertExpressions, alerts, panelExpressions } from '../support/examples.ts'
import { fullMetrics } from '../support/full-gateway.ts'
import { noPrometheus, Prometheus } from '../support/prometheus.ts'

/*
 * A real Prometheus scrapes a gateway that has one of everything, and is asked all that dashboard and alerts ask.
 */

const reason = noPrometheus()

describe.skipIf(reason !== undefined)(named('Prometheus', reason), () => {
  let server: BoundedServer
  let prometheus: Prometheus

  beforeAll(async () => {
    const { metrics } = await fullMetrics()
    server = await openMetricsServer({ metrics, host: '127.0.0.1', port: 0, log: silentLogger })
    prometheus = await Prometheus.start({ target: new URL(server.url).host })
    const scrapes = async () =>
      (await prometheus.ask('query?query=count_over_time(up[1m])')) as { result?: { value: string[] }[] }
    // A rate needs two.
    await vi.waitUntil(async () => Number((await scrapes())?.result?.[0]?.value[1] ?? 0) > 2, {
      timeout: 45_000,
      interval: 250,
    })
  }, 60_000)
  afterAll(async () => {
    await Promise.all([prometheus.close(), server.close()])
  })

  test('has every family that a gateway tells', async () => {
    const found = await prometheus.ask('label/__name__/values')
    for (const { name, type } of allMetricFamilies) {
      expect(found).toContain(type === 'histogram' ? `${name}_bucket` : name)
    }
  })

  test('answers every expression of the dashboard', async () => {
    for (const expression of panelExpressions) {
      const asked = expression
        .replaceAll('$__rate_interval', '1m')
        .replaceAll(/\$(?:instance|asset|job)\b/g, '.*')
      expect((await prometheus.query(asked)).length, asked).toBeGreaterThan(0)
    }
  })

  test('takes every alert, and those that this gateway is due fire or wait', {
    timeout: 60_000,
  }, async () => {
    for (const { alert, expr } of alerts) {
      expect(await prometheus.ask(`query?query=${encodeURIComponent(expr)}`), alert).toBeDefined()
    }
    // What is wrong with it by its status, each read from its own metric.
    const due = [
      'EnergywebAssetSilent',
      'EnergywebReadingsHeld',
      'EnergywebLineStopped',
      'EnergywebKeyUnusable',
    ]
    for (const alert of due) {
      expect(await prometheus.query(alertExpressions.get(alert) ?? ''), alert).not.toEqual([])
    }
  })
})
