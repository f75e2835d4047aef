import { expect, test } from 'vitest'
import type { AssetReport, StatusReport } from '../../gateway/status-report.ts'
import { formatStatus } from '../status-view.ts'

import { examineGateway } from './examine-gateway.ts'

const same = (text: string) => text
const style = { bold: same, dim: same, red: same, green: same, yellow: same }
const trouble = 'the log has stopped: the disk is full'

function silent(asset: string, outage: { since: string; reason: string }): AssetReport {
  return { asset, register: null, outage, polls: 3, failures: 2, carbon: null }
}

function report(logTrouble: string | null): StatusReport {
  return {
    at: '2026-01-01T01:00:00.000Z',
    assets: [
      silent('roof', { since: '2026-01-01T00:00:02.000Z', reason: 'log-io' }),
      silent('hall', { since: '2026-01-01T00:00:01.000Z', reason: 'log-io' }),
      silent('barn', { since: '2026-01-01T00:00:00.000Z', reason: 'source-timeout' }),
    ],
    networks: [],
    evidenceKey: null,
    witnesses: [],
    quorum: 0,
    keys: [],
    ledgers: [],
    logTrouble,
    process: null,
    disk: null,
    remoteLog: null,
    selfCheck: null,
    clockTrouble: null,
  }
}

test('a log that has stopped is one finding, since it did, and no trouble of the sources', () => {
  const found = examineGateway({ running: true, report: report(trouble), config: undefined })
  const bad = found.filter(({ grade }) => grade === 'bad')
  expect(bad.map(({ what, since }) => [what, since])).toEqual([
    [`no reading is kept: ${trouble}`, '2026-01-01T00:00:01.000Z'],
    ['barn gives no readings (source-timeout)', '2026-01-01T00:00:00.000Z'],
  ])
})

test('once the log goes on, whoever is still silent is named', () => {
  const found = examineGateway({ running: true, report: report(null), config: undefined })
  expect(found.filter(({ grade }) => grade === 'bad')).toHaveLength(3)
})

test('the status says first, and once, that the log has stopped, and leaves out those who are silent by it', () => {
  const view = { style: style, config: undefined }
  expect(formatStatus(report(trouble), view)).toContain(
    `\n\n! ${trouble}\n! barn: silent since 2026-01-01T00:00:00.000Z (source-timeout)`,
  )
  expect(formatStatus(report(trouble), view)).not.toContain('hall: silent')
  expect(formatStatus(report('entry 3 is not what was written'), view)).toContain(
    '! the log has stopped: entry 3 is not what was written',
  )
})

test('on a terminal the status folds its sentences, and leaves commands whole', () => {
  const full = {
    free: 9e9,
    keepFree: 2e8,
    growth: null,
    hoursLeft: null,
    trouble: null,
    total: 9e10,
    used: 1e6,
  }
  const shown = formatStatus({ ...report(null), disk: full }, { style, config: undefined, columns: 50 })
  expect(shown).toContain(
    'disk: 9 GB free, 200 MB of them kept free; how\n  long that lasts is known after 5 min',
  )
})
