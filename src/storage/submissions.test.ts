import { describe, expect, test } from 'vitest'
import {
  account,
  limits,
  readings,
  receipt,
  submission,
  testLog,
  variant,
} from '../../test/storage/support.ts'
import { toBase64url } from '../core/bytes.ts'
import { decodeDocument, encodeDocument } from '../core/document.ts'
import { checkLog } from './index.ts'

/** A log with an opening and ten readings, and a line over them. */
async function lineLog() {
  const log = await testLog()
  await log.openStream({ name: 'roof' })
  await log.record('roof', readings(10), limits)
  await log.openLine('roof/origin', 'roof')
  return log
}

const line = 'roof/origin'

test('a new line has everything before it; what is planned leaves the outbox, what is final the backlog', async () => {
  const log = await lineLog()
  expect(await log.line(line)).toEqual({
    line,
    stream: 'roof',
    cursor: -1,
    planned: -1,
    lastReading: undefined,
    stopped: undefined,
  })
  expect(await log.backlog(line)).toBe(11)
  expect((await log.unplanned(line, 3)).map(({ sequence }) => sequence)).toEqual([0, 1, 2])
  const made = await log.create(submission(), variant(7))
  expect(made).toMatchObject({ id: 1, state: 'signed', nonce: 7, variants: [variant(7)], receipt: undefined })
  expect((await log.unplanned(line, 3)).map(({ sequence }) => sequence)).toEqual([2, 3, 4])
  expect(await log.backlog(line)).toBe(11)
  const { lastReading, planned } = await log.line(line)
  expect(planned).toBe(1)
  expect(lastReading?.sequence).toBe(1)
  expect(lastReading?.leafHash).toEqual((await log.entries('roof', { after: 0, limit: 1 }))[0]?.leafHash)
})

test('final means: receipt entry, state and cursor at once, and only over what is contiguous', async () => {
  const log = await lineLog()
  const heard: string[] = []
  log.onAppend(stream => heard.push(stream))
  const ids: number[] = []
  for (let i = 0; i < 3; i++) {
    const range = { first: 2 * i, last: 2 * i + 1, reading: 2 * i + 1 }
    ids.push((await log.create(submission(range), variant(i))).id)
  }
  const [first = 0, second = 0, third = 0] = ids
  await log.markSent(ids)
  await log.markMined(second, receipt(1))
  await log.markMined(third, receipt(2))
  await log.finalise([second])
  expect((await log.line(line)).cursor).toBe(-1)
  expect(heard).toEqual(['roof'])
  await log.markMined(first, receipt(0))
  await log.finalise([first, third])
  expect(await log.line(line)).toMatchObject({ cursor: 5, planned: 5 })
  // Eleven entries and three receipts; six are final.
  expect(await log.backlog(line)).toBe(8)
  const appended = await log.entries('roof', { after: 10, limit: 9 })
  expect(appended.map(({ kind }) => kind)).toEqual(['receipt', 'receipt', 'receipt'])
  expect(appended[0]?.document).toMatchObject({
    ledger: 'origin',
    first: 2n,
    last: 3n,
    reading: 3n,
    block: 1001n,
  })
  expect(decodeDocument('receipt', encodeDocument(appended[0]?.document ?? {}))).toEqual(
    appended[0]?.document,
  )
  // Asking again, as after a lost answer, adds no second receipt.
  await log.finalise(ids)
  expect((await log.register('roof')).sequence).toBe(13)
  await log.close()
  expect(await checkLog({ folder: log.folder })).toMatchObject({ ok: true })
})

test('a nonce is given once: of two that planned with the same one, one is refused and leaves no trace', async () => {
  const log = await lineLog()
  expect(await log.nextNonce(246n, account)).toBeUndefined()
  const results = await Promise.allSettled([
    log.create(submission(), variant(7)),
    log.create(submission({ first: 2, last: 3, reading: 3 }), variant(7)),
  ])
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  expect(results[1]).toMatchObject({ reason: { code: 'nonce-conflict' } })
  expect(await log.nextNonce(246n, account)).toBe(8)
  expect(await log.ofLine(line, 9)).toHaveLength(1)
  await expect(log.create(submission({ first: 2, last: 3, reading: 3 }), variant(9))).rejects.toMatchObject({
    code: 'nonce-conflict',
  })
  // Another chain, or another account, counts its own.
  expect(await log.nextNonce(1n, account)).toBeUndefined()
  await log.create(submission({ first: 2, last: 3, reading: 3, chainId: 1n }), variant(0))
  expect(await log.nextNonce(1n, account)).toBe(1)
})

test('a range is taken once and in order', async () => {
  const log = await lineLog()
  await log.create(submission(), variant(0))
  for (const range of [
    { first: 0, last: 1 },
    { first: 1, last: 2 },
    { first: 3, last: 4 },
    { first: 2, last: 1 },
    { first: 2, last: 11 },
  ]) {
    const made = log.create(submission({ ...range, reading: range.last }), variant(1))
    await expect(made, JSON.stringify(range)).rejects.toMatchObject({ code: 'nonce-conflict' })
  }
  await expect(log.create(submission({ first: 2, last: 3, reading: 4 }), variant(1))).rejects.toMatchObject({
    code: 'argument-invalid',
  })
  expect(await log.nextNonce(246n, account)).toBe(1)
})

test('the book follows a chain that is ahead, and never goes back', async () => {
  const log = await lineLog()
  await log.raiseNonce(246n, account, 12)
  await log.raiseNonce(246n, account, 3)
  expect(await log.nextNonce(246n, account)).toBe(12)
})

test('a replacement keeps the nonce, renouncing takes the next; every signed form is kept', async () => {
  const log = await lineLog()
  const { id } = await log.create(submission(), variant(7))
  await log.markSent([id])
  await log.addVariant(id, variant(7, { hash: '0x77', maxFeePerGas: 3n }))
  await expect(log.addVariant(id, variant(8))).rejects.toMatchObject({ code: 'nonce-conflict' })
  await log.markMined(id, receipt(7))
  await log.markUnmined(id)
  expect((await log.ofLine(line, 1))[0]).toMatchObject({ state: 'signed', receipt: undefined })
  await expect(log.renounce(id, variant(7))).rejects.toMatchObject({ code: 'nonce-conflict' })
  await log.renounce(id, variant(8))
  const [kept] = await log.ofLine(line, 1)
  expect(kept).toMatchObject({ state: 'signed', nonce: 8 })
  expect(kept?.variants.map(({ nonce }) => nonce)).toEqual([7, 7, 8])
  expect(kept?.variants[1]).toEqual(variant(7, { hash: '0x77', maxFeePerGas: 3n }))
})

test('a failure stops its line and keeps its range until it is renounced or abandoned', async () => {
  const log = await lineLog()
  const { id } = await log.create(submission(), variant(7))
  await log.fail(id, 'reverted: not allowed')
  expect(await log.line(line)).toMatchObject({ stopped: 'reverted: not allowed', planned: 1, cursor: -1 })
  expect(await log.pending(246n, account)).toEqual([])
  await log.renounce(id, variant(8))
  await log.setStopped(line, undefined)
  expect((await log.line(line)).stopped).toBeUndefined()
  expect(await log.pending(246n, account)).toMatchObject([
    { id, state: 'signed', reason: undefined, nonce: 8 },
  ])
  await log.fail(id, 'again')
  await log.abandon(id, 'a later one registered it')
  expect(await log.line(line)).toMatchObject({ cursor: 1 })
  expect((await log.ofLine(line, 1))[0]).toMatchObject({
    state: 'skipped',
    reason: 'a later one registered it',
  })
})

test('what is skipped and what is adopted moves the cursor; an adopted one has its receipt', async () => {
  const log = await lineLog()
  await log.skip(line, 0, 2, 'nothing to report')
  expect(await log.line(line)).toMatchObject({ cursor: 2, planned: 2, lastReading: undefined })
  await log.adopt(submission({ first: 3, last: 5, reading: 5 }), receipt(4))
  expect(await log.line(line)).toMatchObject({ cursor: 5, planned: 5, lastReading: { sequence: 5 } })
  expect((await log.ofLine(line, 9)).map(({ state }) => state)).toEqual(['final', 'skipped'])
  expect((await log.entries('roof', { after: 10, limit: 9 })).map(({ kind }) => kind)).toEqual(['receipt'])
  await expect(log.skip(line, 3, 6, 'again')).rejects.toMatchObject({ code: 'nonce-conflict' })
  await log.close()
  expect(await checkLog({ folder: log.folder })).toMatchObject({ ok: true })
})

test('what is at rest stays at rest', async () => {
  const log = await lineLog()
  const { id } = await log.create(submission(), variant(7))
  await expect(log.finalise([id])).rejects.toMatchObject({ code: 'argument-invalid' })
  await log.markMined(id, receipt(7))
  await log.finalise([id])
  for (const deed of [
    log.markMined(id, receipt(7)),
    log.markUnmined(id),
    log.fail(id, 'no'),
    log.abandon(id, 'no'),
    log.renounce(id, variant(8)),
    log.finalise([99]),
  ]) {
    await expect(deed).rejects.toMatchObject({ code: 'argument-invalid' })
  }
  expect(await log.nextNonce(246n, account)).toBe(8)
})

test('pending submissions come by nonce, of that account only, and outlive the process', async () => {
  const log = await lineLog()
  await log.openLine('roof/other', 'roof')
  await log.create(submission({ line: 'roof/other' }), variant(7))
  await log.create(submission(), variant(8))
  await log.create(submission({ first: 2, last: 3, reading: 3, account: '0xother' }), variant(0))
  const before = await log.pending(246n, account)
  expect(before.map(({ nonce }) => nonce)).toEqual([7, 8])
  await log.close()
  const again = await testLog({ folder: log.folder })
  expect(await again.pending(246n, account)).toEqual(before)
})

test('a line reports one stream', async () => {
  const log = await lineLog()
  await log.openStream({ name: 'barn' })
  await expect(log.openLine(line, 'barn')).rejects.toMatchObject({ code: 'argument-invalid' })
  await expect(log.openLine('x/y', 'nowhere')).rejects.toMatchObject({ code: 'stream-unknown' })
  await expect(log.line('nowhere')).rejects.toMatchObject({ code: 'argument-invalid' })
})

describe('the line of the log itself', () => {
  const anchored = (size: number, root: string) => ({
    ...receipt(0),
    value: BigInt(size),
    anchor: { account, log: `0x${'cd'.repeat(32)}`, root },
  })
  const range = { line: 'gateway/mainnet', first: 0, last: 4, reading: 4, value: 5n }

  async function anchoredLog() {
    const log = await testLog()
    await log.openStream({ name: 'roof' })
    await log.record('roof', readings(10), limits)
    await log.openLine('gateway/mainnet', 'gateway')
    return log
  }

  test('covers places in the whole log, and its receipts stand in the stream of the gateway', async () => {
    const log = await anchoredLog()
    expect(await log.backlog('gateway/mainnet')).toBe(11)
    expect((await log.unplanned('gateway/mainnet', 2)).map(({ index }) => index)).toEqual([0, 1])
    const root = toBase64url((await log.rootAt(5)) ?? new Uint8Array(0))
    await log.adopt(submission(range), anchored(5, root))
    const state = await log.line('gateway/mainnet')
    expect(state).toMatchObject({ stream: 'gateway', cursor: 4, planned: 4, lastReading: { sequence: 4 } })
    const [entry] = await log.entries('gateway', { after: -1, limit: 9 })
    expect(entry).toMatchObject({
      index: 11,
      kind: 'receipt',
      document: { ledger: 'mainnet', size: 5n, root },
    })
    await log.close()
    expect(await checkLog({ folder: log.folder })).toMatchObject({ ok: true })
  })

  test('a check finds an anchor of a root that these entries never had', async () => {
    const log = await anchoredLog()
    await log.adopt(submission(range), anchored(5, 'A'.repeat(43)))
    await log.close()
    expect((await checkLog({ folder: log.folder })).firstBad).toMatchObject({
      reason: 'submission',
      detail: 'entry 11 is the receipt of an anchor of 5 entries whose root is not that of ours',
    })
  })

  test('a receipt that anchors nothing is refused, and an asset’s stream is not the place for one', async () => {
    const log = await anchoredLog()
    await expect(log.adopt(submission(range), receipt(0))).rejects.toMatchObject({ code: 'argument-invalid' })
    expect(await log.entries('gateway', { after: -1, limit: 9 })).toEqual([])
  })
})
