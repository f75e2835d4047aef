import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { silentLogger } from '../core/logger.ts'
import { checkConfig, loadConfig } from './check-config.ts'
import { openNetwork } from './compose-ledgers.ts'

const withNetwork = (network: string) => `energyweb: 1
networks:
  ewc: ${network}
assets:
  - { name: roof, role: producer, channel: export, capacity: 10 kW, every: 15m, source: { kind: simulator, profile: solar, peak: 10 kW } }
`

async function errorsOf(network: string): Promise<string[]> {
  const { errors } = await checkConfig('/etc/energyweb/gateway.yml', { text: withNetwork(network) })
  return errors.map(({ path, message }) => `${path}: ${message}`)
}

async function open(network: string, environment: Record<string, string> = {}) {
  const { config } = await loadConfig('/etc/energyweb/gateway.yml', {
    text: withNetwork(network),
    environment,
  })
  const secrets: string[] = []
  const addSecret = (secret: string) => void secrets.push(secret)
  const opened = await openNetwork(config, 'ewc', { log: silentLogger, environment, addSecret })
  return { opened, secrets, config }
}

describe('what is wrong with a network is said in words', () => {
  test.each([
    [
      '{ preset: tobalaba }',
      /Tobalaba was switched off in 2020: its successors are volta, for tests, and energyweb/,
    ],
    [
      '{ preset: mars }',
      /expected one of energyweb, volta, local, .*; any other chain by its chainId and rpc/,
    ],
    ['{ preset: volta, rpc: [{ url: ftp://node }] }', /expected an http or https address/],
    [
      '{ preset: volta, rpc: [{ url: http://127.0.0.1, rate: many }] }',
      /expected a rate like 5\/s, 300\/min or 10000\/h/,
    ],
    [
      '{ preset: volta, rpc: [{ url: http://127.0.0.1, headers: { x-api-key: hunter2 } }] }',
      /a secret never stands in a configuration/,
    ],
    ['{ preset: volta, fees: { type: fixed } }', /with `type: fixed` the price is missing/],
    ['{ preset: volta, fees: { price: 2 gwei } }', /is only for `type: fixed`/],
    ['{ preset: volta, fees: { type: free, tip: 2 gwei } }', /has no meaning with `type: free`/],
  ])('%s', async (network, text) => {
    const errors = await errorsOf(network)
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatch(text)
    expect(errors[0]).not.toContain('hunter2')
  })
})

test('fees: free, fixed, and what a preset says else', async () => {
  expect((await open('{ preset: volta, fees: { type: free } }')).opened.fees).toMatchObject({
    floor: 0n,
    cap: 0n,
    tip: 0n,
  })
  expect((await open('{ preset: volta, fees: { type: fixed, price: 2 gwei } }')).opened.fees).toEqual({
    type: 'legacy',
    floor: 2_000_000_000n,
    cap: 2_000_000_000n,
    tip: 0n,
  })
  expect((await open('{ preset: gnosis, fees: { cap: 5 gwei } }')).opened.fees).toEqual({
    type: 'eip1559',
    floor: 1n,
    cap: 5_000_000_000n,
    tip: 1n,
    tipPercentile: 50,
  })
})

test('a node’s address and headers may be secrets: files are found from the configuration’s folder, the log is told', async () => {
  let seen: Record<string, unknown> = {}
  const server = createServer((request, response) => {
    seen = { url: request.url, key: request.headers['x-api-key'] }
    response.end('{}')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v3/abcdef`
  try {
    const node = '{ url: { env: NODE_URL }, rate: 5/s, headers: { x-api-key: { env: NODE_KEY } } }'
    const { opened, secrets } = await open(`{ preset: volta, rpc: [${node}] }`, {
      NODE_URL: url,
      NODE_KEY: 'hunter2',
    })
    expect(secrets.sort()).toEqual([url, 'hunter2'].sort())
    const failure = await opened.ready().catch(error => error)
    expect(seen).toEqual({ url: '/v3/abcdef', key: 'hunter2' })
    expect(failure.message).not.toMatch(/abcdef|hunter2/)
  } finally {
    server.close()
  }
  const files = '{ url: http://127.0.0.1, headers: { authorization: { file: ./token } } }'
  const { config } = await loadConfig('/etc/energyweb/gateway.yml', {
    text: withNetwork(`{ preset: volta, rpc: [${files}] }`),
  })
  expect(config.networks?.ewc?.rpc).toMatchObject([
    { headers: { authorization: { file: '/etc/energyweb/token' } } },
  ])
})

test('a WebSocket is taken as text or as a secret, which the log is told of', async () => {
  const text = await open('{ preset: volta, ws: wss://node.example/ws }')
  expect(text.opened.ws).toBe('wss://node.example/ws')
  const url = 'wss://node.example/ws/abcdef'
  const secret = await open('{ preset: volta, ws: { env: SOCKET } }', { SOCKET: url })
  expect(secret.opened.ws).toBe(url)
  expect(secret.secrets).toContain(url)
  await expect(open('{ preset: volta, ws: { env: SOCKET } }', { SOCKET: 'hunter2' })).rejects.toThrow(
    /no ws or wss address/,
  )
  const { config } = await loadConfig('/etc/energyweb/gateway.yml', {
    text: withNetwork('{ preset: volta, ws: { file: ./socket } }'),
  })
  expect(config.networks?.ewc?.ws).toEqual({ file: '/etc/energyweb/socket' })
})

test('a secret that is no address, and a header that would end the request, are refused', async () => {
  const node = '{ url: { env: NODE_URL }, headers: { x-api-key: { env: NODE_KEY } } }'
  const network = `{ preset: volta, rpc: [${node}] }`
  await expect(open(network, { NODE_URL: 'hunter2', NODE_KEY: 'a' })).rejects.toThrow(
    /no http or https address/,
  )
  await expect(open(network, { NODE_URL: 'http://127.0.0.1', NODE_KEY: 'a\r\nhost: b' })).rejects.toThrow(
    /x-api-key/,
  )
})
