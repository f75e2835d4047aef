import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadConfig } from './check-config.ts'
import { tellSecrets, withoutSecrets } from './configured-secrets.ts'
import { environmentOf } from './secrets.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secrets-'))
})
afterAll(() => rm(folder, { recursive: true }))

it('tells every secret that is named, also of what is not opened, and passes over what is not there', async () => {
  await writeFile(join(folder, 'log.password'), 'of the log key\n', { mode: 0o600 })
  const text = `energyweb: 1
keys:
  log: { keystore: ./log-key.json, password: { file: ./log.password } }
  roof: { env: ROOF_KEY }
networks:
  local: { preset: local, rpc: ['https://node.example.org/v3/a1b2c3d4e5f60718', { url: https://other.example.org, headers: { x-key: { env: NODE_KEY } } }] }
assets:
  - name: roof
    role: producer
    channel: export
    every: 1h
    source: { kind: eumel-v2, url: https://roof.example.org, auth: { user: admin, password: { env: METER } } }
    carbon: { kind: watttime-v3, region: CAISO_NORTH, auth: { user: ops, password: { file: ./missing } } }
`
  const environment = { ROOF_KEY: 'ab'.repeat(32), METER: 'of the meter', NODE_KEY: 'of the node' }
  const { config } = await loadConfig(join(folder, 'energyweb.yml'), { text, environment })
  const told = new Set<string>()
  await tellSecrets(config, { environment, addSecret: secret => told.add(secret) })
  expect([...told].sort()).toEqual(
    ['a1b2c3d4e5f60718', 'of the log key', 'of the meter', 'of the node', 'ab'.repeat(32)].sort(),
  )
})

it('leaves out of an environment what holds a secret, and nothing else', async () => {
  const text = `energyweb: 1
keys:
  meter: { pkcs11: ./token.so, token: ew, label: meter, pin: { env: TOKEN_PIN } }
  roof: { env: ROOF_KEY }
assets:
  - { name: roof, role: producer, channel: export, every: 1h, source: { kind: simulator, profile: solar, peak: 1 kW } }
`
  const environment = { TOKEN_PIN: '1234', ROOF_KEY: 'ab'.repeat(32), SOFTHSM2_CONF: '/etc/softhsm2.conf' }
  const { config } = await loadConfig(join(folder, 'energyweb.yml'), { text, environment })
  expect(withoutSecrets(config, environment)).toEqual({ SOFTHSM2_CONF: '/etc/softhsm2.conf' })
  const sealed = { text: `${text}secrets: { other: of-a-service }\n`, environment, isSealed: true }
  const { config: opened } = await loadConfig(join(folder, 'energyweb.sealed'), sealed)
  const merged = environmentOf(opened, { ...environment, ENERGYWEB_PASSPHRASE: 'tulip' })
  expect(Object.values(merged)).toContain('of-a-service')
  expect(withoutSecrets(opened, merged)).toEqual({ SOFTHSM2_CONF: '/etc/softhsm2.conf' })
})
