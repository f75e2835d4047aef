import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkConfig } from './check-config.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-ledgers-'))
})
afterEach(() => rm(folder, { recursive: true }))

// The runner has its own way to find modules: what `energyweb/ledgers` leads to is named itself.
const kit = new URL('../ledgers/ledger-kit.ts', import.meta.url).href
const module = `import { contractAddress, defineLedger, notReady, z } from '${kit}'
const kind = (name, needs) => defineLedger({
  name, needs, title: name, description: name, proof: 'none',
  options: z.strictObject({ contract: contractAddress('the contract') }),
  line: z.strictObject({ meter: z.string().min(1).meta({ description: 'name of the meter' }) }),
  example: { ledger: '', report: '' },
  create() { throw notReady('never', 'opened') },
})
export const ledgers = [kind('my-registry', 'increasing'), kind('my-periods', 'interval')]
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
  const { config, errors } = await checkConfig(file)
  return {
    config,
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
      '5:17: ledgers.mine.kind: expected one of anchor, ipfs-pinning, issuer, kubo, my-periods, my-registry, origin-a, origin-b; did you mean "my-registry"?',
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
