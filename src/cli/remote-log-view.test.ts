import { expect, test } from 'vitest'
import type { DestinationReport, RemoteLogReport } from '../gateway/status-report.ts'
import { examineRemoteLog, remoteLogLines, remoteLogTroubles } from './remote-log-view.ts'

const good: DestinationReport = {
  destination: 'loki',
  kind: 'loki',
  waiting: 0,
  oldest: null,
  delivered: 1_204,
  shed: 0,
  refused: 0,
  deliveredAt: '2026-01-01T00:00:00.000Z',
  trouble: null,
}

const remoteLog = (destination: Partial<DestinationReport>, spool: Partial<RemoteLogReport> = {}) => ({
  remoteLog: { destinations: [{ ...good, ...destination }], bytes: 0, cap: 1_000, trouble: null, ...spool },
})

test('a line a destination says what waits, what is sent and what is lost', () => {
  expect(remoteLogLines({ remoteLog: null })).toEqual([])
  expect(remoteLogLines(remoteLog({}))).toEqual([
    'messages to loki: none wait; 1,204 sent, the last 2026-01-01T00:00:00.000Z',
  ])
  const late = { waiting: 12, oldest: '2025-12-31T00:00:00.000Z', deliveredAt: null, shed: 3, refused: 1 }
  expect(remoteLogLines(remoteLog(late))).toEqual([
    'messages to loki: 12 wait, the oldest of 2025-12-31T00:00:00.000Z; none sent yet; 3 given up for lack of room; 1 refused there',
  ])
})

test('what is wrong is doubtful and never bad: readings do not hang on it', () => {
  const report = remoteLog({ trouble: 'HTTP 401' }, { bytes: 950, trouble: 'the disk is full' })
  expect(remoteLogTroubles(report)).toEqual([
    'messages wait in memory, not on the disk: the disk is full',
    'messages do not get to loki: HTTP 401',
  ])
  const found = examineRemoteLog(report, ' -c roof.yml')
  expect(found.map(({ grade }) => grade)).toEqual(['doubtful', 'doubtful', 'doubtful'])
  expect(found[0]?.remedy).toBe('energyweb check --live -c roof.yml')
  expect(examineRemoteLog(remoteLog({}), '').map(({ grade }) => grade)).toEqual(['good'])
})
