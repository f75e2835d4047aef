import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test, vi } from 'vitest'
import { named } from '../storage/machine.ts'
import { freePort, noPrometheus, Prometheus, promtool } from '../support/prometheus.ts'

const example = fileURLToPath(new URL('../../examples/own-metrics.ts', import.meta.url))
const hooks = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  const door = ${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)}
  registerHooks({ resolve: (name, context, next) => next(name === 'energyweb' ? door : name, context) })
`)}`

test('the example stands in the docs as it is run here', () => {
  const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8')
  expect(page).toContain(`\`\`\`ts\n${readFileSync(example, 'utf8')}\`\`\``)
})

const reason = noPrometheus()
describe.skipIf(reason !== undefined)(named('Prometheus', reason), () => {
  test('scrapes what the example counts, and promtool finds nothing to complain of', {
    timeout: 90_000,
  }, async () => {
    const port = await freePort()
    const env = { ...process.env, METRICS_PORT: String(port) }
    const program = spawn(process.execPath, ['--import', hooks, example], { env, stdio: 'ignore' })
    const prometheus = await Prometheus.start({ target: `127.0.0.1:${port}` })
    try {
      const value = async (expression: string) => {
        const answer = await prometheus.ask(`query?query=${encodeURIComponent(expression)}`)
        return answer === undefined ? 0 : ((await prometheus.query(expression))[0]?.value ?? 0)
      }
      const isScraped = async () => (await value('charging_session_seconds_count')) > 1
      await vi.waitUntil(isScraped, { timeout: 60_000, interval: 250 })
      expect((await value('charging_sold_joules_total{plug="left"}')) % 3_600).toBe(0)
      expect(await value('charging_waiting_cars')).toBe(2)
      expect(await value('energyweb_task_runs_total{task="sell"}')).toBeGreaterThan(1)
      const input = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
      expect(promtool(['check', 'metrics'], { input })).toEqual({ good: true, said: '' })
    } finally {
      const closed = once(program, 'close')
      program.kill('SIGTERM')
      await Promise.all([closed, prometheus.close()])
    }
  })
})
