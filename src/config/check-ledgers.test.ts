import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkConfig } from './check-config.ts'
import { definedLinesOf } from './compose-defined-ledger.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-ledgers-'))
})
afterEach(() => rm(folder, { recursive: true }))

// The runner has its own way to find modules: what `energyweb/ledgers` leads to is named itself.
const kit = new URL('../ledgers/ledger-kit.ts', import.meta.url).href
const module = `import { contractAddress, defineLedger, notReady, z } from '${kit}'
const kind = (name, needs, more = {}) => defineLedger({
  ...more, name, needs, title: name, description: name, proof: 'none',
  options: z.strictObject({ contract: contractAddress('the contract') }),
  line: z.strictObject({ meter: z.string().min(1).meta({ description: 'name of the meter' }) }),
  example: { ledger: '', report: '' },
  create() { throw notReady('never', 'opened') },
})
export const ledgers = [kind('my-registry', 'increasing'), kind('my-periods', 'interval'),
  kind('my-names', 'increasing', { publishes: () => ['raw', 'document'] })]
`

const text = `energyweb: 1
keys: { roof: { env: ROOF } }
networks: { local: { preset: local } }
ledgers:
  mine: { kind: my-registry, network: local, contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3', every: 2s }
  hours: { kind: my-periods, network: local, contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3', period: hour, grace: 5m }
assets:
  - name: roof
    role: producer
    channel: export
    capacity: 1 kW
    every: 1m
    source: { kind: simulator, profile: solar, peak: 1 kW }
    report:
      - { ledger: mine, key: roof, meter: one }
      - { ledger: hours, key: roof, meter: one }
modules: [./ledger.mjs]
`

async function check(given: string) {
  const file = join(folder, 'gateway.yml')
  await writeFile(join(folder, 'ledger.mjs'), module)
  await writeFile(file, given)
  const { config, errors, warnings } = await checkConfig(file)
  return {
    config,
    warned: warnings.map(({ path, message }) => `${path}: ${message}`),
    said: errors.map(({ line, column, path, message }) => `${line}:${column}: ${path}: ${message}`),
  }
}

test('a ledger of a kind that a module brings is taken, its own options apart from those of all', async () => {
  const { config, said } = await check(text)
  expect(said).toEqual([])
  expect(config?.ledgers).toMatchObject({
    mine: {
      kind: 'defined',
      definition: 'my-registry',
      every: 2_000,
      options: { contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3' },
    },
    hours: { definition: 'my-periods', period: 'hour', grace: 300_000 },
  })
  expect(config?.assets[0]?.report?.[0]).toEqual({ ledger: 'mine', key: 'roof', own: { meter: 'one' } })
})

test.each([
  [
    'kind: my-registry',
    'kind: my-registri',
    [
      '5:17: ledgers.mine.kind: expected one of anchor, ipfs-pinning, issuer, kubo, my-names, my-periods, my-registry, origin-a, origin-b; did you mean "my-registry"?',
    ],
  ],
  ['every: 2s', 'everi: 2s', ['5:102: ledgers.mine.everi: unknown key; did you mean "every"?']],
  [
    "contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3', every",
    "contract: '0x5', every",
    ['5:56: ledgers.mine.contract: expected an address: 0x and 40 hex digits'],
  ],
  [
    'every: 2s',
    'period: day',
    ['5:102: ledgers.mine.period: has no meaning: my-registry registers no periods'],
  ],
  [
    'network: local, contract',
    'network: locl, contract',
    ['5:39: ledgers.mine.network: there is no "locl" in networks; did you mean "local"?'],
  ],
  ['period: hour', 'period: week', ['6:110: ledgers.hours.period: expected one of hour, day, month']],
  [
    'ledger: mine, key: roof, meter: one',
    'ledger: mine, key: roof',
    ['15:9: assets[0].report[0].meter: is missing'],
  ],
  [
    'ledger: mine, key: roof, meter: one',
    'ledger: mine, key: roof, meter: one, assetId: 3',
    ['15:48: assets[0].report[0].assetId: unknown key; there are ledger, key, meter'],
  ],
  [
    'ledger: mine, key: roof',
    'ledger: mine, key: rof',
    ['15:30: assets[0].report[0].key: there is no "rof" in keys; did you mean "roof"?'],
  ],
])('what is wrong is told with its place: %s -> %s', async (before, after, expected) => {
  expect(text).toContain(before)
  expect((await check(text.replace(before, after))).said).toEqual(expected)
})

test('an address with a mistyped digit is told where it carries a checksum', async () => {
  const { said } = await check(text.replace('0x5FbDB2315678', '0x5FbDB2315679'))
  expect(said).toEqual([expect.stringMatching(/^5:\d+: ledgers\.mine\.contract: mistyped, .*EIP-55/)])
  expect((await check(text.replace('0x5FbDB2315678afecb367f032d93F642f64180aa3', '0x12'))).said).toEqual([
    expect.stringContaining('ledgers.mine.contract: expected an address: 0x and 40 hex digits'),
  ])
  const lower = '0x5fbdb2315678afecb367f032d93f642f64180aa4'
  expect((await check(text.replace('0x5FbDB2315678afecb367f032d93F642f64180aa3', lower))).said).toEqual([])
})

test('two assets can not report to the same place of one ledger', async () => {
  const second = `  - name: hall
    role: producer
    channel: export
    capacity: 1 kW
    every: 1m
    source: { kind: simulator, profile: solar, peak: 1 kW }
    report: [{ ledger: mine, key: roof, meter: one }]
modules`
  expect((await check(text.replace('modules', second))).said).toEqual([
    '23:14: assets[1].report[0]: "roof" reports to the same place of "mine"',
  ])
})

test('a name that energyweb has is refused', async () => {
  const file = join(folder, 'gateway.yml')
  await writeFile(join(folder, 'ledger.mjs'), module.replace("'my-registry'", "'origin-b'"))
  await writeFile(file, text)
  const { errors } = await checkConfig(file)
  expect(errors.map(({ message }) => message)).toEqual([
    'the ledger kind "origin-b" belongs to energyweb: choose another name',
  ])
})

const published = text
  .replace('kind: my-registry', 'kind: my-names')
  .replace('name: roof', 'name: roof\n    publish: cid')
const refused =
  '15:9: assets[0].report[0]: its calls carry the CID of the raw bytes and the CID of the record of each reading, which can never be erased from a chain: the asset "roof" must say `publish: cid`'

test('a kind whose calls carry CIDs is taken where the asset says so, and refused elsewhere', async () => {
  const { config, said, warned } = await check(published)
  expect(said).toEqual([])
  expect(warned).toContain(
    'assets[0].publish: CIDs of what "roof" says go to mine: they can never be erased from there',
  )
  const useless = await check(text.replace('name: roof', 'name: roof\n    publish: cid'))
  expect(useless.warned).toContain('assets[0].publish: has no effect: none of its report lines carries a CID')
  if (config === undefined) throw new Error('refused')
  expect(definedLinesOf(config, 'mine')).toMatchObject([{ stream: 'roof', publish: 'cid' }])
  expect((await check(published.replace('    publish: cid\n', ''))).said).toEqual([refused])
})

test('a line that asks for a CID is told what its asset must say', async () => {
  const given = text
    .replace('kind: my-registry', 'kind: origin-b')
    .replace("contract: '0x5F", "producing: '0x5F")
    .replace('meter: one }', 'assetId: 3, carries: raw.cid }')
  expect((await check(given)).said).toEqual([
    '15:57: assets[0].report[0].carries: its calls carry the CID of the raw bytes, which can never be erased from a chain: the asset "roof" must say `publish: cid`',
  ])
  expect((await check(given.replace('name: roof', 'name: roof\n    publish: cid'))).said).toEqual([])
  // What it carries makes no other place of it.
  const twice = given
    .replace('carries: raw.cid', 'carries: document.cid')
    .replace('name: roof', 'name: roof\n    publish: cid')
    .replace('modules:', `  - ${cellar}\nmodules:`)
  expect((await check(twice)).said).toEqual([
    expect.stringMatching(/"roof" reports to the same place of "mine"/),
  ])
})

/** Another asset that reports to the same place and carries nothing. */
const cellar = `{ name: cellar, role: producer, channel: export, capacity: 1 kW, every: 1m, source: { kind: simulator, profile: solar, peak: 1 kW }, report: [{ ledger: mine, key: roof, assetId: 3 }] }`
