import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { toHex } from '../../src/core/bytes.ts'
import type { CarbonBook } from '../../src/core/carbon-log.ts'
import { encodeChainFile, linkOfText } from '../../src/core/chain-file.ts'
import type { AssetLine } from '../../src/core/ledger.ts'
import { meterReadEvents } from '../../src/ledgers/index.ts'
import { checkChainOfFiles } from '../../src/proof/chain-of-files.ts'
import { compareChainOfFiles } from '../../src/proof/compare-chain-of-files.ts'
import { legacyHashText } from '../../src/proof/legacy-hash.ts'
import { ChainOfFiles, readChainOfFiles } from '../../src/storage/index.ts'
import { addEntry, addReading } from '../../src/testing/fake-entry.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import { attempt, missing, named, run } from '../storage/machine.ts'
import { World } from './world.ts'

let world: World

beforeAll(async () => {
  world = await World.open()
})
afterAll(() => world.anvil.stop())

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'energyweb-files-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'files')
}

const withFiles = (line: AssetLine, stores: MemoryStores, folder: string): AssetLine => ({
  ...line,
  files: new ChainOfFiles({ folder, line: line.name, stores }),
})

/** What an auditor does: the files by themselves, then against the contract's events. */
async function audit(folder: string, id: bigint, kind: 'producing' | 'consuming' = 'producing') {
  const report = checkChainOfFiles(readChainOfFiles(folder))
  expect({ breaks: report.breaks, strangers: report.strangers }).toEqual({ breaks: [], strangers: [] })
  const network = await world.network()
  const role = kind === 'producing' ? 'producer' : 'consumer'
  const asset = { contract: world.registries[kind].address, role, assetId: id } as const
  const { number } = await network.ready()
  const events = await meterReadEvents(network, asset, { from: 0n, to: number })
  return compareChainOfFiles(report.files, events)
}

test.each(['producing', 'consuming'] as const)(
  'a %s asset: event n carries the hash of file n - 1, and an old auditor’s comparison holds (U1, U3)',
  async kind => {
    const id = await world.registries[kind].readyAsset()
    const stores = new MemoryStores()
    const folder = newFolder()
    // All within one second, as after an outage.
    for (let i = 1n; i <= 5n; i++) addReading(stores.entries, 'roof', i * 10n)
    addEntry(stores.entries, 'roof', 'gap')
    const line = withFiles(world.line(id, kind), stores, folder)
    await world.settle(await world.ledger({ stores, lines: [line] }))
    const names = readdirSync(folder).sort()
    expect(names).toHaveLength(6)
    const events = await world.events(id, kind)
    const hashes = names.map(name => linkOfText(legacyHashText(readFileSync(join(folder, name)))))
    expect(events.map(({ link }) => link)).toEqual([linkOfText('0x0'), ...hashes.slice(0, -1)])
    expect(JSON.parse(readFileSync(join(folder, names[5]!), 'utf8'))).toMatchObject({
      value: 50,
      is_meter_down: true,
      previous_hash: legacyHashText(readFileSync(join(folder, names[4]!))),
    })
    expect(await audit(folder, id, kind)).toMatchObject({ matched: 6, waiting: [], first: undefined })
  },
)

test('a lost file, and a lost folder, are written again with the same bytes', async () => {
  const id = await world.registries.producing.readyAsset()
  const stores = new MemoryStores()
  const folder = newFolder()
  for (let i = 1n; i <= 4n; i++) addReading(stores.entries, 'roof', i * 10n)
  const settle = async () =>
    world.settle(await world.ledger({ stores, lines: [withFiles(world.line(id), stores, folder)] }))
  await settle()
  const before = new Map([...readChainOfFiles(folder)].map(({ name, bytes }) => [name, toHex(bytes)]))
  const [first = ''] = before.keys()
  rmSync(join(folder, first))
  writeFileSync(join(folder, `${first}.new`), 'half of')
  addReading(stores.entries, 'roof', 50n)
  await settle()
  expect(toHex(readFileSync(join(folder, first)))).toBe(before.get(first))
  expect(existsSync(join(folder, `${first}.new`))).toBe(false)
  rmSync(folder, { recursive: true })
  addReading(stores.entries, 'roof', 60n)
  await settle()
  for (const [name, bytes] of before) expect(toHex(readFileSync(join(folder, name)))).toBe(bytes)
  expect(await audit(folder, id)).toMatchObject({ matched: 6, first: undefined })
})

test('a newest file that was changed stops the line until it is moved away, and the log’s truth goes on', async () => {
  const id = await world.registries.producing.readyAsset()
  const stores = new MemoryStores()
  const folder = newFolder()
  addReading(stores.entries, 'roof', 10n)
  await world.settle(await world.ledger({ stores, lines: [withFiles(world.line(id), stores, folder)] }))
  const [name = ''] = readdirSync(folder)
  const path = join(folder, name)
  const right = readFileSync(path)
  writeFileSync(path, right.toString().replace('10', '11'))
  addReading(stores.entries, 'roof', 20n)
  const ledger = await world.ledger({ stores, lines: [withFiles(world.line(id), stores, folder)] })
  await world.work(ledger)
  expect((await world.only(ledger)).trouble).toMatch(/^files-failed: .* is not what was written\. Find out/)
  expect(await world.values(id)).toEqual([10n])
  rmSync(path)
  world.clock.push(20_000)
  await world.settle(ledger)
  expect(readFileSync(path)).toEqual(right)
  expect(await audit(folder, id)).toMatchObject({ matched: 2, first: undefined })
})

test('a chain of the predecessor’s in the folder goes on; it does not begin anew (U1)', async () => {
  const id = await world.registries.producing.readyAsset()
  const stores = new MemoryStores()
  const folder = newFolder()
  const old = encodeChainFile({
    value: 5n,
    meterDown: false,
    previous: '0x0',
    carbon: { value: 0n, down: false },
  })
  // Its clock was ahead of ours: the names must go on in order nevertheless.
  const name = '2199-01-01-00:00:00.json'
  const line = () => withFiles(world.line(id), stores, folder)
  const { mkdirSync } = await import('node:fs')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), old)
  addReading(stores.entries, 'roof', 10n)
  await world.settle(await world.ledger({ stores, lines: [line()] }))
  addReading(stores.entries, 'roof', 20n)
  await world.settle(await world.ledger({ stores, lines: [line()] }))
  expect(readdirSync(folder).sort()).toEqual([
    name,
    '2199-01-01-00:00:00_000001.json',
    '2199-01-01-00:00:00_000002.json',
  ])
  const [first] = await world.events(id)
  expect(first?.link).toBe(linkOfText(legacyHashText(Buffer.from(old))))
  expect(checkChainOfFiles(readChainOfFiles(folder)).breaks).toEqual([])
})

test('files that are asked for later are written for all calls; those before carried hashes of the log', async () => {
  const id = await world.registries.producing.readyAsset()
  const stores = new MemoryStores()
  const folder = newFolder()
  addReading(stores.entries, 'roof', 10n)
  addReading(stores.entries, 'roof', 20n)
  await world.settle(await world.ledger({ stores, lines: [world.line(id)] }))
  addReading(stores.entries, 'roof', 30n)
  await world.settle(await world.ledger({ stores, lines: [withFiles(world.line(id), stores, folder)] }))
  expect(readdirSync(folder)).toHaveLength(3)
  const events = await world.events(id)
  const [, second] = [...readChainOfFiles(folder)]
  expect(events[2]?.link).toBe(linkOfText(legacyHashText(second!.bytes)))
})

test.each([
  ['a backup', 2],
  ['books that were lost, the folder moved away', 0],
])(
  'restored from %s, the chain goes on from what was registered, whatever CO2 is counted now',
  async (_, kept) => {
    const id = await world.registries.producing.readyAsset()
    const folder = newFolder()
    const stores = new MemoryStores()
    // What the carbon register says of entry n: n grams, and more once missing factors were filled in.
    let filled = 0n
    const book: CarbonBook = {
      carbonAt: async (_asset, sequences) =>
        sequences.map(sequence => ({
          sequence,
          total: (BigInt(sequence) * 3n + filled) * 1_000_000_000n,
          settled: true,
          complete: true,
        })),
    }
    const carbon = { book, waits: new Map([['roof', 0]]) }
    const settle = async (of: MemoryStores, into = folder) =>
      world.settle(await world.ledger({ stores: of, lines: [withFiles(world.line(id), of, into)], carbon }))
    const backup = new MemoryStores()
    const append = (of: MemoryStores, total: bigint) => addReading(of.entries, 'roof', total)
    for (let i = 1n; i <= BigInt(kept); i++) for (const one of [stores, backup]) append(one, i * 10n)
    if (kept > 0) {
      await settle(stores)
      // The backup knows the same calls: it finds them on the chain.
      await settle(backup, newFolder())
    }
    for (let i = BigInt(kept) + 1n; i <= 5n; i++) append(stores, i * 10n)
    await settle(stores)
    const before = new Map([...readChainOfFiles(folder)].map(({ name, bytes }) => [name, toHex(bytes)]))
    filled = 1_000n
    if (kept === 0) rmSync(folder, { recursive: true })
    for (let i = BigInt(kept) + 1n; i <= 6n; i++) append(backup, i * 10n)
    await settle(backup)
    expect(await world.values(id)).toEqual([10n, 20n, 30n, 40n, 50n, 60n])
    for (const [name, bytes] of before) expect(toHex(readFileSync(join(folder, name)))).toBe(bytes)
    expect(await audit(folder, id)).toMatchObject({ matched: 6, first: undefined })
  },
)

const reason = missing({ programs: ['mount', 'umount'], root: true })

test.skipIf(reason)(
  named(
    'on a full disk the line waits and says so, nothing is lost, and it goes on when there is room',
    reason,
  ),
  async () => {
    const id = await world.registries.producing.readyAsset()
    const stores = new MemoryStores()
    const folder = mkdtempSync(join(tmpdir(), 'energyweb-full-'))
    // Room for three files.
    run('mount', '-t', 'tmpfs', '-o', 'nr_inodes=4', 'tmpfs', folder)
    onTestFinished(() => {
      attempt('umount', folder)
      rmSync(folder, { recursive: true, force: true })
    })
    for (let i = 1n; i <= 6n; i++) addReading(stores.entries, 'roof', i * 10n)
    const ledger = await world.ledger({ stores, lines: [withFiles(world.line(id), stores, folder)] })
    await world.work(ledger)
    await world.anvil.mine()
    await world.work(ledger)
    expect((await world.only(ledger)).trouble).toMatch(/^files-failed: .*ENOSPC/)
    // The fourth call carries the hash of the third file; the fifth one waits for the fourth.
    expect(await world.values(id)).toEqual([10n, 20n, 30n, 40n])
    run('mount', '-o', 'remount,nr_inodes=100', folder)
    world.clock.push(20_000)
    await world.settle(ledger)
    expect(await world.values(id)).toEqual([10n, 20n, 30n, 40n, 50n, 60n])
    expect(readdirSync(folder)).toHaveLength(6)
    expect(await audit(folder, id)).toMatchObject({ matched: 6, first: undefined })
  },
)
