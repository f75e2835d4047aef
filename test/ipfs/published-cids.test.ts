import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeCid, formatCid, parseCid } from '../../src/core/any-cid.ts'
import { fromHex, toHex } from '../../src/core/bytes.ts'
import type { StoredEntry } from '../../src/core/log.ts'
import { rawCidOf, recordCidOf } from '../../src/ledgers/defined/registered-names.ts'
import { encodeEvidence } from '../../src/proof/evidence/index.ts'
import { originOfUuid, rawCid, uuidBytes } from '../../src/proof/identifiers.ts'
import type { LogStore } from '../../src/storage/index.ts'
import { energyweb } from '../cli/memory-io.ts'
import nameBookContract from '../contracts/generated/NameBook.json' with { type: 'json' }
import { DefinedWorld } from '../ledgers/defined/defined-world.ts'
import { nameBook } from '../ledgers/defined/name-book.ts'
import { IssuerGateway } from '../ledgers/issuer-gateway.ts'
import { IssuerWorld, issuerFlavours } from '../ledgers/issuer-world.ts'
import { flavours, OriginBWorld } from '../ledgers/origin-b-world.ts'
import { counter, key, may, prove, quarter, record, roofLog, sign } from '../prove/support.ts'

/*
 * CIDs of what a reading says, from the log in SQLite into contracts, most of them of other makers, and back: evidence and a node
 * prove that what stands there is of these bytes.
 */

const count = 6

async function filledLog() {
  const log = await roofLog()
  await record(
    log,
    Array.from({ length: count }, (_, i) => counter(i)),
  )
  return log
}

const readingsOf = async (log: LogStore): Promise<StoredEntry[]> =>
  (await log.entries('roof', { after: -1, limit: 100 })).filter(({ kind }) => kind === 'reading')

/** What `energyweb verify` says of a day's evidence with a node. */
async function verify(log: LogStore & { folder: string }, url: string, description?: object) {
  await sign(log)
  const evidence = await prove(log.folder, {
    period: { from: may + quarter, to: may + (count - 2) * quarter },
  })
  writeFileSync(join(log.folder, 'day.json'), encodeEvidence(evidence))
  writeFileSync(join(log.folder, 'contract.json'), JSON.stringify(description ?? {}))
  const described = description === undefined ? [] : ['--contract', 'contract.json']
  const words = ['verify', 'day.json', '--key', key, '--json', '--rpc', url, ...described]
  const said = await energyweb(words, { cwd: log.folder })
  expect(said.stdout, said.stderr).not.toBe('')
  const step = JSON.parse(said.stdout).steps.find((one: { name: string }) => one.name === 'chain-records')
  await checkNames(log, JSON.parse(said.stdout).readings)
  return { code: said.code, state: String(step.state), text: String(step.text) }
}

/** Names of readings that a file shows are those of the log's. */
async function checkNames(log: LogStore, shown: readonly Shown[]): Promise<void> {
  const readings = await readingsOf(log)
  expect(shown.length).toBeGreaterThan(0)
  for (const { sequence, uuid5, uuid8, cid } of shown) {
    const entry = readings.find(one => one.sequence === sequence)!
    expect(cid).toEqual({ raw: rawCidOf(entry), record: recordCidOf(entry) })
    expect(originOfUuid(uuid5, { place: { stream: JSON.parse(entry.text).stream, sequence } })).toBe('entry')
    expect(originOfUuid(uuid8, { leafHash: entry.leafHash })).toBe('leaf')
  }
}

interface Shown {
  readonly sequence: number
  readonly uuid5: string
  readonly uuid8: string
  readonly cid: { readonly raw: string; readonly record: string }
}

describe.each(flavours.filter(({ isHere }) => isHere))('release B, $flavour', ({ deploy }) => {
  let world: OriginBWorld
  beforeAll(async () => {
    world = await OriginBWorld.open(deploy)
  })
  afterAll(() => world?.anvil.stop())

  test.each([
    ['raw.cid', rawCidOf],
    ['document.cid', recordCidOf],
  ] as const)('a reading carries its %s as text, and a node proves it', async (carries, cidOf) => {
    const asset = await world.asset('roof')
    const target = { assetId: String(asset.id), carries }
    const line = { ...asset.line, target, publish: 'cid' as const }
    const log = await filledLog()
    await world.settle(await world.ledger({ ...asset, line }, { stores: log }))
    const last = (await readingsOf(log)).at(-1)!
    const [, text] = (await world.last(asset)) as [bigint, string]
    expect(text).toBe(cidOf(last))
    expect(await verify(log, world.anvil.url)).toMatchObject({ code: 0, state: 'holds' })
  })

  test('a CID of other content is told from ours', async () => {
    const asset = await world.asset('other')
    const target = { assetId: String(asset.id), carries: 'raw.cid' }
    const line = { ...asset.line, stream: 'roof', name: 'roof/origin', target, publish: 'cid' as const }
    const log = await filledLog()
    const readings = await readingsOf(log)
    const foreign = formatCid(rawCid(new Uint8Array(32).fill(9)))
    // The contract is told something else than the log has, as by a gateway that lies.
    const unplanned = log.unplanned.bind(log)
    log.unplanned = async (name, limit) =>
      (await unplanned(name, limit)).map(entry =>
        entry.sequence === readings[3]?.sequence
          ? { ...entry, document: { ...entry.document, cid: foreign } }
          : entry,
      )
    await world.settle(await world.ledger({ ...asset, line }, { stores: log }))
    const looked = await verify(log, world.anvil.url)
    expect(looked).toMatchObject({ code: 1, state: 'false' })
    expect(looked.text).toContain(`the CID ${foreign} stands there, which is not of the entry`)
  })

  test('without the word of its asset nothing is opened', async () => {
    const asset = await world.asset('silent')
    const line = { ...asset.line, target: { assetId: String(asset.id), carries: 'raw.cid' } }
    await expect(world.ledger({ ...asset, line })).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('the asset "silent" must say `publish: cid`'),
    })
  })
})

describe.each(issuerFlavours)('an Issuer, %s', flavour => {
  let world: IssuerWorld
  beforeAll(async () => {
    world = await IssuerWorld.open(flavour)
  })
  afterAll(() => world.anvil.stop())

  test.each([
    ['raw.cid', 'raw', rawCidOf],
    ['document.cid', 'document', recordCidOf],
  ] as const)(
    'a request carries the %s of its last entry in its metadata',
    async (carries, member, cidOf) => {
      const log = await filledLog()
      const gateway = await IssuerGateway.open(world, {
        line: { deviceId: carries, carries },
        ledger: { stores: log, period: 'hour' },
        publish: 'cid',
      })
      gateway.clock.at = may + 86_400_000
      for (let i = 0; i < 12; i++) {
        await gateway.work()
        await world.anvil.mine()
      }
      const requests = (await gateway.requests()).filter(({ data }) => data?.deviceId === carries)
      const readings = await readingsOf(log)
      expect(requests.length).toBeGreaterThan(0)
      for (const { metadata } of requests) {
        const last = readings.find(({ sequence }) => sequence === metadata?.last)!
        expect(metadata?.[member]).toBe(cidOf(last))
      }
      expect(await verify(log, world.anvil.url)).toMatchObject({ code: 0, state: 'holds' })
    },
  )
})

describe('a contract of somebody’s own', () => {
  let world: DefinedWorld
  beforeAll(async () => {
    world = await DefinedWorld.open(nameBook, nameBookContract)
  })
  afterAll(() => world.anvil.stop())

  test('takes CIDs and UUIDs in every form, checks how they hang together, and each is that of the reading', async () => {
    const log = await filledLog()
    const line = {
      ...({ name: 'roof/book', stream: 'roof', role: 'producer', key: 'meter' } as const),
      ...({ target: { meter: 'roof' }, publish: 'cid' } as const),
    }
    await world.settle(await world.ledger([line], { stores: log }))
    const readings = (await readingsOf(log)).slice(1)
    const events = await world.events('roof', 'Named')
    expect(events).toHaveLength(readings.length)
    for (const [i, entry] of readings.entries()) {
      const said = events[i]?.reading as Said
      const stream = JSON.parse(entry.text).stream
      const place = { stream, sequence: entry.sequence }
      expect(originOfUuid(said.uuid5, { place })).toBe('entry')
      expect(said.uuid8).toBe(`0x${toHex(uuidBytes(uuidOf(said.uuid8)))}`)
      expect(originOfUuid(uuidOf(said.uuid8), { leafHash: entry.leafHash })).toBe('leaf')
      for (const [content, text] of [
        [said.raw, rawCidOf(entry)],
        [said.document, recordCidOf(entry)],
      ] as const) {
        expect(content.text).toBe(text)
        expect(formatCid(decodeCid(fromHex(content.cid.slice(2))).cid)).toBe(text)
        expect(formatCid(rawCid(fromHex(content.digest.slice(2))))).toBe(text)
        const cid = parseCid(content.text)
        for (const uuid of [content.uuid5, content.uuid8, content.wide.slice(0, 34)]) {
          expect(originOfUuid(uuidOf(uuid), { cid })).toBe('content')
        }
      }
    }
    // What an event of a contract that the program does not know means it can't say; that the CIDs are there it can.
    const looked = await verify(log, world.anvil.url)
    expect(looked).toMatchObject({ code: 2, state: 'open' })
    expect(looked.text).toMatch(
      /does not know the event 0x\w+ .* its call carries the CID of the raw bytes, bafkrei\w+ and the CID of the record, bafkrei/,
    )
    // With a description that the auditor has, by data alone, it can say.
    const judged = (change: object = {}) =>
      verify(log, world.anvil.url, { ...describedBook(world), ...change })
    expect(await judged()).toMatchObject({ code: 0, state: 'holds' })
    expect((await judged()).text).toMatch(/[1-9]\d* of them were read as the descriptions say that you gave/)
    const places = [
      ['event', ['text', 'cid', 'digest', 'uuid5', 'uuid8', 'wide']],
      ['call', ['text', 'cid', 'digest', 'uuid5', 'uuid8', 'wide']],
    ] as const
    for (const [of, forms] of places) {
      for (const form of forms) {
        const change = { raw: `${of}.reading.raw.${form}`, document: `${of}.reading.document.${form}` }
        expect(await judged(change), `${of} ${form}`).toMatchObject({ code: 0 })
      }
    }
    for (const entry of ['event.reading.entry', 'event.reading.uuid8']) {
      expect(await judged({ entry }), entry).toMatchObject({ code: 0 })
    }
    for (const [change, why] of [
      [{ total: 'event.before' }, 'Wh were registered there, and the receipt says'],
      [{ unit: '1000' }, 'Wh were registered there, and the receipt says'],
      [{ total: 'event.meter' }, 'event.meter is no number there'],
      [{ raw: 'event.reading.document.text' }, 'and the CID of the raw bytes of the entry is bafkrei'],
      [{ document: 'event.reading.uuid8' }, 'and the CID of the record of the entry is bafkrei'],
      [{ entry: 'event.meter' }, 'does not name the entry that it is said to be of'],
      [{ entry: 'event.constructor' }, 'does not name the entry that it is said to be of'],
    ] as const) {
      const { code, text } = await judged(change)
      expect(text).toContain(why)
      expect(code).toBe(1)
    }
    const others = ['event Named(bytes32 indexed meter)', 'function count(uint256 total)']
    const another = await judged({ abi: others })
    expect(another).toMatchObject({ code: 2, state: 'open' })
    expect(another.text).toContain('is not the Named that the contract is described with')
    // A description of another contract, or of another chain, says nothing of this one.
    for (const change of [{ contract: `0x${'0'.repeat(40)}` }, { chainId: '1' }]) {
      expect(await judged(change)).toMatchObject({ code: 2, state: 'open' })
    }
  }, 120_000)
})

/** What an auditor needs to know of the contract `NameBook`. */
function describedBook(world: DefinedWorld): object {
  return {
    contractDescription: 1,
    chainId: '31337',
    contract: world.contract.address,
    abi: [
      'struct Content { string text; bytes cid; bytes32 digest; bytes16 uuid5; bytes16 uuid8; bytes32 wide; }',
      'struct Reading { bytes32 entry; string uuid5; bytes16 uuid8; Content raw; Content document; }',
      'function count(bytes32 meter, uint256 total, Reading reading)',
      'event Named(bytes32 indexed meter, uint256 before, uint256 total, Reading reading)',
    ],
    event: 'Named',
    total: 'event.total',
    entry: 'event.reading.entry',
    raw: 'event.reading.raw.text',
    document: 'call.reading.document.cid',
  }
}

interface SaidContent {
  readonly text: string
  readonly cid: string
  readonly digest: string
  readonly uuid5: string
  readonly uuid8: string
  readonly wide: string
}

interface Said {
  readonly uuid5: string
  readonly uuid8: string
  readonly raw: SaidContent
  readonly document: SaidContent
}

/** The text of a UUID in 0x and 32 hex digits. */
function uuidOf(bytes16: string): string {
  return bytes16.replace(/^0x(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
