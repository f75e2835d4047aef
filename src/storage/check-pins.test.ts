import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { energyweb } from '../../test/cli/memory-io.ts'
import { limits, reading, readings, testLog } from '../../test/storage/support.ts'
import { checkLog, databaseName } from './index.ts'

const line = { line: 'roof/node', stream: 'roof', ledger: 'node', content: ['raw', 'documents'] as const }

/** A log of four readings, of which two are pinned with all that they name, one is asked for, and one is on its way out. */
async function pinnedLog() {
  const log = await testLog()
  await log.openStream({ name: 'roof' })
  await log.record('roof', readings(4), limits)
  await log.openPins(line)
  await log.gatherPins(line.line, 100)
  const pins = await log.pinsUnderWay(line.line, 100)
  await log.recordPins(
    line.line,
    pins.map(({ cid, sequence }) => ({ cid, state: sequence <= 3 ? 'pinned' : 'asked' })),
  )
  await log.settlePins(line.line)
  await log.erase({ streams: ['roof'], range: { first: 0, last: 1 }, by: 'test', reason: 'test' })
  return log
}

async function firstBad(change: string) {
  const log = await pinnedLog()
  await log.close()
  const database = new DatabaseSync(join(log.folder, databaseName))
  database.exec(change)
  database.close()
  return (await checkLog({ folder: log.folder })).firstBad
}

describe('pins', () => {
  test('of a gateway that has worked, with content on its way out, are as they must be', async () => {
    const log = await pinnedLog()
    expect(await checkLog({ folder: log.folder })).toMatchObject({ ok: true })
    expect((await log.pinLine(line.line)).counts).toEqual({ asked: 2, leaving: 2 })
  })

  test.each([
    ['DELETE FROM pin_lines', 'is of no line'],
    ['UPDATE pin_lines SET stream = 99', 'is of no stream'],
    ['UPDATE pin_lines SET cursor = 4, gathered = 3', 'stands at 4, has looked at entries up to 3'],
    ['UPDATE pin_lines SET gathered = 400', 'and its stream ends with 6'],
    ['UPDATE pin_lines SET gathered = 3, cursor = 2', 'was not looked at yet'],
    ['UPDATE pin_lines SET cursor = 4', 'is asked, and its line is behind it'],
    ["UPDATE pins SET state = 'lost' WHERE sequence = 2", 'has the state "lost"'],
    ['UPDATE pins SET entry = 1000 WHERE sequence = 2', 'is of no entry'],
    ['UPDATE pins SET entry = 3 WHERE sequence = 2', 'is of another entry than it says'],
    ['UPDATE pins SET digest = zeroblob(32) WHERE sequence = 2', 'does not have the CID of its digest'],
    ["UPDATE pins SET content = 'all' WHERE sequence = 2", 'is of "all"'],
    [
      "UPDATE pins SET content = 'documents' WHERE sequence = 2 AND content = 'raw'",
      'is not of the record of its entry',
    ],
    [
      "UPDATE pins SET state = 'pinned' WHERE content = 'raw'",
      'of raw bytes that were erased, and is not taken back',
    ],
    [
      "UPDATE pins SET state = 'pinned' WHERE content = 'documents'",
      'of a document that was erased, and is not taken back',
    ],
    // Readings 1 and 2 (sequences 2, 3) are pinned and told of; 4 has been looked at; 1 (sequence 1) is erased.
    ["DELETE FROM pins WHERE sequence = 2 AND content = 'raw'", 'no pin of its raw bytes, bafkrei'],
    ["DELETE FROM pins WHERE sequence = 3 AND content = 'documents'", 'no pin of its record is kept'],
    ["DELETE FROM pins WHERE state = 'asked' AND content = 'documents'", 'no pin of its record is kept'],
    ["DELETE FROM pins WHERE state = 'asked' AND content = 'raw'", 'no pin of its raw bytes'],
    ['DELETE FROM pins; DELETE FROM pin_lines', 'tells what the remote node has, and no line to it is kept'],
    [
      'DELETE FROM pins; UPDATE pin_lines SET cursor = -1, gathered = -1',
      'tells what roof/node has up to entry 3, and the line stands at -1',
    ],
  ])('%s is found', async (change, detail) => {
    expect(await firstBad(change)).toMatchObject({ reason: 'pin', detail: expect.stringContaining(detail) })
  })

  test('of bytes that several entries have stay right when the first of them is erased', async () => {
    const log = await testLog()
    await log.openStream({ name: 'roof' })
    const raw = { bytes: new TextEncoder().encode('the same'), mediaType: 'text/plain' }
    // Apart, so that each reading keeps the bytes by itself.
    for (const n of [1, 2, 3]) await log.record('roof', [reading(n, { raw })], limits)
    await log.openPins(line)
    await log.gatherPins(line.line, 100)
    const pins = await log.pinsUnderWay(line.line, 100)
    await log.recordPins(
      line.line,
      pins.map(({ cid }) => ({ cid, state: 'pinned' as const })),
    )
    await log.settlePins(line.line)
    await log.erase({ streams: ['roof'], range: { first: 0, last: 1 }, by: 'test', reason: 'test' })
    expect(await checkLog({ folder: log.folder })).toMatchObject({ ok: true })
  })

  test('of a line that is given more from now on: entries of which no note has told are looked at again', async () => {
    const log = await testLog()
    await log.openStream({ name: 'roof' })
    await log.record('roof', readings(2), limits)
    await log.openPins({ ...line, content: ['raw'] })
    await log.gatherPins(line.line, 100)
    const settle = async () => {
      const pins = await log.pinsUnderWay(line.line, 100)
      await log.recordPins(
        line.line,
        pins.map(({ cid }) => ({ cid, state: 'pinned' as const })),
      )
      await log.settlePins(line.line)
    }
    await settle()
    await log.record('roof', readings(1, 3), limits)
    await log.gatherPins(line.line, 100)
    // Its note will say that records of its entries are kept there: so they must be.
    await log.openPins(line)
    expect((await log.pinLine(line.line)).counts).toEqual({ wanted: 1 })
    await log.gatherPins(line.line, 100)
    expect((await log.pinLine(line.line)).counts).toEqual({ wanted: 2 })
    await settle()
    expect(await checkLog({ folder: log.folder })).toMatchObject({ ok: true })
  })

  test('that are wrong are named by log check with their entry, and passed over with --hashes', async () => {
    const log = await pinnedLog()
    await log.close()
    const database = new DatabaseSync(join(log.folder, databaseName))
    database.exec("UPDATE pins SET state = 'pinned' WHERE content = 'raw'")
    database.close()
    const { code, stdout } = await energyweb(['log', 'check', '--data', log.folder])
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /^bad: entry 1 \(roof, sequence 1\): pin: the pin bafkrei\w+ of roof\/node is of raw bytes/,
    )
    expect((await energyweb(['log', 'check', '--hashes', '--data', log.folder])).code).toBe(0)
  })
})
