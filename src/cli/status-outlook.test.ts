import { expect, test } from 'vitest'
import { reportLine } from '../gateway/control-status.ts'
import type { DiskReport, LineReport, StatusReport } from '../gateway/status-report.ts'
import { outlookLines } from './status-outlook.ts'
import { statusSchema } from './status-schema.ts'

const disk: DiskReport = {
  free: 12.4e9,
  total: 30e9,
  keepFree: 200e6,
  used: 1e9,
  growth: 3.2e6,
  hoursLeft: 41 * 24,
  trouble: null,
}

function report(parts: {
  disk?: Partial<DiskReport>
  line?: Partial<LineReport>
  trouble?: string
  selfCheck?: StatusReport['selfCheck']
}): StatusReport {
  const drain = { perHour: null, arrivingPerHour: null, hours: null }
  const line = {
    line: 'roof/origin',
    cursor: 9,
    backlog: 1_204,
    pending: {},
    stopped: null,
    trouble: null,
    drain,
    unanswered: null,
    passedOver: null,
  }
  const lines = parts.line === undefined ? [] : [{ ...line, ...parts.line }]
  return {
    at: '2026-01-01T00:00:00.000Z',
    assets: [],
    networks: [],
    evidenceKey: null,
    witnesses: [],
    quorum: 0,
    keys: [],
    ledgers: [{ ledger: 'origin', trouble: parts.trouble ?? null, lastTurn: null, lines }],
    logTrouble: null,
    process: null,
    disk: parts.disk === undefined ? null : { ...disk, ...parts.disk },
    remoteLog: null,
    selfCheck: parts.selfCheck ?? null,
    clockTrouble: null,
  }
}

const hours = (value: number | null) => ({ drain: { perHour: 1, arrivingPerHour: 1, hours: value } })

test.each([
  [
    'roof/origin: no certificate was issued for 3 requests over 12.400 kWh; see: energyweb certificate ls --ledger origin',
    report({ line: { backlog: 0, unanswered: { requests: 3, energy: '12400' } } }),
  ],
  [
    'roof/origin: no certificate was issued for 1 request over 900 Wh; see: energyweb certificate ls --ledger origin',
    report({ line: { backlog: 0, unanswered: { requests: 1, energy: '900' } } }),
  ],
  [
    'roof/origin: 2 contents are never given: longer than 1 MiB',
    report({ line: { backlog: 0, passedOver: { contents: 2, reason: 'longer than 1 MiB' } } }),
  ],
  ['disk: 41 days left at 3.2 MB/h (12.4 GB free, 200 MB of them kept free)', report({ disk: {} })],
  [
    'disk: 12.4 GB free, 200 MB of them kept free; how long that lasts is known after 5 min',
    report({ disk: { growth: null } }),
  ],
  [
    'disk: 12.4 GB free, 200 MB of them kept free; the log does not grow',
    report({ disk: { hoursLeft: -1 } }),
  ],
  ['disk: 90 MB free, less than the 200 MB to be kept free', report({ disk: { free: 90e6 } })],
  [
    'roof/origin: 1,204 entries wait, about 25 min once the chain is back',
    report({ line: hours(25 / 60), trouble: 'no node answers' }),
  ],
  ['roof/origin: 1,204 entries wait, about 3 h', report({ line: hours(3) })],
  ['roof/origin: 1,204 entries wait, and more come than the chain takes', report({ line: hours(-1) })],
  [
    'roof/origin: 1,204 entries wait; how long that takes is known when a part is worked off',
    report({ line: {} }),
  ],
  [
    'roof/origin: 1,204 entries wait until the line is let go on, then about 3 h',
    report({ line: { ...hours(3), stopped: 'x' } }),
  ],
  [
    'log: empty when it was last checked, 2026-01-01T00:00:00.000Z',
    report({ selfCheck: { at: '2026-01-01T00:00:00.000Z', size: 0, verified: 0 } }),
  ],
  [
    'log: the newest 1,000 of 2,345 entries were good when last checked, 2026-01-01T00:00:00.000Z',
    report({ selfCheck: { at: '2026-01-01T00:00:00.000Z', size: 2_345, verified: 1_000 } }),
  ],
])('%s', (line, given) => {
  expect(outlookLines(given)).toEqual([line])
})

test('the short queue of every day is no news', () => {
  expect(outlookLines(report({ line: { backlog: 8 } }))).toEqual([])
})

test('requests without a certificate come through the control socket; a gateway that knows none of it tells none', () => {
  const status = {
    line: 'roof/origin',
    cursor: 9,
    backlog: 0,
    pending: {},
    stopped: undefined,
    trouble: undefined,
  }
  const unanswered = { requests: 2, energy: 48_000n }
  const notKnown = { perHour: undefined, arrivingPerHour: undefined }
  const line = reportLine({ ...status, unanswered }, notKnown)
  const sent: unknown = JSON.parse(JSON.stringify(report({ line })))
  expect(statusSchema.parse(sent).ledgers[0]?.lines[0]?.unanswered).toEqual({ requests: 2, energy: '48000' })
  const { unanswered: _, ...older } = line
  const told = {
    ...report({ line }),
    ledgers: [{ ledger: 'origin', trouble: null, lastTurn: null, lines: [older] }],
  }
  expect(statusSchema.parse(told).ledgers[0]?.lines[0]?.unanswered).toBeNull()
  expect(reportLine(status, notKnown).unanswered).toBeNull()
})
