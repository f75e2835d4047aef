import { expect, test } from 'vitest'
import { MemoryLog } from '../../../test/gateway/memory-log.ts'
import { silentLogger } from '../../core/logger.ts'
import { App, task } from '../../dispatcher/index.ts'
import { GatewayApp } from '../../gateway/index.ts'
import { fakeReading, fakeSource } from '../../testing/fake-source.ts'
import { openMetrics } from './open-metrics.ts'

test('an app gives out its tasks, its process and what it counts itself', async () => {
  const metrics = await openMetrics()
  const beats = metrics.counter('heart_beats_total', { help: 'Beats.' })
  const app = new App({ log: silentLogger })
  app.addTask(task({ name: 'beat', every: '50ms', run: () => beats.add({}) }))
  const served = metrics.measure(app).served({ port: 0 })
  app.addTask(served)
  const ending = new AbortController()
  const running = app.run({ signal: ending.signal, signals: false })
  const address = () => ('url' in served && typeof served.url === 'string' ? served.url : '')
  await expect.poll(address, { timeout: 10_000 }).not.toBe('')
  const scraped = async () => (await fetch(`${address()}/metrics`)).text()
  await expect.poll(scraped, { timeout: 10_000 }).toMatch(/^heart_beats_total [1-9]/m)
  const text = await scraped()
  expect(text).toMatch(/^energyweb_task_runs_total\{task="beat"\} [1-9]/m)
  expect(text).toMatch(/^process_resident_memory_bytes \d+$/m)
  expect(await metrics.text('openmetrics')).toMatch(/^# TYPE heart_beats counter$/m)
  ending.abort()
  await running
})

test('a gateway made in code gives out its readings, too', async () => {
  const metrics = await openMetrics({ version: '7.0.0' })
  const gateway = new GatewayApp({
    log: silentLogger,
    openLog: async () => new MemoryLog(Date.now),
    onGatewayEvent: metrics.observe,
    assets: [
      {
        name: 'roof',
        channel: 'export',
        every: '1h',
        source: fakeSource([fakeReading({ energy: 3_600_000n, measuredAt: Date.now() - 1_000 })]),
      },
    ],
  })
  metrics.measure(gateway)
  const ending = new AbortController()
  const running = gateway.run({ signal: ending.signal, signals: false })
  const reading = /^energyweb_readings_total\{asset="roof",channel="export",outcome="counted"\} 1$/m
  await expect.poll(() => metrics.text(), { timeout: 10_000 }).toMatch(reading)
  expect(await metrics.text()).toMatch(/^energyweb_build_info\{version="7\.0\.0",node="[^"]+"\} 1$/m)
  ending.abort()
  await running
})

test('metrics are not given to everybody by mistake', async () => {
  const metrics = await openMetrics()
  expect(() => metrics.served({ host: '0.0.0.0' })).toThrow(/could be read by everybody/)
  expect(metrics.served({ host: '0.0.0.0', token: async () => 'x' })).toBeDefined()
})
