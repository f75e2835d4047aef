import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { processorTime } from '../../test/support/processor-time.ts'
import { isEnergywebError } from '../core/errors.ts'
import { carbonKinds } from '../sources/index.ts'
import { checkConfig, loadConfig } from './check-config.ts'
import { formatProblem } from './problem.ts'
import { sampleConfig } from './sample-config.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'energyweb-config-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Everything that is wrong with a text, one line each, as it is printed. */
/** The asset with another source. */
function withSource(source: string): string {
  return asset.replace(/source: .*/, `source: ${source}`)
}

async function errorsOf(text: string, file = 'gateway.yml'): Promise<string[]> {
  try {
    const { errors } = await checkConfig(file, { text })
    return errors.map(formatProblem)
  } catch (error) {
    if (!isEnergywebError(error, 'config-invalid')) throw error
    return error.message.split('\n').slice(1)
  }
}

const asset = `energyweb: 1
assets:
  - name: roof
    role: producer
    channel: export
    capacity: 10 kW
    every: 15m
    source: { kind: simulator, profile: solar, peak: 10 kW }
`

const full = `energyweb: 1
info: { title: Rooftop PV, version: 1.0.0 }
data: ./data
log: { key: log, origin: gateway.example.org/roof, checkpoint: 15m }
keys:
  log: { keystore: ./log-key.json, password: { env: LOG_KEY_PASSWORD } }
  meter: { keystore: ./meter-key.json, password: { env: METER_KEY_PASSWORD } }
networks:
  ewc: { preset: energyweb, rpc: [https://rpc.energyweb.org], confirmations: 12 }
ledgers:
  origin: { kind: origin-a, network: ewc, producing: 0x5FbDB2315678afecb367f032d93F642f64180aa3 }
assets:
  - name: roof
    role: producer
    capacity: 10 kW
    every: 15m
    source: { kind: eumel-v2, url: http://192.168.1.20, tls: { allow: lan-http, reason: device has no TLS }, auth: { user: admin, password: { file: ./eumel.password } } }
    channel: export
    opening: 12.5 kWh
    report: [{ ledger: origin, assetId: 2, key: meter }]
`

const environment = { LOG_KEY_PASSWORD: 'one', METER_KEY_PASSWORD: 'two' }

describe('a good configuration', () => {
  test('is read to the last value', async () => {
    const { config } = await loadConfig('/etc/energyweb/gateway.yml', { text: full, environment })
    expect(config).toMatchObject({
      data: '/etc/energyweb/data',
      info: { version: '1.0.0' },
      log: { checkpoint: 900_000 },
      keys: { log: { keystore: '/etc/energyweb/log-key.json', password: { env: 'LOG_KEY_PASSWORD' } } },
      ledgers: { origin: { producing: '0x5fbdb2315678afecb367f032d93f642f64180aa3' } },
      assets: [
        {
          capacity: 10_000_000n,
          every: 900_000,
          opening: 45_000_000_000n,
          report: [{ assetId: 2n }],
          source: { kind: 'eumel-v2', auth: { password: { file: '/etc/energyweb/eumel.password' } } },
        },
      ],
    })
  })

  test('the same as JSON, indented by tabs, is the same', async () => {
    const { parse } = await import('yaml')
    const json = JSON.stringify({ ...parse(full.replace(/0x\w+/, "'$&'")) }, undefined, '\t')
    const fromJson = await loadConfig('/etc/energyweb/gateway.json', { text: json, environment })
    const fromYaml = await loadConfig('/etc/energyweb/gateway.yml', { text: full, environment })
    expect(fromJson.config).toEqual(fromYaml.config)
  })

  test('aliases stand for what they name', async () => {
    const text = asset
      .replace('every: 15m', 'every: &often 15m')
      .concat('log: {}\n')
      .replace('10 kW\n', '10 kW\n    deadline: 10s\n')
    expect(await errorsOf(`${text}data: &folder ./data\ninfo: { title: *folder }\n`)).toEqual([])
  })

  test('the sample has neither errors nor warnings', async () => {
    const { warnings } = await loadConfig(join(folder, 'sample.yml'), { text: sampleConfig() })
    expect(warnings).toEqual([])
  })

  test("the sample's comments, switched on, have no errors", async () => {
    const lines = sampleConfig().split('\n')
    const begin = lines.indexOf(
      '# Signed checkpoints: make a key with `energyweb keys new log-key.json --log`, never one of a chain.',
    )
    expect(begin).toBeGreaterThan(0)
    const ofAsset = lines
      .slice(0, begin)
      .map(line => line.replace(/^ {4}# (opening|resolution|report):/, '    $1:'))
    const sections = lines.slice(begin).map(line => line.replace(/^# (\w+:$|log: | {2})/, '$1'))
    const text = [...ofAsset, ...sections].join('\n')
    expect(text).toContain('\nledgers:\n  origin:')
    expect(text).toContain('\n    report: [')
    expect(await errorsOf(text)).toEqual([])
  })

  test("the sample's real meter, switched on, has no errors", async () => {
    const text = sampleConfig()
      .replace(/^ {4}source: .*\n/m, '')
      .replace(/^ {4}# (source:| {2})/gm, '    $1')
    expect(text).toContain('\n      kind: eumel-v2')
    expect(await errorsOf(text)).toEqual([])
  })
})

describe('errors name line, column and path', () => {
  test.each<[string, string, string[]]>([
    [
      'an unknown key',
      asset.replace('every', 'evrey'),
      ['gateway.yml:7:5: assets[0].evrey: unknown key; did you mean "every"?'],
    ],
    [
      'an unknown key far from any',
      `${asset}zzzzzzzzzz: 1\n`,
      [
        'gateway.yml:9:1: zzzzzzzzzz: unknown key; there are energyweb, info, data, log, witness, logging, metrics, disk, keys, networks, ledgers, assets, modules, secrets, tasks',
      ],
    ],
    [
      'an unknown option of a driver',
      asset.replace('profile', 'profil'),
      [
        'gateway.yml:8:13: assets[0].source.profile: is missing',
        'gateway.yml:8:32: assets[0].source.profil: unknown key; did you mean "profile"?',
      ],
    ],
    [
      'an unknown driver',
      asset.replace('simulator', 'eumel'),
      [
        'gateway.yml:8:21: assets[0].source.kind: expected one of energy-api, eumel-v1, eumel-v2, gridx, loxone, meter-reads, simulator; did you mean "eumel-v1"?',
      ],
    ],
    [
      'a version that a driver does not speak',
      withSource('{ kind: energy-api, version: 4, url: https://x.example }'),
      ['gateway.yml:8:42: assets[0].source.version: expected one of 1, 2, 3'],
    ],
    [
      'an option of another version',
      withSource('{ kind: energy-api, version: 3, asset: 7, unit: Wh, url: https://x.example }'),
      [
        'gateway.yml:8:55: assets[0].source.unit: unknown key; there are url, version, accumulated, tls, auth, interval, lookback, overlap, limit, device, asset',
      ],
    ],
    [
      'intervals of unknown length',
      withSource('{ kind: energy-api, version: 1, unit: Wh, accumulated: false, url: https://x.example }'),
      [
        'gateway.yml:8:13: assets[0].source.interval: is missing: values that are not accumulated need the length of an interval',
      ],
    ],
    [
      'a wrong type',
      asset.replace('name: roof', 'name: [roof]'),
      ['gateway.yml:3:11: assets[0].name: expected text, not a list'],
    ],
    [
      'an asset that is never read',
      asset.replace('    every: 15m\n', ''),
      ['gateway.yml:3:5: assets[0].every: is missing: say how often it is read, or when, with cron'],
    ],
    [
      'an interval beside cron',
      asset.replace('every: 15m', "every: 15m\n    cron: '*/15 * * * *'\n    aligned: true"),
      [
        'gateway.yml:8:11: assets[0].cron: there is an interval too: give one of the two',
        'gateway.yml:9:14: assets[0].aligned: is for an interval; cron runs on the dot',
      ],
    ],
    [
      'a zone without cron',
      asset.replace('every: 15m', 'every: 15m\n    zone: Europe/Vienna'),
      ['gateway.yml:8:11: assets[0].zone: a time zone is for cron only'],
    ],
    [
      'a cron pattern that is none',
      asset.replace('every: 15m', "cron: '*/15 * *'"),
      [expect.stringMatching(/^gateway.yml:7:11: assets\[0\].cron: "\*\/15 \* \*" is not a cron pattern/)],
    ],
    [
      'a duration without unit',
      asset.replace('15m', '15 minutes'),
      [
        'gateway.yml:7:12: assets[0].every: "15 minutes" is not a duration: write a number and a unit, like 5s, 15m, 1h or 1d; or whole milliseconds above zero',
      ],
    ],
    [
      'a power without unit',
      asset.replace('10 kW\n', '10\n'),
      ['gateway.yml:6:15: assets[0].capacity: expected a power like 10 kW'],
    ],
    [
      'a wrong version',
      asset.replace('energyweb: 1', 'energyweb: 2'),
      ['gateway.yml:1:12: energyweb: expected 1'],
    ],
    ['no assets', 'energyweb: 1\n', ['gateway.yml:1:1: assets: is missing']],
    ['an empty list of assets', 'energyweb: 1\nassets: []\n', ['gateway.yml:2:9: assets: is empty']],
    [
      'two assets of one name',
      asset + asset.slice(asset.indexOf('  - name')),
      ['gateway.yml:9:11: assets[1].name: there is another asset "roof"'],
    ],
    [
      'a ledger that is not there',
      full.replace('ledger: origin,', 'ledger: orgin,'),
      [
        'gateway.yml:20:24: assets[0].report[0].ledger: there is no "orgin" in ledgers; did you mean "origin"?',
      ],
    ],
    [
      'a key that is not there',
      full.replace('key: meter', 'key: mete'),
      ['gateway.yml:20:49: assets[0].report[0].key: there is no "mete" in keys; did you mean "meter"?'],
    ],
    [
      'the log key on a chain',
      full.replace('key: meter', 'key: log'),
      [
        'gateway.yml:20:49: assets[0].report[0].key: "log" signs the log: an account of a chain needs a key of its own',
      ],
    ],
    [
      'the log key on a chain under another name',
      full.replace('./meter-key.json', './log-key.json'),
      [
        'gateway.yml:20:49: assets[0].report[0].key: "meter" signs the log: an account of a chain needs a key of its own',
      ],
    ],
    [
      'the value of a counter to open with, where there are intervals',
      asset.replace('10 kW }', '10 kW, value: interval }\n    opening: meter'),
      [
        'gateway.yml:9:14: assets[0].opening: simulator reports intervals here: there is no counter to open with; use zero or an amount',
      ],
    ],
    [
      'a registry that is not there',
      full.replace('role: producer', 'role: consumer'),
      ['gateway.yml:20:24: assets[0].report[0].ledger: a consumer needs consuming in ledgers.origin'],
    ],
    [
      'an absurd id',
      full.replace('assetId: 2', `assetId: ${'9'.repeat(400)}`),
      ['gateway.yml:20:41: assets[0].report[0].assetId: expected a whole number from 0 to 2^256 - 1'],
    ],
    [
      'an absurd duration',
      asset.replace('15m', '400d'),
      ['gateway.yml:7:12: assets[0].every: must be at most 31d'],
    ],
    [
      'an absurd power',
      asset.replace('10 kW\n', '1e99 kW\n'),
      [
        'gateway.yml:6:15: assets[0].capacity: "1e99 kW" is not a power: write a number and W, kW, MW or GW, like 10 kW',
      ],
    ],
    [
      'plain HTTP without a reason',
      full.replace(/tls: \{.*TLS \}, /, ''),
      [
        'gateway.yml:17:36: assets[0].source.url: plain HTTP: use https, or say why not with tls: { allow: lan-http, reason: … }',
      ],
    ],
    [
      'a node over plain HTTP on another machine, and one that lan-http does not reach',
      full.replace(
        '[https://rpc.energyweb.org]',
        '[http://rpc.example.org, { url: http://8.8.8.8, tls: { allow: lan-http, reason: x } }, http://localhost:8545]',
      ),
      [
        'gateway.yml:9:35: networks.ewc.rpc[0]: plain HTTP to another machine: use https (wss), or say why not with tls: { allow: lan-http, reason: … }',
        'gateway.yml:9:66: networks.ewc.rpc[1].url: lan-http is for private addresses only: use https',
      ],
    ],
    [
      'a TLS policy that is none',
      full.replace(/tls: \{.*TLS \}/, 'tls: none'),
      [
        'gateway.yml:17:36: assets[0].source.url: plain HTTP: use https, or say why not with tls: { allow: lan-http, reason: … }',
        'gateway.yml:17:62: assets[0].source.tls: expected `required`, `{ pin: sha256/… }`, `{ ca: file }` or `{ allow: lan-http, reason }`',
      ],
    ],
    [
      'an opt-out without a reason',
      full.replace(', reason: device has no TLS', ''),
      ['gateway.yml:17:62: assets[0].source.tls.reason: is missing'],
    ],
    [
      'a secret in plain text',
      full.replace('{ file: ./eumel.password }', 'hunter2'),
      [
        'gateway.yml:17:141: assets[0].source.auth.password: a secret never stands in a configuration: write { env: NAME } or { file: path }',
      ],
    ],
    [
      'a password of a key in plain text',
      full.replace('{ env: METER_KEY_PASSWORD }', 'hunter2'),
      [
        'gateway.yml:7:50: keys.meter.password: a secret never stands in a configuration: write { env: NAME } or { file: path }',
      ],
    ],
    [
      'a private key',
      full.replace(/meter: \{.*\}/, `meter: '0x${'ab'.repeat(32)}'`),
      [
        'gateway.yml:7:10: keys.meter: expected a key: `{ keystore, password }`, `{ pkcs11, token, label, pin }` or `{ env }`; never the key itself',
      ],
    ],
    [
      'an address with credentials',
      full.replace('http://192', 'http://admin:hunter2@192'),
      [
        'gateway.yml:17:36: assets[0].source.url: expected an http or https address without user, password, query or fragment',
      ],
    ],
    [
      'a network without anything',
      full.replace('preset: energyweb, rpc: [https://rpc.energyweb.org], ', ''),
      [
        'gateway.yml:9:8: networks.ewc.chainId: is missing: a network needs a preset or its chainId and rpc',
        'gateway.yml:9:8: networks.ewc.rpc: is missing: a network without a preset needs its nodes',
      ],
    ],
    [
      'what comes later',
      `${full}    carbon: { kind: watttime-v3 }\n`,
      [
        'gateway.yml:21:13: assets[0].carbon.region: is missing',
        'gateway.yml:21:13: assets[0].carbon.auth: is missing',
      ],
    ],
    [
      'a carbon source nobody knows',
      `${full}    carbon: { kind: wattime-v3 }\n`,
      [
        `gateway.yml:21:21: assets[0].carbon.kind: expected one of ${carbonKinds.join(', ')}; did you mean "watttime-v3"?`,
      ],
    ],
    [
      'a carbon source with a mass and a duration that are none',
      `${full}    carbon: { kind: static, factor: 420 g/kWh, basis: average, opening: 5 kWh, wait: 1ms }\n`,
      [
        'gateway.yml:21:73: assets[0].carbon.opening: "5 kWh" is not a mass: write a number and g, kg, t or lb, like 123.5 kg',
        'gateway.yml:21:86: assets[0].carbon.wait: must be at least 1000 ms',
      ],
    ],
    [
      'a retired service without a mirror',
      `${full}    carbon: { kind: watttime-v1, region: BPA, auth: { user: ops, password: { env: A } } }\n`,
      [
        'gateway.yml:21:13: assets[0].carbon.url: is missing: WattTime has retired this version and its host; name a mirror of your own, or use watttime-v3',
      ],
    ],
    [
      'a misspelt word of a key in a token, and a pin without its beginning',
      `${asset}keys: { log: { pkcs1: ./x.so, token: ew, label: log, pin: { env: A } } }
networks: { ewc: { preset: energyweb, rpc: [{ url: https://10.0.0.1, tls: { pin: ls1IAIuND7UIHs3XoFdePcKkHa7wkIC6qTR0enRwr6U= } }] } }
`,
      [
        'gateway.yml:9:14: keys.log.pkcs11: is missing',
        'gateway.yml:9:16: keys.log.pkcs1: unknown key; did you mean "pkcs11"?',
        "gateway.yml:10:82: networks.ewc.rpc[0].tls.pin: expected the SHA-256 of the server's public key: sha256/ and 44 characters of base64",
      ],
    ],
    [
      'options of a carbon source that are none, and a misspelt one',
      `${full}    carbon: { kind: static, factor: 420 g, basis: mean, scop: direct }\n`,
      [
        'gateway.yml:21:37: assets[0].carbon.factor: expected a factor like 420 g/kWh or 872.5 lb/MWh',
        'gateway.yml:21:51: assets[0].carbon.basis: expected one of marginal, average',
        'gateway.yml:21:57: assets[0].carbon.scop: unknown key; did you mean "scope"?',
      ],
    ],
    [
      'a password of a carbon source in plain text, over plain HTTP',
      `${full}    carbon: { kind: watttime-v3, region: FR, url: http://192.168.1.9, auth: { user: ops, password: hunter2 } }\n`,
      [
        'gateway.yml:21:51: assets[0].carbon.url: plain HTTP: use https, or say why not with tls: { allow: lan-http, reason: … }',
        'gateway.yml:21:100: assets[0].carbon.auth.password: a secret never stands in a configuration: write { env: NAME } or { file: path }',
      ],
    ],
    [
      'tasks without modules, and modules that nobody may name',
      `${full}modules: [https://example.org/mine.ts]\ntasks: []\n`,
      [
        'gateway.yml:21:11: modules[0]: neither a path nor the name of a package: write ./my-module.ts for a file beside the configuration, or the name of an installed package',
      ],
    ],
    [
      'a task whose class nobody brings, and one that is no class',
      `${full}tasks: [{ class: MyTask, every: 5s }]\n`,
      ['gateway.yml:21:18: tasks[0].class: no module is named: add it to modules'],
    ],
    [
      'a checkpoint without a key',
      full.replace('key: log, ', ''),
      ['gateway.yml:4:6: log.key: is missing: without it no checkpoint is signed'],
    ],
    [
      'a channel that the meter does not have',
      asset.replace('export', 'export2'),
      ['gateway.yml:5:14: assets[0].channel: expected one of import, export; did you mean "export"?'],
    ],
    [
      'a key that is there twice',
      `${asset}energyweb: 1\n`,
      ['gateway.yml:9:1: the key "energyweb" is there twice'],
    ],
    [
      'wrong indentation',
      'energyweb: 1\nassets:\n\t- name: roof\n',
      ['gateway.yml:3:1: tabs are not allowed as indentation'],
    ],
    [
      'an unknown tag',
      'energyweb: !!js/function 1\n',
      ['gateway.yml:1:12: a tag that is not understood: text that begins with ! stands in quotes'],
    ],
    ['nothing', '', ['gateway.yml:1:1: the file is empty']],
  ])('%s', async (_, text, expected) => {
    expect(await errorsOf(text)).toEqual(expected)
  })

  test.each([
    ['a trailing comma', '{\n  "energyweb": 1,\n}', 'gateway.json:3:1: not valid JSON here'],
    ['a comment', '{\n  // one\n  "energyweb": 1\n}', 'gateway.json:2:3: not valid JSON here'],
    ['an end too early', '{ "energyweb": 1', 'gateway.json:1:17: the JSON ends too early'],
    [
      'a key twice',
      '{ "energyweb": 1,\n "energyweb": 1 }',
      'gateway.json:2:2: the key "energyweb" is there twice',
    ],
  ])('JSON with %s', async (_, text, expected) => {
    expect(await errorsOf(text, 'gateway.json')).toEqual([expected])
  })

  test('no error quotes a secret', async () => {
    for (const [from, to] of [
      ['{ file: ./eumel.password }', 'hunter2'],
      ['{ env: LOG_KEY_PASSWORD }', '[hunter2]'],
      ['{ env: LOG_KEY_PASSWORD }', '{ value: hunter2 }'],
      ['user: admin, password', 'user: admin, pasword: hunter2, password'],
    ] as const) {
      const errors = await errorsOf(full.replace(from, to))
      expect(errors).not.toEqual([])
      expect(errors.join('\n')).not.toContain('hunter2')
    }
  })
})

describe('warnings', () => {
  const warningsOf = async (text: string) => {
    const file = join(folder, 'gateway.yml')
    const { warnings } = await loadConfig(file, { text, environment })
    return warnings.map(({ line, column, path, message }) => `${line}:${column}: ${path}: ${message}`)
  }

  test('a missing capacity, a strange channel, an unused key', async () => {
    const text = asset.replace('    capacity: 10 kW\n', '').replace('role: producer', 'role: consumer')
    expect(await warningsOf(`${text}keys:\n  old: { env: LOG_KEY_PASSWORD }\n`)).toEqual([
      '3:5: assets[0]: has no capacity: no rise of its meter will ever be held, however absurd',
      '5:14: assets[0].channel: a consumer that counts export: is that meant?',
      '9:3: keys.old: is used nowhere but by commands that are given it (--key)',
    ])
  })

  test('files of authorities that are not there', async () => {
    const near = '{ url: https://192.168.1.9:8545, tls: { ca: ./no-ca.pem } }'
    const text = full.replace('{ file: ./eumel.password }', '{ env: LOG_KEY_PASSWORD }')
    expect(await warningsOf(text.replace('https://rpc.energyweb.org', near))).toContainEqual(
      expect.stringMatching(/networks\.ewc\.rpc\[0\]\.tls\.ca: \.\/no-ca\.pem can't be read here: ENOENT/),
    )
  })

  test('no key that signs for the log or for a witness is called unused', async () => {
    const keys = 'keys: { log: { env: LOG_KEY_PASSWORD }, hardware: { env: LOG_KEY_PASSWORD } }'
    const log = 'log: { key: log, evidence: hardware, origin: gateway.example.org/roof }'
    expect(await warningsOf(`${asset}${keys}\n${log}\n`)).toEqual([])
  })

  test('a node over plain HTTP in the own network', async () => {
    const text = full.replace('{ file: ./eumel.password }', '{ env: LOG_KEY_PASSWORD }')
    const near = '{ url: http://192.168.1.9:8545, tls: { allow: lan-http, reason: own node } }'
    const [warning] = await warningsOf(text.replace('https://rpc.energyweb.org', near))
    expect(warning).toBe(
      '9:35: networks.ewc.rpc[0]: plain HTTP: whoever sits on the way can tell lies about the chain',
    )
    expect(await warningsOf(text.replace('https://rpc.energyweb.org', 'http://127.0.0.1:8545'))).toHaveLength(
      1,
    )
  })

  test('a secret file that others may read, and a secret that is not there', async () => {
    await writeFile(join(folder, 'eumel.password'), 'hunter2\n')
    await chmod(join(folder, 'eumel.password'), 0o644)
    const text = full.replace('METER_KEY_PASSWORD', 'NOT_SET')
    expect(await warningsOf(text)).toEqual([
      '7:50: keys.meter.password: the environment variable NOT_SET is not set here',
      '17:67: assets[0].source.tls: reads over plain HTTP; every document of this asset will say so'.replace(
        '67',
        '62',
      ),
      `17:141: assets[0].source.auth.password: others may read ${join(folder, 'eumel.password')}: chmod 600 it`,
    ])
    await chmod(join(folder, 'eumel.password'), 0o600)
    expect(await warningsOf(full)).toHaveLength(1)
  })
})

describe('hostile input is refused fast', () => {
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x, x]\n${[...'bcdefghij']
    .map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefghij'[index]}`).join(', ')}]`)
    .join('\n')}\n`

  test.each([
    ['an alias bomb', bomb, 'too much for a configuration'],
    ['an alias of itself', 'a: &a [*a]\n', 'nested too deep'],
    ['deep brackets', `a: ${'['.repeat(400_000)}`, 'nested too deep'],
    ['deep lists', `${'- '.repeat(50_000)}a`, 'nested too deep'],
    ['a million values', '- a\n'.repeat(240_000), 'too much for a configuration'],
    [
      'a hundred thousand keys',
      Array.from({ length: 90_000 }, (_, i) => `k${i}: a`).join('\n'),
      'too much for a configuration',
    ],
    ['a prototype key', 'energyweb: 1\n__proto__: { polluted: true }\n', 'the key "__proto__" is refused'],
    [
      'a constructor',
      'energyweb: 1\nkeys: { constructor: { env: A } }\n',
      'the key "constructor" is refused',
    ],
    ['an absurd number', `energyweb: ${'9'.repeat(500_000)}\n`, 'expected 1'],
    ['many documents', '---\na: 1\n---\nb: 1\n', 'multiple documents'],
    ['a list as key', '? [a]\n: b\n', 'a key must be plain text'],
  ])('%s', async (_, text, message) => {
    const taken = await processorTime(async () => {
      expect((await errorsOf(text)).join('\n')).toContain(message)
    })
    expect(taken).toBeLessThan(3_000)
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })

  test('a file of more than a megabyte, one that is no text, a folder, none at all', async () => {
    const file = join(folder, 'large.yml')
    await writeFile(file, '#'.repeat(1_000_001))
    await expect(checkConfig(file)).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('larger'),
    })
    await writeFile(file, Uint8Array.of(0xff, 0xfe))
    await expect(checkConfig(file)).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('UTF-8'),
    })
    await expect(checkConfig(folder)).rejects.toMatchObject({ code: 'config-not-found' })
    await expect(checkConfig(join(folder, 'none.yml'))).rejects.toMatchObject({ code: 'config-not-found' })
  })

  test('a thousand assets load in a moment', async () => {
    const one = asset.slice(asset.indexOf('  - name'))
    const text = asset + Array.from({ length: 999 }, (_, i) => one.replace('roof', `roof-${i}`)).join('')
    const taken = await processorTime(async () => expect(await errorsOf(text)).toEqual([]))
    expect(taken).toBeLessThan(3_000)
  })
})
