import { expect, test } from 'vitest'
import type { StatusReport, WitnessReport } from '../gateway/status-report.ts'
import { examineWitnesses, witnessLine, witnessTroubles } from './witness-view.ts'

const good: WitnessReport = {
  witness: 'one.example/w',
  url: 'https://one.example',
  size: 9,
  at: '2026-01-01T00:00:00.000Z',
  newest: 9,
  trouble: null,
  isAlarm: false,
}
const down = { ...good, size: 4, trouble: 'the witness two.example/w can not be asked' }
const alarm = { ...good, size: 4, trouble: 'the witness three.example/w knows another tree', isAlarm: true }

function reportOf(witnesses: readonly WitnessReport[], quorum: number): StatusReport {
  return {
    at: '2026-01-01T01:00:00.000Z',
    assets: [],
    ledgers: [],
    networks: [],
    evidenceKey: null,
    witnesses,
    quorum,
    logTrouble: null,
    process: null,
    disk: null,
    remoteLog: null,
    selfCheck: null,
    clockTrouble: null,
    keys: [],
  }
}

const grades = (report: StatusReport) => examineWitnesses(report, '').map(({ grade }) => grade)

test('where no witness is asked nothing is said', () => {
  const report = reportOf([], 0)
  expect([witnessLine(report), examineWitnesses(report, ''), witnessTroubles(report)]).toEqual([
    undefined,
    [],
    [],
  ])
})

test('it says how many have cosigned the newest checkpoint, and how many are needed', () => {
  expect(witnessLine(reportOf([good, down], 1))).toBe(
    'the checkpoint of 9 entries is cosigned by 1 of 2 witnesses; 1 needed',
  )
  expect(witnessLine(reportOf([{ ...good, size: null, newest: null }], 1))).toBe(
    'no checkpoint yet for witnesses to cosign',
  )
})

test('an alarm is bad, a witness that is down doubtful, and too few for the quorum bad', () => {
  expect(grades(reportOf([good, good], 2))).toEqual(['good'])
  expect(grades(reportOf([good, down], 1))).toEqual(['doubtful', 'good'])
  expect(grades(reportOf([good, down], 2))).toEqual(['doubtful', 'bad'])
  expect(grades(reportOf([good, alarm], 1))).toEqual(['bad', 'good'])
  expect(witnessTroubles(reportOf([good, down, alarm], 1))).toEqual([
    down.trouble,
    `ALARM: ${alarm.trouble}; see docs/witnesses.md`,
  ])
})
