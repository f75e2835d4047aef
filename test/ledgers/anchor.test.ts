import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { toBase64url } from '../../src/core/bytes.ts'
import { anchorLogId } from '../../src/proof/anchor-log.ts'
import { checkLog } from '../../src/storage/index.ts'
import { AnchorWorld, minute, only, origin, TestLog } from './anchor-world.ts'

/* Checkpoints of a real log, anchored on a real chain through the submission machine. */

let world: AnchorWorld
let log: TestLog
const signal = new AbortController().signal

beforeEach(async () => {
  world = await AnchorWorld.open()
  log = await TestLog.open()
})
afterEach(async () => {
  await log.remove()
  await world.anvil.stop()
})

/** The chain has these sizes, each with the root of our log; the log has their receipts, and is sound. */
async function expectAnchored(sizes: readonly number[]): Promise<void> {
  const anchors = await world.anchors()
  expect(anchors.map(({ size }) => size)).toEqual(sizes)
  expect(anchors.map(({ previous }) => previous)).toEqual([0, ...sizes].slice(0, sizes.length))
  for (const { size, root } of anchors) {
    expect(root).toBe(toBase64url((await log.log.rootAt(size)) ?? new Uint8Array(0)))
  }
  const newest = new Map((await log.receipts()).map(({ document }) => [Number(document?.size), document]))
  expect([...newest.keys()]).toEqual(sizes)
  for (const { size, root, block, blockHash, transaction } of anchors) {
    expect(newest.get(size)).toMatchObject({
      account: world.account.toLowerCase(),
      block,
      blockHash,
      chainId: 31337n,
      contract: world.contract.toLowerCase(),
      ledger: 'mainnet',
      log: anchorLogId(origin),
      root,
      size: BigInt(size),
      transaction,
    })
  }
  expect(await log.check()).toMatchObject({ ok: true, firstBad: undefined })
}

describe('an anchored log', () => {
  test('has each newest checkpoint on the chain once its oldest entry has waited long enough', async () => {
    const ledger = await world.ledger(log.log, log.clock)
    await log.notes(3)
    expect(await log.sign()).toBe(3)
    await world.turns(ledger, 3)
    expect(await world.anchors()).toEqual([])
    expect(await only(ledger)).toMatchObject({ line: 'gateway/mainnet', backlog: 0, cursor: -1 })
    log.clock.push(10 * minute)
    await world.settle(ledger)
    await expectAnchored([3])
    // The receipt alone makes no checkpoint due, and no anchor.
    log.clock.push(20 * minute)
    expect(await log.sign()).toBe(3)
    await world.settle(ledger)
    await expectAnchored([3])
    await log.notes(2)
    log.clock.push(1 * minute)
    expect(await log.sign()).toBe(6)
    await log.notes(1)
    log.clock.push(9 * minute)
    await world.settle(ledger)
    // The newest checkpoint, not the newest entry; the one before it needs no anchor of its own.
    await expectAnchored([3, 6])
    expect(await only(ledger)).toMatchObject({ cursor: 5, stopped: undefined, trouble: undefined })
  })

  test('costs less than 35,000 gas an anchor', async () => {
    const ledger = await world.ledger(log.log, log.clock)
    for (const count of [300, 5]) {
      await log.notes(count)
      await log.sign()
      log.clock.push(10 * minute)
      await world.settle(ledger)
    }
    const used = await Promise.all(
      (await world.anchors()).map(async ({ transaction }) => {
        const receipt = await world.anvil.rpc('eth_getTransactionReceipt', [transaction])
        return Number((receipt as { gasUsed: string }).gasUsed)
      }),
    )
    expect(used).toHaveLength(2)
    expect(used[0]).toBeLessThan(50_000)
    expect(used[1]).toBeLessThan(35_000)
  })

  test('goes on after a restart where it stood', async () => {
    await log.notes(3)
    await log.sign()
    log.clock.push(10 * minute)
    const first = await world.ledger(log.log, log.clock)
    await first.work({ signal })
    expect(await only(first)).toMatchObject({ pending: { sent: 1 } })
    await first.close()
    await log.reopen()
    const second = await world.ledger(log.log, log.clock)
    await world.settle(second)
    await expectAnchored([3])
  })

  test('comes back after a reorganisation deeper than finality, with a second receipt', async () => {
    await world.anvil.mine(30)
    const ledger = await world.ledger(log.log, log.clock)
    for (let i = 0; i < 3; i++) {
      await log.notes(2)
      await log.sign()
      log.clock.push(10 * minute)
      await world.settle(ledger)
    }
    const before = await world.anchors()
    expect((await log.receipts()).length).toBe(3)
    await world.anvil.rpc('anvil_reorg', [8, []])
    await world.turns(ledger, 30)
    const after = await world.anchors()
    expect(after.map(({ size }) => size)).toEqual(before.map(({ size }) => size))
    expect(after.at(-1)?.blockHash).not.toBe(before.at(-1)?.blockHash)
    expect((await log.receipts()).length).toBeGreaterThan(3)
    await expectAnchored(after.map(({ size }) => size))
  })

  test('may go to two contracts at once, each with a line of its own', async () => {
    const other = await AnchorWorld.open({ chainId: 1338 })
    try {
      const [here, there] = [
        await world.ledger(log.log, log.clock),
        await other.ledger(log.log, log.clock, { name: 'second', every: '20m', network: { chainId: 1338n } }),
      ]
      for (let i = 0; i < 4; i++) {
        await log.notes(2)
        await log.sign()
        log.clock.push(10 * minute)
        await world.settle(here)
        await other.settle(there)
      }
      const [a, b] = [await world.anchors(), await other.anchors()]
      expect(a).toHaveLength(4)
      expect(b).toHaveLength(2)
      for (const { size, root } of [...a, ...b]) {
        expect(root).toBe(toBase64url((await log.log.rootAt(size)) ?? new Uint8Array(0)))
      }
      expect(await log.check()).toMatchObject({ ok: true })
    } finally {
      await other.anvil.stop()
    }
  })
})

describe('a line that must not go on', () => {
  test('stops where the contract has more than a log that was restored from an older backup', async () => {
    const backup = mkdtempSync(join(tmpdir(), 'energyweb-anchor-backup-'))
    const ledger = await world.ledger(log.log, log.clock)
    await log.notes(3)
    await log.sign()
    await log.log.close()
    cpSync(log.folder, backup, { recursive: true })
    await log.reopen()
    const going = await world.ledger(log.log, log.clock)
    await ledger.close()
    await log.notes(5)
    await log.sign()
    log.clock.push(10 * minute)
    await world.settle(going)
    await expectAnchored([8])
    await log.log.close()
    rmSync(log.folder, { recursive: true })
    cpSync(backup, log.folder, { recursive: true })
    rmSync(backup, { recursive: true })
    await log.reopen()
    const restored = await world.ledger(log.log, log.clock)
    await world.turns(restored, 2)
    expect((await only(restored)).stopped).toMatch(
      /ledger-conflict: gateway\/mainnet: the contract holds a log of 8 entries of this account, and ours is shorter/,
    )
    // Other entries in the place of those that were anchored don't make it better.
    await log.notes(10, 'another history')
    await log.sign()
    await log.log.setStopped('gateway/mainnet', undefined)
    await world.turns(restored, 2)
    expect((await only(restored)).stopped).toMatch(/another root of the first 8 entries/)
    expect((await world.anchors()).map(({ size }) => size)).toEqual([8])
  })

  test('takes up what a lost life anchored, where the log is the same: nothing is sent twice', async () => {
    const backup = mkdtempSync(join(tmpdir(), 'energyweb-anchor-backup-'))
    await log.notes(8)
    await log.log.close()
    cpSync(log.folder, backup, { recursive: true })
    await log.reopen()
    const ledger = await world.ledger(log.log, log.clock)
    await log.sign()
    log.clock.push(10 * minute)
    await world.settle(ledger)
    await expectAnchored([8])
    await ledger.close()
    await log.log.close()
    rmSync(log.folder, { recursive: true })
    cpSync(backup, log.folder, { recursive: true })
    rmSync(backup, { recursive: true })
    await log.reopen()
    // The checkpoint was signed after the backup: not even that is known here.
    expect(await log.log.newestCheckpoint()).toBeUndefined()
    const restored = await world.ledger(log.log, log.clock)
    await world.turns(restored, 3)
    await expectAnchored([8])
    await log.notes(2)
    const size = await log.sign()
    log.clock.push(10 * minute)
    await world.settle(restored)
    await expectAnchored([8, size])
  })

  test('says what is wrong with the address', async () => {
    await log.notes(1)
    await log.sign()
    const nobody = '0x00000000000000000000000000000000000000aa'
    const ledger = await world.ledger(log.log, log.clock, { contract: nobody })
    await world.turns(ledger, 1)
    expect((await only(ledger)).trouble).toMatch(/there is no contract at 0x0{38}aa on chain 31337/)
  })

  test('begins anew at another contract: nothing that stands elsewhere counts there', async () => {
    const ledger = await world.ledger(log.log, log.clock)
    await log.notes(3)
    await log.sign()
    log.clock.push(10 * minute)
    await world.settle(ledger)
    await ledger.close()
    const contract = await world.deploy()
    const moved = await world.ledger(log.log, log.clock, { contract })
    await log.notes(1)
    const size = await log.sign()
    log.clock.push(10 * minute)
    await world.settle(moved)
    const there = await world.anchors(contract)
    expect(there.map(anchor => [anchor.size, anchor.previous])).toEqual([[size, 0]])
    expect((await only(moved)).stopped).toBeUndefined()
    expect(await log.check()).toMatchObject({ ok: true })
  })

  test('goes on with another key, and gives up what nobody follows any more', async () => {
    const ledger = await world.ledger(log.log, log.clock)
    await log.notes(3)
    await log.sign()
    log.clock.push(10 * minute)
    await ledger.work({ signal })
    expect(await only(ledger)).toMatchObject({ pending: { sent: 1 } })
    await ledger.close()
    await world.anvil.rpc('anvil_dropAllTransactions')
    const other = await world.ledger(log.log, log.clock, { signers: await world.signersOf(2) })
    await log.notes(1)
    const size = await log.sign()
    log.clock.push(10 * minute)
    await world.settle(other)
    expect((await world.anchors()).map(anchor => [anchor.size, anchor.previous])).toEqual([[size, 0]])
    expect(await only(other)).toMatchObject({ cursor: size - 1, backlog: 0, stopped: undefined })
    expect(await log.check()).toMatchObject({ ok: true })
  })

  test('goes on where the chain has lost for good what was final: the next checkpoint makes up for it', async () => {
    const state = await world.anvil.rpc('evm_snapshot')
    const ledger = await world.ledger(log.log, log.clock)
    await log.notes(3)
    await log.sign()
    log.clock.push(10 * minute)
    await world.settle(ledger)
    await ledger.close()
    await world.anvil.rpc('evm_revert', [state])
    // The nonce went to something else: the bytes that are kept can't be sent again.
    await world.foreign()
    await world.anvil.mine(3)
    const again = await world.ledger(log.log, log.clock)
    await log.notes(1)
    const size = await log.sign()
    log.clock.push(10 * minute)
    await world.settle(again)
    expect((await world.anchors()).map(anchor => anchor.size)).toEqual([size])
    expect((await only(again)).stopped).toBeUndefined()
  })

  test('takes the event of another gateway with the same key and the same log for its own', async () => {
    const ledger = await world.ledger(log.log, log.clock)
    await log.notes(3)
    await log.sign()
    log.clock.push(10 * minute)
    await ledger.work({ signal })
    // Its twin was faster: ours succeeds in silence, and registers nothing.
    await world.anchorFirst(3, (await log.log.rootAt(3)) ?? new Uint8Array(0))
    await world.settle(ledger, 60)
    expect((await world.anchors()).map(({ size }) => size)).toEqual([3])
    await expectAnchored([3])
  })
})

test('a check finds a receipt whose root is not that of the log', async () => {
  const ledger = await world.ledger(log.log, log.clock)
  await log.notes(3)
  await log.sign()
  log.clock.push(10 * minute)
  await world.settle(ledger)
  const { DatabaseSync } = await import('node:sqlite')
  await log.log.close()
  const database = new DatabaseSync(join(log.folder, 'log.db'))
  database.exec("UPDATE submissions SET value = '2' WHERE state = 'final'")
  database.close()
  expect((await checkLog({ folder: log.folder })).firstBad).toMatchObject({ reason: 'submission' })
  await log.reopen()
})
