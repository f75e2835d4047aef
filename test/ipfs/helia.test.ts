import { afterEach, describe, expect, test } from 'vitest'
import { equalBytes } from '../../src/core/bytes.ts'
import { silentLogger } from '../../src/core/logger.ts'
import { kuboRemote } from '../../src/ledgers/ipfs/kubo.ts'
import { PinLedger } from '../../src/ledgers/ipfs/pin-ledger.ts'
import { nobleHashes } from '../../src/proof/hashes.ts'
import { decodeEntryRecord } from '../../src/proof/ipfs/entry-record.ts'
import { VirtualClock } from '../../src/testing/virtual-clock.ts'
import { energyweb } from '../cli/memory-io.ts'
import { named } from '../storage/machine.ts'
import { limits, reading, readings, testLog } from '../storage/support.ts'
import { FakeKubo } from './fake-kubo.ts'
import { HeliaNode, keeperOf, missingHelia } from './helia-node.ts'

// Two nodes of IPFS that nobody here wrote: what is given to one is fetched by the other, by the CID of our document.

const missing = missingHelia
const started: HeliaNode[] = []
const startNode = () => {
  const node = new HeliaNode()
  started.push(node)
  return node
}

afterEach(async () => {
  for (const node of started.splice(0)) await node.stop()
})

describe.skipIf(missing !== undefined)(named('nodes of IPFS', missing), () => {
  test('what is given to one is fetched from it by another, by the CID of the document, and gone there after an erasure', async () => {
    const [keeper, stranger] = [startNode(), startNode()]
    const [{ addresses: [address = ''] = [] }] = await Promise.all([keeper.next(), stranger.next()])
    const api = new FakeKubo(keeperOf(keeper))
    const remote = kuboRemote({ url: await api.open(), tls: { allow: 'lan-http', reason: 'test' } })
    const log = await testLog()
    await log.openStream({ name: 'roof' })
    await log.record('roof', readings(3), limits)
    const lines = [{ line: 'roof/node', stream: 'roof', ledger: 'node', content: ['raw'] as const }]
    const clock = new VirtualClock()
    const ledger = new PinLedger({
      ...{ name: 'node', kind: 'kubo', lines, remote, book: log, clock, log: silentLogger },
    })
    const signal = new AbortController().signal
    await ledger.work({ signal })

    await stranger.ask({ dial: address })
    const entries = await log.entries('roof', { after: -1, limit: 10 })
    const cids = entries.flatMap(({ document }) => (typeof document?.cid === 'string' ? [document.cid] : []))
    for (const [i, cid] of cids.entries()) {
      const { bytes } = await stranger.ask({ get: cid })
      expect(Buffer.from(bytes ?? '', 'base64').toString()).toBe(`<reading n="${i + 1}"/>`)
    }
    expect(cids).toHaveLength(3)

    await log.erase({ streams: ['roof'], range: { first: 0, last: 1 }, by: 'test', reason: 'test' })
    await ledger.work({ signal })
    expect(await keeper.ask({ has: cids[0] })).toEqual({ has: false })
    expect(await keeper.ask({ has: cids[1] })).toEqual({ has: true })
    // Whoever fetched it before has it still: that is what the documentation says.
    expect(await stranger.ask({ has: cids[0] })).toEqual({ has: true })
    await ledger.close()
    await api.close()
  }, 60_000)

  test('what ipfs export wrote is taken by one as it is, and another reads its files by root and path', async () => {
    const [keeper, stranger] = [startNode(), startNode()]
    const [{ addresses: [address = ''] = [] }] = await Promise.all([keeper.next(), stranger.next()])
    const log = await testLog()
    await log.openStream({ name: 'roof' })
    const long = { bytes: new TextEncoder().encode('x'.repeat(1_500_000)), mediaType: 'text/plain' }
    await log.record('roof', [...readings(2), reading(3, { raw: long })], limits)
    const car = `${log.folder}/roof.car`
    const exported = await energyweb(['ipfs', 'export', '--data', log.folder, '--out', car, '--json'])
    const { root } = JSON.parse(exported.stdout)
    expect(await keeper.ask({ load: car })).toEqual({ roots: [root] })
    await stranger.ask({ dial: address })
    const day = new Date().toISOString().slice(0, 10)
    const read = async (name: string) => {
      const { bytes } = await stranger.ask({ read: root, path: `/roof/${day}/${name}` })
      return Buffer.from(bytes ?? '', 'base64')
    }
    expect(String(await read('2.raw.xml'))).toBe('<reading n="2"/>')
    expect(equalBytes(await read('3.raw.txt'), long.bytes)).toBe(true)
    expect(decodeEntryRecord(await read('1.record.json'), nobleHashes).entry.sequence).toBe(1)
  }, 60_000)
})
