import { expect, test } from 'vitest'
import { loadConfig } from './check-config.ts'
import { type ConfiguredConnection, configuredConnections } from './configured-connections.ts'
import { configJsonSchema } from './json-schema.ts'

const key = 'witness.navigli.sunlight.geomys.org+a3e00fe2+BNy/co4C1Hn1p+INwJrfUlgz7W55dSZReusH/GhUhJ/G'
const basic = 'auth: { user: u, password: { env: SECRET } }'

/** Where a configuration may name an address, with what is written there. */
const text = `energyweb: 1
keys: { meter: { env: SECRET }, log: { keystore: ./log.json, password: { env: SECRET } } }
log:
  key: log
  origin: gateway.example/roof
  witnesses: [{ url: https://witness.example, key: ${key} }]
logging:
  remote:
    - { kind: otlp, url: https://otlp.example }
    - { kind: syslog, address: syslog.example }
    - { kind: loki, url: https://loki.example }
    - { kind: elasticsearch, url: https://elastic.example, index: logs }
metrics: { otlp: { url: https://metrics.example, tls: { pin: sha256/${'A'.repeat(43)}= } } }
networks:
  ewc: { preset: energyweb, rpc: [https://plain-node.example, { url: https://node.example }], ws: wss://socket.example }
ledgers:
  kubo: { kind: kubo, url: https://kubo.example, content: raw }
  pins: { kind: ipfs-pinning, url: https://pins.example, token: { env: SECRET }, content: raw }
assets:
${Object.entries({
  'eumel-v1': `url: https://eumel-v1.example, ${basic}`,
  'eumel-v2': `url: https://eumel-v2.example, ${basic}`,
  'energy-api': 'version: 3, asset: a, url: https://energy-api.example',
  'meter-reads': 'meter: m, url: https://meter-reads.example',
  loxone: `url: https://loxone.example, meter: m, ${basic}`,
  gridx:
    'url: https://gridx.example, login: https://login.example, auth: { user: u, password: { env: SECRET }, clientId: c, realm: r }',
})
  .map(([kind, options], i) => asset(i, `kind: ${kind}, ${options}`))
  .join('\n')}
${Object.entries({
  'watttime-v1': `region: X, url: https://watttime-v1.example, ${basic}`,
  'watttime-v2': `region: X, url: https://watttime-v2.example, ${basic}`,
  'watttime-v3': `region: X, url: https://watttime-v3.example, ${basic}`,
  'uk-carbon-intensity': 'url: https://uk.example',
  'electricity-maps': 'zone: DE, url: https://maps.example, auth: { token: { env: SECRET } }',
})
  .map(([kind, options], i) =>
    asset(100 + i, 'kind: simulator, profile: solar, peak: 1 kW', `kind: ${kind}, ${options}`),
  )
  .join('\n')}
`

function asset(number: number, source: string, carbon?: string): string {
  const counted = carbon === undefined ? '' : `, carbon: { ${carbon} }`
  return `  - { name: a${number}, role: producer, channel: export, every: 1h, source: { ${source} }${counted} }`
}

/** Every place of the schema that is an address, with the host above; `undefined` where nothing is connected to. */
const places: Readonly<Record<string, string | undefined>> = {
  'log.witnesses[].url': 'witness.example',
  'logging.remote[](otlp).url': 'otlp.example',
  'logging.remote[](syslog).address': 'syslog.example',
  'logging.remote[](loki).url': 'loki.example',
  'logging.remote[](elasticsearch).url': 'elastic.example',
  'metrics.otlp.url': 'metrics.example',
  'networks.<name>.rpc': 'plain-node.example',
  'networks.<name>.rpc[].url': 'node.example',
  'networks.<name>.ws': 'socket.example',
  'ledgers.<name>(kubo).url': 'kubo.example',
  'ledgers.<name>(ipfs-pinning).url': 'pins.example',
  'assets[].source(eumel-v1).url': 'eumel-v1.example',
  'assets[].source(eumel-v2).url': 'eumel-v2.example',
  'assets[].source(energy-api).url': 'energy-api.example',
  'assets[].source(meter-reads).url': 'meter-reads.example',
  'assets[].source(loxone).url': 'loxone.example',
  'assets[].source(gridx).url': 'gridx.example',
  'assets[].source(gridx).login': 'login.example',
  'assets[].carbon(watttime-v1).url': 'watttime-v1.example',
  'assets[].carbon(watttime-v2).url': 'watttime-v2.example',
  'assets[].carbon(watttime-v3).url': 'watttime-v3.example',
  'assets[].carbon(uk-carbon-intensity).url': 'uk.example',
  'assets[].carbon(electricity-maps).url': 'maps.example',
  // Those of a contract, an account, a person.
  'ledgers.<name>(issuer).issuer': undefined,
  'assets[].source(gridx).auth.user': undefined,
  'tasks[].on.address': undefined,
}

async function connectionsOf(written: string): Promise<readonly ConfiguredConnection[]> {
  const environment = { SECRET: 'ab'.repeat(32) }
  const { config } = await loadConfig('/nowhere/energyweb.yml', { text: written, environment })
  return configuredConnections(config, { environment })
}

/** Properties by whose names, or whose descriptions, something is connected to; and what must prove itself. */
function addressesIn(schema: unknown, path = ''): { place: string; hasTls: boolean }[] {
  if (Array.isArray(schema)) return schema.flatMap(one => addressesIn(one, path))
  if (!isRecord(schema)) return []
  const properties = isRecord(schema.properties) ? schema.properties : {}
  const kind = isRecord(properties.kind) && 'const' in properties.kind ? `(${properties.kind.const})` : ''
  const at = `${path}${kind}`
  const own = Object.entries(properties).flatMap(([name, property]) => {
    const place = at === '' ? name : `${at}.${name}`
    const about = isRecord(property) ? String(property.description) : ''
    const isOne =
      /url|address|rpc|^ws$|login|host|server|endpoint/i.test(name) || /address of|https?:\/\//.test(about)
    return [...(isOne ? [{ place, hasTls: 'tls' in properties }] : []), ...addressesIn(property, place)]
  })
  const others = ['anyOf', 'oneOf', 'allOf', 'else'].flatMap(word => addressesIn(schema[word], at))
  const inside = [
    ...addressesIn(schema.items, `${at}[]`),
    ...addressesIn(schema.additionalProperties, `${at}.<name>`),
  ]
  return [...own, ...others, ...inside]
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

test('no address that a configuration may name is forgotten', async () => {
  const found = addressesIn(configJsonSchema())
  expect([...new Set(found.map(({ place }) => place))].sort()).toEqual(Object.keys(places).sort())
  const proven = found.filter(({ place }) => places[place] !== undefined)
  expect(proven.filter(({ hasTls }) => !hasTls)).toEqual([])
  const hosts = (await connectionsOf(text)).map(({ hostname }) => hostname)
  expect(hosts.sort()).toEqual(
    Object.values(places)
      .filter(host => host !== undefined)
      .sort(),
  )
})

test('each is told with the policy that it is opened under', async () => {
  const byHost = new Map((await connectionsOf(text)).map(one => [one.hostname, one]))
  const pin = `sha256/${'A'.repeat(43)}=`
  expect(byHost.get('metrics.example')).toMatchObject({ users: ['metrics'], policy: { tls: { pin } } })
  expect(byHost.get('kubo.example')).toMatchObject({ users: ['ledger kubo'], policy: { tls: 'required' } })
  expect(byHost.get('login.example')).toMatchObject({ users: ['a5'], policy: { reach: 'public' } })
  expect(byHost.get('eumel-v2.example')?.policy).toEqual({ tls: 'required' })
  expect(byHost.get('syslog.example')).toMatchObject({ port: 6514, secure: true })
  expect(byHost.get('socket.example')).toMatchObject({ secure: true, port: 443 })
})

test('addresses that a driver or a preset knows by itself are told, too', async () => {
  const hosts = await connectionsOf(`energyweb: 1
keys: { meter: { env: SECRET } }
networks: { volta: { preset: volta } }
assets:
${asset(1, 'kind: gridx, auth: { user: u, password: { env: SECRET }, clientId: c, realm: r }', 'kind: uk-carbon-intensity')}
`)
  expect(hosts.map(({ hostname }) => hostname).sort()).toEqual(
    expect.arrayContaining(['api.carbonintensity.org.uk', 'api.gridx.de', 'gridx.eu.auth0.com']),
  )
  expect(hosts.some(({ users }) => users.includes('network volta'))).toBe(true)
})
