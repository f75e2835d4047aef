import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeChainFile, nextChainFileName } from '../../src/core/chain-file.ts'
import { legacyHashText } from '../../src/proof/legacy-hash.ts'
import { ChainOfFiles, checkLog } from '../../src/storage/index.ts'
import { addReading } from '../../src/testing/fake-entry.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import { World } from '../ledgers/world.ts'
import { energyweb } from './memory-io.ts'

let world: World
let cwd: string
let id: bigint

beforeAll(async () => {
  world = await World.open()
  cwd = mkdtempSync(join(tmpdir(), 'files-cli-'))
  id = await world.registries.producing.readyAsset()
  const stores = new MemoryStores()
  for (let i = 1n; i <= 4n; i++) addReading(stores.entries, 'roof', i * 10n)
  const line = world.line(id)
  const files = new ChainOfFiles({ folder: join(cwd, 'files'), line: line.name, stores })
  await world.settle(await world.ledger({ stores, lines: [{ ...line, files }] }))
  writeFileSync(
    join(cwd, 'energyweb.yml'),
    `energyweb: 1
keys: { meter: { env: METER_KEY } }
networks: { local: { preset: local, rpc: ['${world.anvil.url}'] } }
ledgers: { origin: { kind: origin-a, network: local, producing: '${world.registries.producing.address}' } }
assets:
  - { name: roof, role: producer, channel: export, every: 15m, source: { kind: simulator, profile: solar, peak: 10 kW },
      report: [{ ledger: origin, assetId: ${id}, key: meter, files: ./files }] }
`,
  )
})

afterAll(async () => {
  await world?.anvil.stop()
  rmSync(cwd, { recursive: true, force: true })
})

const auditor = () => [
  ...['--rpc', world.anvil.url, '--contract', world.registries.producing.address],
  ...['--asset-id', String(id), '--role', 'producer'],
]
const check = (...words: string[]) =>
  energyweb(['log', 'check', '--chain-of-files', 'files', ...words], { cwd, env: { METER_KEY: '' } })

test('files against the contract, with the configuration and as an auditor without it', async () => {
  for (const words of [['--asset', 'roof'], auditor()]) {
    const { code, stdout, stderr } = await check(...words)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(
      /^good: files: 4, .*last value 40 Wh\nevents with their file: 4\nthe hash of .* is on/,
    )
  }
  const alone = await check()
  expect(alone.stdout).toContain('not compared with a registry')
})

test('the first file or event where they part is named', async () => {
  const [, second = '', third = ''] = readdirSync(join(cwd, 'files')).sort()
  const path = join(cwd, 'files', second)
  const right = readFileSync(path, 'utf8')
  writeFileSync(path, right.replace('20', '21'))
  const { code, stdout } = await check(...auditor())
  expect(code).toBe(1)
  expect(stdout).toContain(`broken: ${third}: it goes on from Qm`)
  expect(stdout).toMatch(
    /they part at event 2, .*, transaction 0x[0-9a-f]{64}: the file says 21 Wh, the event 20 Wh/,
  )
  writeFileSync(path, right)
  expect((await check(...auditor())).code).toBe(0)
})

test.each([
  [['--rpc', 'http://127.0.0.1:1'], '--rpc needs --contract, --asset-id and --role'],
  [
    [
      '--rpc',
      'file:///etc/passwd',
      '--contract',
      `0x${'1'.repeat(40)}`,
      '--asset-id',
      '0',
      '--role',
      'producer',
    ],
    'not the address of a node',
  ],
  [['--asset', 'shed'], 'has no asset "shed"'],
  [['--asset', 'roof', '--ledger', 'other'], 'reports to no such ledger'],
  [['--role', 'both'], 'is none of producer, consumer'],
])('%j is refused', async (words, message) => {
  const { code, stderr } = await check(...words)
  expect(code).not.toBe(0)
  expect(stderr).toContain(message)
})

/** A folder as the predecessor left it; `restartAt` begins its chain anew there (U1). */
function oldFolder(name: string, count: number, restartAt = -1): void {
  mkdirSync(join(cwd, name))
  let previous = '0x0'
  let before: string | undefined
  for (let i = 0; i < count; i++) {
    if (i === restartAt) previous = '0x0'
    const carbon = { value: 0n, down: false }
    const text = encodeChainFile({ value: BigInt(i + 1), meterDown: false, previous, carbon })
    before = nextChainFileName(Date.parse('2019-03-01T12:00:00Z') + i * 3_600_000, before)
    writeFileSync(join(cwd, name, before), text)
    previous = legacyHashText(Buffer.from(text))
  }
}

const importing = (...words: string[]) =>
  energyweb(['log', 'import-files', ...words, '--asset', 'roof', '--by', 'anna'], {
    cwd,
    env: { METER_KEY: '' },
  })

test('an old folder becomes notes of the asset, once; its last value is offered as opening', async () => {
  oldFolder('old', 75)
  const look = await importing('old', '--dry-run')
  expect(look).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing was kept') })
  const { code, stdout } = await importing('old', '--json')
  const answer = JSON.parse(stdout)
  expect({ code, ...answer }).toMatchObject({
    code: 0,
    files: 75,
    breaks: [],
    opening: '75 Wh',
    entries: [0, 1, 2, 3],
  })
  expect(await checkLog({ folder: join(cwd, 'data') })).toMatchObject({ ok: true, entries: 4 })
  const shown = await energyweb(['log', 'show', '3', '--json', '--data', 'data'], { cwd })
  expect(JSON.parse(shown.stdout).document.text).toContain(`SHA-256 of the list: ${answer.digest}`)
  const part = await energyweb(['log', 'show', '0', '--json', '--data', 'data'], { cwd })
  const [, first] = JSON.parse(part.stdout).document.text.split('\n')
  expect(first).toMatch(/^2019-03-01-12:00:00\.json Qm\w{25,28} [\w-]{43} 1 Wh$/)
  expect((await importing('old')).stderr).toContain('these files are in the log already, as entry 3')
})

test('U1: a chain that began anew is told and kept only on request, with its breaks', async () => {
  oldFolder('broken', 12, 7)
  const { code, stdout, stderr } = await importing('broken')
  expect(code).toBe(1)
  expect(stdout).toContain('restarted: 2019-03-01-19:00:00.json: it begins a new chain (0x0)')
  expect(stdout).toContain('nothing was kept')
  expect(stderr).toContain('--broken keeps it')
  const kept = await importing('broken', '--broken', '--json')
  const { entries } = JSON.parse(kept.stdout)
  const shown = await energyweb(['log', 'show', String(entries.at(-1)), '--json', '--data', 'data'], { cwd })
  expect(JSON.parse(shown.stdout).document.text).toContain('restarted: 2019-03-01-19:00:00.json')
})
