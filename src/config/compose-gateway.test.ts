import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EnergywebError } from '../core/errors.ts'
import type { Signer } from '../core/signer.ts'
import type { LazySigner } from '../keys/index.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { loadConfig } from './check-config.ts'
import { gatewayOptions } from './compose-gateway.ts'
import { linesOf } from './compose-ledgers.ts'
import { PatientSigners } from './compose-signers.ts'
import { resolveSecret } from './secrets.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'energyweb-compose-'))
})
afterAll(() => rm(folder, { recursive: true }))

const text = `energyweb: 1
keys: { meter: { env: METER_KEY } }
networks: { ewc: { preset: energyweb } }
ledgers:
  origin: { kind: origin-a, network: ewc, producing: '0x5FbDB2315678afecb367f032d93F642f64180aa3', every: 1m }
  spare: { kind: origin-a, network: ewc, producing: '0x5FbDB2315678afecb367f032d93F642f64180aa3' }
assets:
  - name: roof
    role: producer
    channel: export
    capacity: 10 kW
    every: 15m
    aligned: true
    opening: 2 kWh
    resolution: 10 Wh
    source:
      kind: eumel-v2
      url: http://192.168.1.20
      tls: { allow: lan-http, reason: none }
      auth: { user: admin, password: { env: EUMEL } }
    report: [{ ledger: origin, assetId: 7, key: meter }]
`

async function load(environment: Record<string, string>) {
  const { config } = await loadConfig(join(folder, 'energyweb.yml'), { text, environment })
  return config
}

test('assets carry their limits, ledgers their streams; what nothing reports to is not opened', async () => {
  const secrets: string[] = []
  const environment = { EUMEL: 'hunter2' }
  const addSecret = (secret: string) => void secrets.push(secret)
  const { assets = [], ledgers = [] } = await gatewayOptions(await load(environment), {
    environment,
    addSecret,
  })
  expect(assets).toMatchObject([
    {
      name: 'roof',
      every: 900_000,
      aligned: true,
      limits: { capacity: 10_000_000n, resolution: 36_000_000n, opening: 7_200_000_000n },
    },
  ])
  expect(ledgers).toMatchObject([{ name: 'origin', streams: ['roof'], every: 60_000 }])
  expect(new Set(secrets)).toEqual(new Set(['hunter2', 'admin:hunter2']))
})

test('report lines are named after asset and ledger', async () => {
  expect(linesOf(await load({}), 'origin')).toEqual([
    { name: 'roof/origin', stream: 'roof', role: 'producer', assetId: 7n, key: 'meter' },
  ])
})

test('a secret that is missing is named by what needs it', async () => {
  await expect(gatewayOptions(await load({}), { environment: {} })).rejects.toMatchObject({
    code: 'secret-unavailable',
    message: 'asset roof, auth.password: the environment variable EUMEL is not set',
  })
})

describe('a secret in a file', () => {
  const write = async (content: string | Uint8Array) => {
    const file = join(folder, 'secret')
    await writeFile(file, content)
    await chmod(file, 0o600)
    return resolveSecret({ file })
  }

  test.each([
    ['hunter2\n', 'hunter2'],
    ['hunter2\r\n', 'hunter2'],
    [' two words \n\n', ' two words \n'],
  ])('%j is %j', async (content, secret) => {
    expect(await write(content)).toBe(secret)
  })

  test.each([
    ['nothing', ''],
    ['too much', 'x'.repeat(5_000)],
    ['no text', Uint8Array.of(0xff)],
  ])('is refused when it holds %s', async (_, content) => {
    await expect(write(content)).rejects.toMatchObject({ code: 'secret-unavailable' })
  })
})

test("a ledger waits a second for a key, so that other keys' lines go on", async () => {
  const clock = new VirtualClock()
  const signer = (ready: LazySigner['ready']): LazySigner => ({
    algorithms: ['secp256k1'],
    publicKey: () => new Uint8Array(65),
    sign: async () => new Uint8Array(65),
    ready,
    health: () => ({ state: 'ready', since: 0, trouble: undefined }),
  })
  const refused = new EnergywebError('key-password', 'wrong password')
  const signers = new PatientSigners(
    new Map([
      ['open', signer(async () => undefined)],
      ['opening', signer(() => new Promise(() => undefined))],
      ['refused', signer(() => Promise.reject(refused))],
    ]),
    clock,
  )
  const opened: Signer | undefined = await signers.get('open')
  expect(opened?.algorithms).toEqual(['secp256k1'])
  expect(signers.get('none')).toBeUndefined()
  await expect(signers.get('refused')).rejects.toBe(refused)
  const waiting = expect(signers.get('opening')).rejects.toMatchObject({
    code: 'key-unavailable',
    retryable: true,
  })
  await clock.advance(1_000)
  await waiting
  expect(clock.pending).toBe(0)
})
