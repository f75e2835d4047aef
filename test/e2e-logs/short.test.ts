import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { missingClients } from '../logs/clients.ts'
import { missingRsyslog } from '../logs/rsyslog.ts'
import { runScenario } from './scenario.ts'
import { missingPrometheus } from './scrape.ts'

const missing = missingClients() ?? missingRsyslog()
if (missing !== undefined)
  console.warn(`!!! Messages to all four kinds of places at once are not shown: ${missing}`)

test.skipIf(missing !== undefined)(
  'through outages, kill -9 and a full spool every message arrives in order or is told to be missing, and no secret leaves',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'energyweb-e2e-logs-'))
    try {
      const { results, scraped, wrong } = await runScenario({ folder, tell: () => undefined, messages: 150 })
      expect(wrong).toEqual([])
      expect(scraped?.proved.length ?? 0).toBe(missingPrometheus() === undefined ? 9 : 0)
      expect(results.map(({ name, inOrder, secrets }) => [name, inOrder, secrets])).toEqual([
        ['otlp', true, 0],
        ['syslog', true, 0],
        ['loki', true, 0],
        ['elasticsearch', true, 0],
      ])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
  300_000,
)
