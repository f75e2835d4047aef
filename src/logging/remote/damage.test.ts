import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, expect, test } from 'vitest'
import { VirtualClock } from '../../testing/virtual-clock.ts'
import { bulkOf } from './elasticsearch.ts'
import type { SpooledLine } from './line.ts'
import { lokiPush } from './loki-request.ts'
import { otlpLogsRequest } from './otlp-request.ts'
import { Spool } from './spool.ts'
import { syslogMessage } from './syslog-message.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const otlp = { name: 'otlp', kind: 'otlp', level: 'info' } as const
const most = { lines: 100, characters: 1_000_000 }
const sender = { host: 'box', version: '1', pid: 1 }

/** A spool of one message, changed behind its back: what a flash card that loses bits does, and no check of SQLite's sees. */
function damaged(change: string): { path: string; spool: Spool } {
  const folder = mkdtempSync(join(tmpdir(), 'energyweb-damage-'))
  folders.push(folder)
  const path = join(folder, 'spool.db')
  const options = { destinations: [otlp], cap: 10_000_000 }
  const before = Spool.open(path, options)
  const at = new VirtualClock().now()
  before.append([{ at, severity: 'info', message: 'hello', fields: '{"watt":7}' }])
  before.close()
  const database = new DatabaseSync(path)
  database.exec(change)
  database.close()
  return { path, spool: Spool.open(path, options) }
}

/** Every form in which a message leaves. */
function sendable(line: SpooledLine): string {
  return [
    syslogMessage(line, { sender, facility: 16, labels: {} }),
    JSON.stringify(lokiPush([line], { sender, labels: {}, metadata: true })),
    JSON.stringify(lokiPush([line], { sender, labels: {}, metadata: false })),
    bulkOf([line], { sender, labels: {} }),
    Buffer.from(otlpLogsRequest([line], { sender, labels: {} })).toString('latin1'),
  ].join('\n')
}

test.each([
  ['fields that are JSON no more', `UPDATE line SET fields = '{"watt":7'`],
  ['fields that are no object', `UPDATE line SET fields = '[7]'`],
  ['a time that no calendar has', 'UPDATE line SET at = 9007199254740993'],
  ['a severity that there is none of', 'UPDATE line SET severity = 66'],
])('a message of the spool with %s leaves all the same', (_, change) => {
  const { spool } = damaged(change)
  const lines = spool.next('otlp', most)?.lines ?? []
  expect(lines.map(({ message }) => message)).toEqual(['hello'])
  for (const line of lines) expect(sendable(line)).toContain('hello')
  spool.close()
})

test('a place that no message has is none: what waits is sent', () => {
  for (const cursor of ['4611686018427387904', '77', '-5']) {
    const { spool } = damaged(`UPDATE destination SET cursor = ${cursor}, delivered = 9223372036854775807`)
    expect(spool.next('otlp', most)?.lines.map(({ message }) => message)).toEqual(['hello'])
    spool.close()
  }
})

test.each([
  ['no JSON', `UPDATE destination SET untold = '[0,0,'`],
  ['no numbers', `UPDATE destination SET untold = '["a",{},null,-5]'`],
])('counts of a destination that are %s hold up no message', (_, change) => {
  const { spool } = damaged(change)
  expect(spool.next('otlp', most)).toMatchObject({ lines: [{ message: 'hello' }], missing: [0, 0, 0, 0] })
  spool.close()
})
