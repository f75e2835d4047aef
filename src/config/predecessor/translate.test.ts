import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { isEnergywebError } from '../../core/errors.ts'
import { checkConfig, loadConfig } from '../check-config.ts'
import { formatProblem } from '../problem.ts'
import type { Assumptions } from './asset-context.ts'
import { MemoryKeeper } from './secret-keeper.ts'
import { translate } from './translate.ts'

const account = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
const privateKey = 'ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80'
const producing = '0x5FbDB2315678afecb367f032d93F642f64180aa3'
const consuming = '0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512'

const eumel = (parameters = {}) => ({
  module: 'energyweb.eds.eumel',
  class_name: 'DataLoggerV2d1d1',
  class_parameters: { ip: 'http://192.168.1.20', user: 'admin', password: 'hunter2', ...parameters },
})

const contract = (parameters = {}, class_name = 'OriginProducer') => ({
  module: 'energyweb.smart_contract.origin_v1',
  class_name,
  class_parameters: {
    asset_id: 2,
    wallet_add: account,
    wallet_pwd: privateKey,
    client_url: 'https://rpc.energyweb.org',
    addresses: { producer: { address: producing }, consumer: { address: consuming } },
    ...parameters,
  },
})

const producer = (parts = {}) => ({
  name: 'roof',
  'energy-meter': eumel(),
  'smart-contract': contract(),
  ...parts,
})

async function translated(file: object, assumptions: Assumptions = {}) {
  const keeper = new MemoryKeeper()
  const translation = await translate(JSON.parse(JSON.stringify(file)), { keeper, assumptions })
  return { ...translation, secrets: Object.fromEntries(keeper.secrets) }
}

async function errorsOf(file: object, assumptions: Assumptions = {}): Promise<string[]> {
  const { errors } = await translated(file, assumptions)
  return errors.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

/** What `check` says about a file, one line each. */
async function check(file: object): Promise<{ errors: string[]; warnings: string[] }> {
  const { errors, warnings } = await checkConfig('old.json', { text: JSON.stringify(file, null, 2) })
  return { errors: errors.map(formatProblem), warnings: warnings.map(formatProblem) }
}

describe('classes become kinds', () => {
  test('a producer with a data logger and a registry', async () => {
    const { value, secrets } = await translated({ producers: [producer()] })
    expect(value).toEqual({
      energyweb: 1,
      data: './data',
      keys: { 'account-f39fd6': { env: 'PLAIN_TEXT_2_account_f39fd6' } },
      networks: { chain: { preset: 'energyweb', rpc: ['https://rpc.energyweb.org'] } },
      ledgers: { origin: { kind: 'origin-a', network: 'chain', producing, consuming } },
      assets: [
        {
          name: 'roof',
          role: 'producer',
          every: '1h',
          channel: 'export',
          opening: 'meter',
          source: {
            kind: 'eumel-v2',
            url: 'http://192.168.1.20',
            tls: { allow: 'lan-http', reason: 'the old configuration had no TLS' },
            auth: { user: 'admin', password: { env: 'PLAIN_TEXT_1_roof_meter' } },
          },
          report: [{ ledger: 'origin', assetId: 2, key: 'account-f39fd6' }],
        },
      ],
    })
    expect(secrets).toEqual({
      PLAIN_TEXT_1_roof_meter: 'hunter2',
      PLAIN_TEXT_2_account_f39fd6: privateKey,
    })
  })

  test('a consumer of the Energy API: the class is called version 1 and speaks version 2', async () => {
    const meter = {
      class_name: 'BondAPIv1',
      class_parameters: { base_url: 'https://u:p%40@api.example.org/v2/', source: 'consumed', device_id: 0 },
    }
    const { value, secrets } = await translated({ consumers: [{ 'energy-meter': meter }] })
    expect(value?.assets).toMatchObject([
      {
        name: 'consumer 1',
        channel: 'import',
        source: {
          kind: 'energy-api',
          version: 2,
          url: 'https://api.example.org/v2',
          device: 0,
          auth: { user: 'u', password: { env: 'PLAIN_TEXT_1_consumer_1_meter' } },
        },
      },
    ])
    expect(secrets).toEqual({ PLAIN_TEXT_1_consumer_1_meter: 'p@' })
  })

  test('the first firmware of the data logger, with an address without a scheme', async () => {
    const meter = { ...eumel({ ip: '10.0.0.7' }), class_name: 'DataLoggerV1' }
    const { value } = await translated({ consumers: [{ name: 'a', 'energy-meter': meter }] })
    expect(value?.assets).toMatchObject([
      { channel: 'import', source: { kind: 'eumel-v1', url: 'http://10.0.0.7' } },
    ])
  })

  test('what is the same is there once: keys, networks, registries', async () => {
    const other = contract({ asset_id: 3, client_url: 'https://node.example.org' })
    const { value, accounts } = await translated(
      {
        consumers: [producer({ name: 'a', 'smart-contract': contract({}, 'OriginConsumer') })],
        producers: [producer(), producer({ name: 'b', 'smart-contract': other })],
      },
      { chainId: 246n },
    )
    expect(Object.keys(value?.keys ?? {})).toEqual(['account-f39fd6'])
    expect(Object.keys(value?.networks ?? {})).toEqual(['chain', 'chain-2'])
    expect(Object.keys(value?.ledgers ?? {})).toEqual(['origin', 'origin-2'])
    expect([...accounts]).toEqual([['account-f39fd6', account]])
  })

  test('equal names become different ones, unfit ones fit, and both are told', async () => {
    const { value, warnings } = await translated({
      producers: [
        producer(),
        producer({ 'smart-contract': null }),
        producer({ name: 'a/b', 'smart-contract': null }),
      ],
    })
    expect(value?.assets).toMatchObject([{ name: 'roof' }, { name: 'roof 2' }, { name: 'a-b' }])
    expect(warnings.filter(({ path }) => path.at(-1) === 'name')).toHaveLength(2)
  })

  test('a node whose address holds a key is kept like a secret', async () => {
    const url = 'https://mainnet.example.org/v3/0123456789abcdef0123456789abcdef'
    const { value, secrets, plainSecrets } = await translated({
      producers: [producer({ 'smart-contract': contract({ client_url: url }) })],
    })
    expect(value?.networks).toEqual({ chain: { rpc: [{ url: { env: 'PLAIN_TEXT_3_chain_node' } }] } })
    expect(secrets.PLAIN_TEXT_3_chain_node).toBe(url)
    expect(plainSecrets).toHaveLength(3)
  })

  test('an EnergyMeterSimulator can be made (U17): of its parameters nobody knows a thing', async () => {
    const meter = {
      module: 'energyweb.eds.simulator',
      class_name: 'EnergyMeterSimulator',
      class_parameters: { a: 1 },
    }
    const { errors, warnings } = await check({
      producers: [{ name: 'p', 'energy-meter': meter }],
      consumers: [{ name: 'c', 'energy-meter': { class_name: 'EnergyMeterSimulator' } }],
    })
    expect(errors).toEqual([])
    expect(warnings).toContainEqual(expect.stringContaining('profile solar'))
    expect(warnings).toContainEqual(expect.stringContaining('profile load'))
    expect(warnings).toContainEqual(expect.stringContaining('class_parameters.a: is not known and left out'))
  })
})

describe('carbon sources (U21: the hosts of versions 1 and 2 are retired)', () => {
  const watttime = (class_name: string, parameters = {}) => ({
    module: 'energyweb.carbonemission',
    class_name,
    class_parameters: { usr: 'ops', pwd: 'grid secret', ba: 'FR', ...parameters },
  })
  const withCarbon = (...parts: object[]) => ({
    producers: parts.map((part, index) => ({
      ...producer({ 'smart-contract': null }),
      name: `p${index}`,
      'carbon-emission': part,
    })),
  })
  const old = withCarbon(watttime('WattimeV1', { hours_from_now: 24 }), watttime('WattimeV2'))
  const auth = { user: 'ops', password: { env: 'PLAIN_TEXT_2_watttime_ops' } }

  test('become WattTime of today, with a warning; one account is one secret', async () => {
    const { value, warnings, secrets } = await translated(old)
    const carbon = { kind: 'watttime-v3', region: 'FR', auth }
    expect(value?.assets).toMatchObject([{ carbon }, { carbon }])
    expect(warnings.filter(({ message }) => message.includes('retired'))).toHaveLength(2)
    expect(Object.values(secrets).filter(secret => secret === 'grid secret')).toHaveLength(1)
  })

  test('stay what they are where there is a mirror', async () => {
    const { value, warnings } = await translated(old, { watttime: 'https://mirror.example.org' })
    expect(value?.assets).toMatchObject([
      {
        carbon: {
          kind: 'watttime-v1',
          url: 'https://mirror.example.org',
          region: 'FR',
          lookback: '24h',
          auth,
        },
      },
      {
        carbon: {
          kind: 'watttime-v2',
          url: 'https://mirror.example.org',
          region: 'FR',
          call: 'insight',
          auth,
        },
      },
    ])
    expect(warnings.filter(({ message }) => message.includes('retired'))).toEqual([])
  })

  test('of an unknown class are an error', async () => {
    expect(await errorsOf(withCarbon(watttime('WattimeV3')))).toEqual([
      'producers.0.carbon-emission.class_name: no carbon source has this class name; did you mean "WattimeV1"?',
    ])
  })

  test('pass the check of the drivers, found at the old place', async () => {
    expect((await check(old)).errors).toEqual([])
    expect((await check(withCarbon(watttime('WattimeV1', { ba: 'F R' })))).errors).toEqual([
      expect.stringMatching(/producers\[0\]\.carbon-emission\.class_parameters\.ba: expected a region/),
    ])
  })
})

describe('either list may be missing, empty or null (U16)', () => {
  test.each([
    ['no consumers', { producers: [producer()] }],
    ['empty consumers', { consumers: [], producers: [producer()] }],
    ['null consumers', { consumers: null, producers: [producer()] }],
    ['no producers', { consumers: [{ name: 'a', 'energy-meter': eumel() }] }],
    ['empty producers', { producers: [], consumers: [{ name: 'a', 'energy-meter': eumel() }] }],
  ])('%s', async (_, file) => {
    expect((await check(file)).errors).toEqual([])
  })

  test('only with neither there is nothing to read', async () => {
    expect((await check({ consumers: [], producers: [] })).errors).toEqual([
      'old.json:1:1: lists neither a consumer nor a producer',
    ])
  })
})

describe('what is wrong is said at its place in the old file', () => {
  test.each([
    [
      'an unknown class',
      { 'energy-meter': { class_name: 'DataLogerV1' } },
      'energy-meter.class_name: no meter has this class name; did you mean "DataLoggerV1"?',
    ],
    [
      'a class far from all',
      { 'energy-meter': { class_name: 'Thermometer' } },
      'energy-meter.class_name: no meter has this class name; there are BondAPIv1, DataLoggerV1, DataLoggerV2d1d1, EnergyMeterSimulator',
    ],
    [
      'a name of every object',
      { 'energy-meter': { class_name: 'constructor' } },
      'energy-meter.class_name: no meter has this class name; there are BondAPIv1, DataLoggerV1, DataLoggerV2d1d1, EnergyMeterSimulator',
    ],
    ['no meter', { 'energy-meter': undefined }, 'energy-meter: is missing'],
    [
      'no address',
      { 'energy-meter': eumel({ ip: undefined }) },
      'energy-meter.class_parameters.ip: is missing',
    ],
    [
      'a registry of the other role',
      { 'smart-contract': contract({}, 'OriginConsumer') },
      "smart-contract.class_name: a producer can't report as a consumer",
    ],
    [
      'an unknown registry',
      { 'smart-contract': contract({}, 'OriginProducers') },
      'smart-contract.class_name: no registry has this class name; did you mean "OriginProducer"?',
    ],
    [
      'no private key',
      { 'smart-contract': contract({ wallet_pwd: `${privateKey}0` }) },
      'smart-contract.class_parameters.wallet_pwd: expected a private key: 64 hex digits',
    ],
    [
      "somebody else's account",
      { 'smart-contract': contract({ wallet_add: producing }) },
      `smart-contract.class_parameters.wallet_add: the private key beside it is that of ${account}`,
    ],
    [
      'no id',
      { 'smart-contract': contract({ asset_id: -1 }) },
      'smart-contract.class_parameters.asset_id: expected a whole number',
    ],
    [
      'a chain that is gone',
      { 'smart-contract': contract({ client_url: 'https://tobalaba.example.org' }) },
      'smart-contract.class_parameters.client_url: the test chain Tobalaba is gone: name a node of another chain, or convert the file with --rpc',
    ],
    [
      'a strange module',
      { 'energy-meter': { ...eumel(), module: '../evil' } },
      'energy-meter.module: expected the name of a Python module',
    ],
  ])('%s', async (_, parts, expected) => {
    expect(await errorsOf({ producers: [producer(parts)] })).toContain(`producers.0.${expected}`)
  })

  test("a registry's address that is missing names what to add, and can be given", async () => {
    const file = { producers: [producer({ 'smart-contract': contract({ addresses: undefined }) })] }
    expect(await errorsOf(file)).toEqual([
      expect.stringMatching(/^producers\.0\.smart-contract\.class_parameters: .*--producing 0x…$/),
    ])
    const { value } = await translated(file, { producing: consuming })
    expect(value?.ledgers).toMatchObject({ origin: { producing: consuming } })
  })

  test('what only the whole configuration shows is said in the words of the old file', async () => {
    const file = { producers: [producer(), producer({ name: 'b' })] }
    const { errors } = await check(file)
    expect(errors).toEqual([
      expect.stringMatching(
        /^old\.json:\d+:\d+: producers\[1\]\.smart-contract\.class_parameters\.asset_id: asset 2 of "origin" is taken by "roof"$/,
      ),
    ])
  })

  test('an address that is none', async () => {
    const addresses = { producer: { address: '0x12' }, consumer: { address: consuming } }
    const { errors } = await check({ producers: [producer({ 'smart-contract': contract({ addresses }) })] })
    expect(errors).toEqual([expect.stringContaining('.addresses: expected an address: 0x and 40 hex digits')])
  })
})

describe('secrets in plain text (U19)', () => {
  test('are loaded, each with a warning at its place, and shown nowhere', async () => {
    const { warnings, errors } = await check({ producers: [producer()] })
    expect(errors).toEqual([])
    expect(warnings.filter(line => line.includes('stands here in plain text'))).toHaveLength(2)
    expect(warnings.join('\n')).not.toMatch(/hunter2|ac0974/)
  })

  test('are not in an error either', async () => {
    const contractPart = contract({ wallet_pwd: 'nearly-a-secret', client_url: undefined })
    const text = JSON.stringify({ producers: [producer({ 'smart-contract': contractPart })] })
    const error = await loadConfig('old.json', { text }).catch((thrown: unknown) => thrown)
    expect(isEnergywebError(error, 'config-invalid') && error.message).not.toMatch(/nearly-a-secret|hunter2/)
  })

  test('are resolved for what is loaded', async () => {
    const { config } = await loadConfig('old.json', { text: JSON.stringify({ producers: [producer()] }) })
    expect([...config.secrets.values()]).toEqual(['hunter2', privateKey])
    expect(
      JSON.stringify(config, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
    ).not.toMatch(/hunter2|ac0974/)
  })
})

test('a chain that nobody names stays open, with a warning; one that a known host tells does not', async () => {
  const own = contract({ client_url: 'http://127.0.0.1:8545' })
  const { errors, warnings } = await check({ producers: [producer({ 'smart-contract': own })] })
  expect(errors).toEqual([])
  expect(warnings).toContainEqual(expect.stringContaining('client_url: the chain is not named here'))
  expect((await check({ producers: [producer()] })).warnings.join()).not.toContain('the chain is not named')
})

test('servers that nobody has built yet are left out with a warning, other keys too', async () => {
  const { errors, warnings } = await check({
    producers: [producer()],
    'ocpp16-server': { host: '0.0.0.0', port: 8080 },
    'elastic-sync': { service_urls: [] },
    consumer: [],
  })
  expect(errors).toEqual([])
  expect(warnings).toContainEqual(expect.stringContaining('ocpp16-server: is not supported yet'))
  expect(warnings).toContainEqual(expect.stringContaining('elastic-sync: is not supported yet'))
  expect(warnings).toContainEqual(
    expect.stringContaining('consumer: is not known and left out; did you mean "consumers"?'),
  )
})

test('a misspelt part of an asset is told, not passed over', async () => {
  const { warnings } = await check({ producers: [producer({ 'smart-contrct': contract() })] })
  expect(warnings).toContainEqual(
    expect.stringContaining(
      'producers[0].smart-contrct: is not known and left out; did you mean "smart-contract"?',
    ),
  )
})

test('the examples are understood', async () => {
  for (const name of ['origin', 'elocity']) {
    const file = new URL(`../../../examples/predecessor/${name}.json`, import.meta.url)
    const { errors } = await translated(JSON.parse(await readFile(file, 'utf8')))
    expect(errors).toEqual([])
  }
})
