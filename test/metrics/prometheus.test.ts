import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { energyweb } from '../cli/memory-io.ts'
import { named } from '../storage/machine.ts'
import { freePort, noPrometheus, Prometheus } from '../support/prometheus.ts'

/*
 * A real Prometheus scrapes a real gateway, a process of its own, and says what the gateway's status says.
 */

const bin = fileURLToPath(new URL('../../bin/energyweb.js', import.meta.url))
const token = 'a token that nobody guesses'
const reason = noPrometheus()

describe.skipIf(reason !== undefined)(named('Prometheus', reason), () => {
  let cwd: string
  let gateway: ChildProcess
  let prometheus: Prometheus

  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'energyweb-scraped-'))
    const port = await freePort()
    const asset = (name: string, opening: string) => `
  - { name: ${name}, role: producer, capacity: 1 kW, every: 1d, channel: export, opening: ${opening}, source: { kind: simulator, profile: solar, peak: 1 kW } }`
    await writeFile(
      join(cwd, 'energyweb.yml'),
      `energyweb: 1
metrics: { listen: '127.0.0.1:${port}', token: { env: METRICS_TOKEN } }
assets:${asset('roof', '12.345678 kWh')}${asset('"the \\"shed\\" \\\\ #2"', '2 MWh')}
`,
    )
    gateway = spawn(process.execPath, [bin, 'run'], {
      cwd,
      env: { ...process.env, ENERGYWEB_SOURCE: '1', METRICS_TOKEN: token },
      stdio: 'ignore',
    })
    prometheus = await Prometheus.start({ target: `127.0.0.1:${port}`, token })
  })
  afterAll(async () => {
    gateway.kill('SIGTERM')
    await Promise.all([once(gateway, 'close'), prometheus.close()])
    await rm(cwd, { recursive: true, maxRetries: 3 })
  })

  test('says what the status says', { timeout: 60_000 }, async () => {
    const value = async (expression: string) => (await prometheus.query(expression))[0]?.value
    await expect
      .poll(() => prometheus.ask('query?query=energyweb_disk_free_bytes'), { timeout: 45_000 })
      .toMatchObject({ result: [{}] })
    await expect.poll(() => value('count(energyweb_register_joules_total)'), { timeout: 15_000 }).toBe(2)
    expect(await value('up{job="energyweb"}')).toBe(1)

    const { stdout } = await energyweb(['status', '--json'], { cwd })
    const status = JSON.parse(stdout)
    expect(status.assets).toHaveLength(2)
    for (const { asset, register, polls } of status.assets) {
      const which = `{asset=${JSON.stringify(asset)}}`
      expect(await value(`energyweb_register_joules_total${which}`)).toBe(Number(register.total) / 1_000)
      expect(await value(`energyweb_stream_entries${which}`)).toBe(register.entries)
      expect(await value(`energyweb_held_readings${which}`)).toBe(register.heldReadings)
      expect(await value(`energyweb_polls_total${which}`)).toBe(polls)
      expect(await value(`energyweb_newest_reading_timestamp_seconds${which}`)).toBe(
        Date.parse(register.since) / 1_000,
      )
    }
    expect(await value('sum(energyweb_readings_total{outcome="counted"})')).toBe(2)
    expect(await value('energyweb_log_entries')).toBe(
      status.assets.reduce(
        (sum: number, { register }: { register: { entries: number } }) => sum + register.entries,
        0,
      ),
    )
    expect(await value('energyweb_disk_size_bytes')).toBe(status.disk.total)
    expect(await value('energyweb_poll_duration_seconds_count{source="simulator"}')).toBe(2)
    expect(await value('energyweb_scrape_complete')).toBe(1)
    expect(await value('energyweb_log_commit_duration_seconds_count')).toBeGreaterThan(0)

    const families = await prometheus.ask('metadata')
    expect(families).toMatchObject({ energyweb_register_joules: [{ type: 'counter', unit: 'joules' }] })
  })

  test('is kept out without the token', async () => {
    const target = await prometheus.ask('targets')
    expect(target).toMatchObject({ activeTargets: [{ health: 'up' }] })
    const { activeTargets } = target as { activeTargets: { scrapeUrl: string }[] }
    const answer = await fetch(activeTargets[0]?.scrapeUrl ?? '')
    expect(answer.status).toBe(401)
  })
})
