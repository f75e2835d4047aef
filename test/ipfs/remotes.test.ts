import { afterEach, describe, expect, test } from 'vitest'
import { formatCid, parseCid } from '../../src/core/any-cid.ts'
import { type Logger, silentLogger } from '../../src/core/logger.ts'
import type { PinBook, PinContent } from '../../src/core/pin-book.ts'
import { kuboRemote } from '../../src/ledgers/ipfs/kubo.ts'
import { PinLedger } from '../../src/ledgers/ipfs/pin-ledger.ts'
import { pinningService } from '../../src/ledgers/ipfs/pinning-service.ts'
import type { PinRemote } from '../../src/ledgers/ipfs/remote.ts'
import { nobleHashes } from '../../src/proof/hashes.ts'
import { decodeEntryRecord } from '../../src/proof/ipfs/entry-record.ts'
import { checkLog, type LogStore } from '../../src/storage/index.ts'
import { VirtualClock } from '../../src/testing/virtual-clock.ts'
import { named } from '../storage/machine.ts'
import { limits, reading, readings, testLog } from '../storage/support.ts'
import { FakeKubo } from './fake-kubo.ts'
import { FakePinningService } from './fake-pinning-service.ts'
import { library, missingLibraries } from './libraries.ts'

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

const signal = new AbortController().signal
const tls = { allow: 'lan-http', reason: 'test' } as const
const token = 'pinning-token'

async function kubo() {
  const node = new FakeKubo()
  opened.push(node)
  const remote = kuboRemote({ url: await node.open(), tls })
  opened.push(remote)
  return { node, remote }
}

async function service() {
  const pins = new FakePinningService(token)
  opened.push(pins)
  const url = await pins.open()
  // Over loopback in the test; with a token the client would refuse it, so it travels as an option of the protocol does.
  const remote = pinningService({ url, tls, authorization: async () => `Bearer ${token}`, isPlain: true })
  opened.push(remote)
  return { pins, remote }
}

async function roofLog(count = 3) {
  const log = await testLog()
  await log.openStream({ name: 'roof' })
  if (count > 0) await log.record('roof', readings(count), limits)
  return log
}

function ledgerOf(
  book: PinBook,
  remote: PinRemote,
  {
    content = ['raw'],
    streams = ['roof'],
    clock = new VirtualClock(),
    log = silentLogger,
  }: {
    content?: readonly PinContent[]
    streams?: readonly string[]
    clock?: VirtualClock
    log?: Logger
  } = {},
) {
  const lines = streams.map(stream => ({ line: `${stream}/pins`, stream, ledger: 'pins', content }))
  return new PinLedger({ name: 'pins', kind: 'kubo', lines, remote, book, clock, log })
}

async function cidsOf(log: LogStore, stream = 'roof'): Promise<string[]> {
  const entries = await log.entries(stream, { after: -1, limit: 100 })
  return entries.flatMap(({ document }) => (typeof document?.cid === 'string' ? [document.cid] : []))
}

async function notesOf(log: LogStore, stream = 'roof') {
  const entries = await log.entries(stream, { after: -1, limit: 100 })
  return entries.flatMap(({ kind, document }) => (kind === 'note' ? [String(document?.text)] : []))
}

describe('a node of IPFS', () => {
  test('gets the raw bytes of every reading, under the CIDs of their documents, and the log says so without a CID', async () => {
    const [log, { node, remote }] = [await roofLog(), await kubo()]
    const ledger = ledgerOf(log, remote)
    await ledger.work({ signal })
    const cids = await cidsOf(log)
    expect(cids).toHaveLength(3)
    expect([...node.pins].sort()).toEqual([...cids].sort())
    expect(new TextDecoder().decode(await node.blocks.get(cids[1] ?? ''))).toBe('<reading n="2"/>')
    const [note, ...more] = await notesOf(log)
    expect(more).toEqual([])
    expect(JSON.parse(note ?? '')).toEqual({
      content: ['raw'],
      first: 0,
      last: 3,
      ledger: 'pins',
      pinned: 3,
      schema: 'ipfs-pin/1',
    })
    for (const cid of cids) expect(note).not.toContain(cid)
    // Nothing is left to do, and the note itself is nothing to give.
    await ledger.work({ signal })
    await ledger.work({ signal })
    expect(node.puts).toHaveLength(3)
    expect(await ledger.status()).toMatchObject([{ line: 'roof/pins', cursor: 4, backlog: 0 }])
    expect(await checkLog({ folder: (log as LogStore & { folder: string }).folder })).toMatchObject({
      ok: true,
    })
  })

  test('never gets what is longer than a block may be, and the line says so, as does the log', async () => {
    const [log, { node, remote }] = [await roofLog(1), await kubo()]
    const long = reading(2, { raw: { bytes: new Uint8Array(1_048_577), mediaType: 'text/plain' } })
    await log.record('roof', [long, reading(3)], limits)
    const warned: string[] = []
    const ledger = ledgerOf(log, remote, { log: { ...silentLogger, warn: (_, text) => warned.push(text) } })
    await ledger.work({ signal })
    const [first, second = '', third] = await cidsOf(log)
    expect([...node.pins].sort()).toEqual([first, third].sort())
    const [note] = await notesOf(log)
    expect(JSON.parse(note ?? '')).toMatchObject({ first: 0, last: 3, pinned: 2, tooLong: 1 })
    const passedOver = { contents: 1, reason: expect.stringMatching(/^longer than 1 MiB/) }
    await ledger.work({ signal })
    expect(await ledger.status()).toMatchObject([{ backlog: 0, trouble: undefined, passedOver }])
    expect(await checkLog({ folder: log.folder })).toMatchObject({ ok: true })
    expect(warned).toEqual([expect.stringContaining('1 contents are not given, longer than 1 MiB')])
    expect(node.puts).not.toContain(second)
    // Nothing is to be taken back that was never given.
    await log.erase({ streams: ['roof'], range: { first: 0, last: 3 }, by: 'anna', reason: 'gone' })
    await ledger.work({ signal })
    expect((await log.pinLine('roof/pins')).counts).toEqual({})
    expect((await ledger.status())[0]?.passedOver).toBeUndefined()
  })

  test('gets records that prove themselves, where documents are asked for', async () => {
    const [log, { node, remote }] = [await roofLog(2), await kubo()]
    await ledgerOf(log, remote, { content: ['documents'] }).work({ signal })
    const entries = await log.entries('roof', { after: -1, limit: 10 })
    const records = await Promise.all(
      [...node.pins].map(async cid =>
        decodeEntryRecord((await node.blocks.get(cid)) ?? new Uint8Array(), nobleHashes),
      ),
    )
    expect(records.map(({ text }) => text).sort()).toEqual(
      entries
        .filter(({ kind }) => kind === 'reading')
        .map(({ text }) => text)
        .sort(),
    )
  })

  test('that fails half-way is given the rest later; what it has stays', async () => {
    const [log, { node, remote }] = [await roofLog(5), await kubo()]
    const clock = new VirtualClock()
    const ledger = ledgerOf(log, remote, { clock })
    node.broken = 2
    await ledger.work({ signal })
    expect(node.pins.size).toBe(3)
    expect(await ledger.status()).toMatchObject([{ cursor: 0, trouble: expect.stringContaining('502') }])
    await ledger.work({ signal })
    expect(node.pins.size).toBe(3)
    await clock.advance(60_000)
    await ledger.work({ signal })
    expect(node.pins.size).toBe(5)
    await ledger.work({ signal })
    expect(await ledger.status()).toMatchObject([{ backlog: 0, trouble: undefined }])
  })

  test('that is away fails the turn, to be tried again', async () => {
    const [log, { node, remote }] = [await roofLog(1), await kubo()]
    await node.close()
    await expect(ledgerOf(log, remote).work({ signal })).rejects.toMatchObject({
      code: 'network-unreachable',
      retryable: true,
    })
  })

  test('is asked to let go of what was erased here, and of nothing else', async () => {
    const [log, { node, remote }] = [await roofLog(4), await kubo()]
    const ledger = ledgerOf(log, remote)
    await ledger.work({ signal })
    const cids = await cidsOf(log)
    await log.erase({ streams: ['roof'], range: { first: 0, last: 2 }, by: 'test', reason: 'test' })
    await ledger.work({ signal })
    expect([...node.pins].sort()).toEqual(cids.slice(2).sort())
    expect(await node.blocks.get(cids[0] ?? '')).toBeUndefined()
    expect((await log.pinLine('roof/pins')).counts).toEqual({})
  })

  test('that keeps a block although it was asked to let go of it is told, asked again, and holds up nothing', async () => {
    const [log, { node, remote }] = [await roofLog(2), await kubo()]
    const clock = new VirtualClock()
    const ledger = ledgerOf(log, remote, { clock })
    await ledger.work({ signal })
    const [first = ''] = await cidsOf(log)
    node.foreign.add(first)
    await log.erase({ streams: ['roof'], range: { first: 0, last: 1 }, by: 'test', reason: 'test' })
    await log.record('roof', [reading(9)], limits)
    await ledger.work({ signal })
    expect((await log.pinLine('roof/pins')).counts).toEqual({ leaving: 1 })
    expect(await ledger.status()).toMatchObject([{ trouble: expect.stringContaining('pinned: indirect') }])
    node.foreign.clear()
    await clock.advance(61_000)
    await ledger.work({ signal })
    expect((await log.pinLine('roof/pins')).counts).toEqual({})
    expect(await node.blocks.get(first)).toBeUndefined()
  })

  test('keeps what another asset still has, until that is erased too', async () => {
    const [log, { node, remote }] = [await roofLog(0), await kubo()]
    await log.openStream({ name: 'cellar' })
    const raw = { bytes: new TextEncoder().encode('<both/>'), mediaType: 'text/xml' }
    for (const stream of ['roof', 'cellar']) await log.record(stream, [reading(1, { raw })], limits)
    const ledger = ledgerOf(log, remote, { streams: ['roof', 'cellar'] })
    await ledger.work({ signal })
    const erase = (stream: string) =>
      log.erase({ streams: [stream], range: { first: 0, last: 1 }, by: 'test', reason: 'test' })
    await erase('roof')
    await ledger.work({ signal })
    expect(node.pins.size).toBe(1)
    await erase('cellar')
    await ledger.work({ signal })
    expect(node.pins.size).toBe(0)
  })

  test('is asked for nothing that was erased before it got it', async () => {
    const [log, { node, remote }] = [await roofLog(3), await kubo()]
    await log.erase({ streams: ['roof'], range: { first: 0, last: 2 }, by: 'test', reason: 'test' })
    await ledgerOf(log, remote).work({ signal })
    expect(node.puts).toEqual((await cidsOf(log)).slice(-1))
  })

  test('that says another CID than ours is not believed', async () => {
    const [log, { node, remote }] = [await roofLog(1), await kubo()]
    const lying: PinRemote = {
      ...remote,
      put: ({ cid }, options) => remote.put({ cid, bytes: new TextEncoder().encode('other') }, options),
    }
    const ledger = ledgerOf(log, lying)
    await ledger.work({ signal })
    expect(await ledger.status()).toMatchObject([
      { cursor: 0, trouble: expect.stringContaining('other bytes') },
    ])
    expect(await notesOf(log)).toEqual([])
    expect(node.puts).toHaveLength(1)
  })
})

describe('a pinning service', () => {
  test('is asked once, and believed when it says that content is pinned', async () => {
    const [log, { pins, remote }] = [await roofLog(12), await service()]
    const ledger = ledgerOf(log, remote)
    await ledger.work({ signal })
    expect(pins.posts).toBe(12)
    expect((await log.pinLine('roof/pins')).counts).toEqual({ asked: 12 })
    pins.settle('pinned')
    await ledger.work({ signal })
    expect(pins.posts).toBe(12)
    expect((await log.pinLine('roof/pins')).counts).toEqual({})
    expect(await notesOf(log)).toHaveLength(1)
  })

  test('that never comes to an end with some holds up none of the others', async () => {
    const [log, { pins, remote }] = [await roofLog(0), await service()]
    await log.record('roof', readings(520), limits)
    const ledger = ledgerOf(log, remote)
    for (let turn = 0; turn < 2; turn++) await ledger.work({ signal })
    expect(pins.posts).toBe(520)
    // The first 510 stand in its queue for ever.
    for (const request of [...pins.requests.values()].slice(510)) request.status = 'pinned'
    for (let turn = 0; turn < 2; turn++) await ledger.work({ signal })
    expect((await log.pinLine('roof/pins')).counts).toEqual({ asked: 510 })
  })

  test('that was asked before a crash is not asked again', async () => {
    const [log, { pins, remote }] = [await roofLog(2), await service()]
    const forgetful: PinBook = {
      openPins: line => log.openPins(line),
      gatherPins: (line, limit) => log.gatherPins(line, limit),
      pinsUnderWay: (line, limit) => log.pinsUnderWay(line, limit),
      pinBytes: (line, cid) => log.pinBytes(line, cid),
      pinShared: (line, cid) => log.pinShared(line, cid),
      pinLine: line => log.pinLine(line),
      recordPins: async () => undefined,
      settlePins: async () => undefined,
    }
    await ledgerOf(forgetful, remote).work({ signal })
    expect((await log.pinLine('roof/pins')).counts).toEqual({ wanted: 2 })
    await ledgerOf(log, remote).work({ signal })
    expect(pins.posts).toBe(2)
  })

  test('that gave up is asked again after a while, and told to forget what was erased', async () => {
    const [log, { pins, remote }] = [await roofLog(1), await service()]
    const clock = new VirtualClock()
    const ledger = ledgerOf(log, remote, { clock })
    pins.outcome = 'failed'
    await ledger.work({ signal })
    expect(await ledger.status()).toMatchObject([{ trouble: 'the remote could not pin it' }])
    await ledger.work({ signal })
    expect(pins.posts).toBe(1)
    pins.outcome = 'pinned'
    await clock.advance(61_000)
    await ledger.work({ signal })
    expect([...pins.requests.values()].map(({ status }) => status)).toEqual(['pinned'])
    await log.erase({ streams: ['roof'], range: { first: 0, last: 1 }, by: 'test', reason: 'test' })
    await ledger.work({ signal })
    expect(pins.requests.size).toBe(0)
  })

  test('that refuses the token says so', async () => {
    const [log, { pins }] = [await roofLog(1), await service()]
    const url = await pins.open()
    const remote = pinningService({ url, tls, authorization: async () => 'Bearer wrong', isPlain: true })
    opened.push(remote)
    await expect(ledgerOf(log, remote).work({ signal })).rejects.toMatchObject({ code: 'network-refused' })
  })
})

describe.skipIf(missingLibraries !== undefined)(named('clients of others', missingLibraries), () => {
  test('kubo’s own client puts, reads, unpins and removes at our double, as we do', async () => {
    const { create } = await library('kubo-rpc-client/dist/src/index.js')
    const node = new FakeKubo()
    opened.push(node)
    const client = create({ url: `${await node.open()}/api/v0` })
    const bytes = new TextEncoder().encode('hello world')
    const cid = await client.block.put(bytes, { format: 'raw', version: 1, pin: true })
    expect(String(cid)).toBe('bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e')
    expect([...node.pins]).toEqual([String(cid)])
    expect(new TextDecoder().decode(await client.block.get(cid))).toBe('hello world')
    await client.pin.rm(cid)
    for await (const { error } of client.block.rm(cid, { force: true })) expect(error).toBeUndefined()
    expect(node.pins.size).toBe(0)
    await expect(client.pin.rm(cid)).rejects.toThrow(/not pinned/)
  })

  test('the pinning service’s own client asks, lists and takes back at our double, as we do', async () => {
    const { Configuration, RemotePinningServiceClient, Status } = await library(
      '@ipfs-shipyard/pinning-service-client/dist/src/index.js',
    )
    const pins = new FakePinningService(token)
    opened.push(pins)
    const client = new RemotePinningServiceClient(
      new Configuration({ endpointUrl: new URL(await pins.open()), accessToken: token }),
    )
    const cid = 'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e'
    const { requestid } = await client.pinsPost({ pin: { cid, name: 'energyweb' } })
    const status = [Status.Queued, Status.Pinning, Status.Pinned, Status.Failed]
    const listed = await client.pinsGet({ cid: [cid], status })
    expect([...listed.results].map(one => one.pin.cid)).toEqual([cid])
    // Ours finds what theirs asked for.
    const remote = pinningService({
      url: await pins.open(),
      tls,
      authorization: async () => `Bearer ${token}`,
      isPlain: true,
    })
    opened.push(remote)
    expect(await remote.known([parseCid(cid)], { signal })).toEqual(
      new Map([[formatCid(parseCid(cid)), 'asked']]),
    )
    await client.pinsRequestidDelete({ requestid })
    expect(pins.requests.size).toBe(0)
  })
})
