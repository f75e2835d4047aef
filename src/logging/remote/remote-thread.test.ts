import {
  closeSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { attempt, missing, named, run } from '../../../test/storage/machine.ts'
import { VirtualClock } from '../../testing/virtual-clock.ts'
import { noCounts } from './counts.ts'
import type { Destination } from './destination.ts'
import type { FromRemote } from './protocol.ts'
import { RemoteThread } from './remote-thread.ts'
import type { Delivery } from './sink.ts'
import { readSpoolStatus } from './spool-rows.ts'

const taken: Delivery = { outcome: 'taken', refused: 0, said: '' }
const later: Delivery = { outcome: 'later', why: 'HTTP 503' }

const folders: string[] = []
const mounted: string[] = []
afterEach(() => {
  for (const disk of mounted.splice(0)) if (!attempt('umount', disk)) attempt('umount', '-l', disk)
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'energyweb-thread-'))
  folders.push(folder)
  return folder
}

/** A thread's life without a thread, and a destination that answers as told. */
function open(folder: string, own: Partial<Destination> = {}) {
  const clock = new VirtualClock()
  const told: FromRemote[] = []
  const sent: string[] = []
  const state: { answer: Delivery } = { answer: taken }
  const destination = {
    kind: 'syslog' as const,
    name: 'd',
    level: 'info' as const,
    labels: {},
    tls: 'required' as const,
    host: 'x',
    port: 1,
    facility: 16,
    ...own,
  } as Destination
  const setup = {
    folder,
    cap: 10_000_000,
    destinations: [destination],
    sender: { host: 'box', version: '1', pid: 1 },
  }
  const thread = new RemoteThread(setup, {
    clock,
    random: () => 1,
    send: message => told.push(message),
    openSink: () => ({
      most: { lines: 10, characters: 1e6 },
      async send(lines) {
        if (state.answer.outcome === 'taken') sent.push(...lines.map(({ message }) => message))
        return state.answer
      },
      async close() {},
    }),
  })
  const say = (...messages: string[]) =>
    thread.take(
      messages.map(message => [clock.now(), 1, message, '{}']),
      noCounts,
    )
  const troubles = () =>
    told.flatMap(one => (one.type === 'trouble' && one.subject === 'spool' ? [one.why] : []))
  return { thread, clock, sent, state, say, told, troubles }
}

const names = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `m${from + n}`)

test('the data folder is for its owner alone, as when the log makes it', async () => {
  const folder = join(newFolder(), 'data')
  const { thread } = open(folder)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  await thread.close(0)
})

test('without a disk messages wait in memory, and are on the disk when that is back', async () => {
  const folder = newFolder()
  rmSync(folder, { recursive: true })
  writeFileSync(folder, 'a file where the folder should be')
  const { thread, clock, sent, state, say, troubles } = open(folder)
  say(...names(0, 25))
  await clock.advance(5_000)
  expect(sent).toEqual(names(0, 25))
  state.answer = later
  say(...names(25, 30))
  await clock.advance(1_000)
  rmSync(folder)
  mkdirSync(folder)
  await clock.advance(70_000)
  expect(troubles()).toEqual([expect.stringMatching(/wait in memory/), undefined])
  expect(readSpoolStatus(folder)).toMatchObject([{ waiting: 5 }])
  state.answer = taken
  say(...names(30, 60))
  await clock.advance(600_000)
  // What was under way when the disk came back is sent twice, and nothing is left out.
  expect([...new Set(sent)]).toEqual(names(0, 60))
  await thread.close(0)
})

test('a destination that repeats what it was told in confidence does not get it into the spool', async () => {
  const folder = newFolder()
  const [token, password] = ['tok_0123456789abcdef', 'correct horse battery']
  const basic = `Basic ${Buffer.from(`gateway:${password}`).toString('base64')}`
  const headers = { authorization: basic, 'x-api-key': token, 'x-scope-orgid': '401' }
  const { thread, clock, state, say, told } = open(folder, { kind: 'otlp', url: 'https://x', headers })
  for (const why of [token, password, basic, token.slice(0, 12), `{"got":"${password.slice(0, 15)}`]) {
    state.answer = { outcome: 'later', why: `HTTP 401: not allowed: ${why}` }
    say('m')
    await clock.advance(600_000)
  }
  await thread.close(0)
  const kept = [readFileSync(join(folder, 'spool.db'), 'latin1'), JSON.stringify(told)].join()
  expect(kept).toContain('HTTP 401: not allowed: [redacted]')
  for (const secret of [token, password, basic.slice(6), 'tok_', 'correct'])
    expect(kept).not.toContain(secret)
})

test('a spool that is damaged while it is in use is put aside, and nothing that came since is lost or sent twice', async () => {
  const folder = newFolder()
  const { thread, clock, sent, state, say, troubles } = open(folder)
  state.answer = later
  // More than SQLite keeps in its own memory.
  say(...names(0, 600).map(name => `${name} ${'x'.repeat(8_000)}`))
  await clock.advance(5_000)
  const file = openSync(join(folder, 'spool.db'), 'r+')
  const { size } = fstatSync(file)
  writeSync(file, new Uint8Array(size).fill(0x5a), 0, size, 0)
  closeSync(file)
  state.answer = taken
  await clock.advance(100_000)
  for (let n = 600; n < 650; n++) {
    say(`m${n}`)
    await clock.advance(5_000)
  }
  expect(troubles().at(-1)).toBeUndefined()
  expect(troubles().join()).toMatch(/lies in .*spool\.db\.damaged/)
  expect(sent.slice(-50)).toEqual(names(600, 650))
  await thread.close(0)
})

test('what was given up in memory is told as missing once the disk is back', async () => {
  const folder = newFolder()
  rmSync(folder, { recursive: true })
  writeFileSync(folder, 'a file where the folder should be')
  const { thread, clock, sent, state, say } = open(folder)
  state.answer = later
  const text = 'x'.repeat(8_000)
  say(...names(0, 1_000).map(name => `${name} ${text}`))
  rmSync(folder)
  mkdirSync(folder)
  await clock.advance(70_000)
  state.answer = taken
  await clock.advance(3_600_000)
  const missing = sent.filter(message => message.includes('missing before this'))
  const told = missing.reduce((sum, message) => sum + Number.parseInt(message, 10), 0)
  expect(new Set(sent).size - missing.length + told).toBe(1_000)
  expect(told).toBeGreaterThan(500)
  await thread.close(0)
})

const noMount = missing({ programs: ['mount'], root: true })

test.skipIf(noMount !== undefined)(
  named('on a full disk messages still leave, and wait in memory until there is room again', noMount),
  async () => {
    const disk = newFolder()
    run('mount', '-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk)
    mounted.push(disk)
    const ballast = join(disk, 'ballast')
    writeFileSync(ballast, new Uint8Array(1_500_000))
    const folder = join(disk, 'data')
    const { thread, clock, sent, state, say, troubles } = open(folder)
    state.answer = later
    let written = 0
    while (troubles().length === 0 && written < 5_000) {
      say(`m${written++} ${'x'.repeat(1_000)}`)
      await clock.advance(10)
    }
    expect(troubles()).toEqual([expect.stringMatching(/full/)])
    state.answer = taken
    say(...names(written, written + 20))
    await clock.advance(50_000)
    expect(sent).toEqual(expect.arrayContaining(names(written, written + 20)))
    rmSync(ballast)
    await clock.advance(3_600_000)
    expect(troubles()).toEqual([expect.stringMatching(/full/), undefined])
    say('last')
    await clock.advance(3_600_000)
    const had = new Set(sent.map(message => message.split(' ')[0]))
    expect(names(0, written + 20).filter(name => !had.has(name))).toEqual([])
    expect(sent.at(-1)).toBe('last')
    await thread.close(0)
  },
  60_000,
)
