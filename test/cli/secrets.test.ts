import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { energyweb } from './memory-io.ts'

/*
 * A gateway with every kind of secret, among meters and nodes that tell each of them to everybody, in every form they can
 * think of. Not one byte of it may come out anywhere.
 */

const bin = fileURLToPath(new URL('../../bin/energyweb.js', import.meta.url))

const secrets = {
  eumel: 'p"a\\s&s/w<ö>rd-eumel',
  energyApi: 'pass word+of=energy?api',
  apiKey: 'k-0123456789abcdef',
  logKeystore: "log's pass#word 42",
  roofKeystore: 'roof-pass-word%21',
  privateKey: '5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a',
  pathToken: 'a1b2c3d4e5f60718293a4b5c6d7e8f90',
  queryToken: 'query-token-77',
} as const

const users = ['admin', 'gateway']

/** All forms in which a secret could be recognised by who reads what we write. */
function formsOf(secret: string): string[] {
  const pairs = users.map(user => Buffer.from(`${user}:${secret}`).toString('base64'))
  const json = JSON.stringify(secret).slice(1, -1)
  return [
    secret,
    json,
    JSON.stringify(json).slice(1, -1),
    encodeURIComponent(secret),
    new URLSearchParams({ p: secret }).toString().slice(2),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
    Buffer.from(secret).toString('hex'),
    ...pairs,
  ]
}

const everything = Object.values(secrets).flatMap(formsOf)

let cwd: string
let server: Server
let gateway: ChildProcess | undefined
/** Requests of each kind that have arrived, with what they carried. */
const arrived: string[] = []

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'secrets-test-'))
  server = createServer(async (request, response) => {
    const body = await textOf(request)
    arrived.push(`${request.url} ${JSON.stringify(request.headers)} ${body}`)
    if (request.method === 'POST') {
      // Only the beginning of what a node says is told: another secret stands there each time.
      const first = arrived.length % everything.length
      const plain = Object.values(secrets)[arrived.length % Object.keys(secrets).length]
      const rotated = [...everything.slice(first), ...everything.slice(0, first)]
      // A node: every answer is an error that tells all.
      const asked: unknown = JSON.parse(body)
      const answer = ({ id }: { id: unknown }) => ({
        jsonrpc: '2.0',
        id,
        error: {
          code: -32_000,
          message: `refused: ${secrets.pathToken} ${secrets.queryToken} ${plain} ${rotated.join(' ')}`,
        },
      })
      response.setHeader('content-type', 'application/json')
      response.end(
        JSON.stringify(Array.isArray(asked) ? asked.map(answer) : answer(asked as { id: unknown })),
      )
      return
    }
    // A meter: the media type stands in the error, and so does what is wrong with the content.
    const told = everything[arrived.length % everything.length] ?? ''
    if (arrived.length % 3 === 0) response.setHeader('content-type', `text/${headerSafe(told)}`)
    response.statusCode = arrived.length % 3 === 1 ? 500 : 200
    response.end(everything.join('\n'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterAll(async () => {
  gateway?.kill('SIGKILL')
  server.closeAllConnections()
  server.close()
  await rm(cwd, { recursive: true, maxRetries: 3 })
})

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

function headerSafe(text: string): string {
  return /^[\x21-\x7e]+$/.test(text) ? text : encodeURIComponent(text)
}

async function setUp(): Promise<Record<string, string>> {
  for (const [name, secret] of Object.entries(secrets)) {
    await writeFile(join(cwd, `${name}.secret`), `${secret}\n`, { mode: 0o600 })
  }
  // The password of the roof's key doesn't fit: that trouble is told too.
  await writeFile(join(cwd, 'other.secret'), 'quite another password', { mode: 0o600 })
  const env = { ENERGY_API_PASSWORD: secrets.energyApi, ROOF_KEY: secrets.privateKey }
  for (const [file, password, more] of [
    ['log-key.json', 'logKeystore', ['--log']],
    ['roof-key.json', 'other', []],
  ] as const) {
    const words = ['keys', 'new', file, ...more, '--password-file', `${password}.secret`]
    expect(await energyweb(words, { cwd, env })).toMatchObject({ code: 0 })
  }
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  const tls = '{ allow: lan-http, reason: test }'
  await writeFile(
    join(cwd, 'energyweb.yml'),
    `energyweb: 1
logging: { file: ./logs/energyweb.log, level: debug }
log: { key: log, origin: example.org/secrets, checkpoint: 1s }
keys:
  log: { keystore: ./log-key.json, password: { file: ./logKeystore.secret } }
  roof: { keystore: ./roof-key.json, password: { file: ./roofKeystore.secret } }
  shed: { env: ROOF_KEY }
networks:
  local: { preset: local, rpc: ['${origin}/v3/${secrets.pathToken}?key=${secrets.queryToken}'] }
ledgers:
  origin: { kind: origin-a, network: local, producing: '0x5FbDB2315678afecb367f032d93F642f64180aa3', every: 200ms }
assets:
  - name: roof
    role: producer
    channel: export
    every: 200ms
    source: { kind: eumel-v2, url: '${origin}', tls: ${tls}, auth: { user: admin, password: { file: ./eumel.secret } } }
    report: [{ ledger: origin, assetId: 0, key: roof }]
  - name: shed
    role: producer
    channel: export
    every: 200ms
    source: { kind: eumel-v2, url: '${origin}', tls: ${tls}, auth: { user: gateway, password: { env: ENERGY_API_PASSWORD } } }
    report: [{ ledger: origin, assetId: 1, key: shed }]
  - name: api
    role: producer
    channel: export
    every: 200ms
    source: { kind: energy-api, url: '${origin.replace('http:', 'https:')}', version: 3, asset: 1, auth: { apiKey: { file: ./apiKey.secret } } }
`,
  )
  return env
}

test('no secret comes out: not in messages, files, status, entries, nor in any form', {
  timeout: 60_000,
}, async () => {
  const env = await setUp()
  gateway = spawn(process.execPath, [bin, 'run', '--log-level', 'debug'], {
    cwd,
    env: { ...process.env, ...env, ENERGYWEB_SOURCE: '1', ENERGYWEB_DEBUG: '1' },
  })
  const written: string[] = []
  gateway.stdout?.on('data', chunk => written.push(String(chunk)))
  gateway.stderr?.on('data', chunk => written.push(String(chunk)))
  const shown: string[] = []
  const troubles = async () => {
    const { stdout } = await energyweb(['status', '--json'], { cwd, env })
    if (stdout === '') return 0
    const { assets, ledgers } = JSON.parse(stdout)
    return (
      assets.filter((asset: { outage: unknown }) => asset.outage !== null).length +
      (ledgers[0].trouble === null ? 0 : 1)
    )
  }
  await expect.poll(troubles, { timeout: 40_000 }).toBe(4)
  // The meters change their tune: more gaps, more forms.
  await new Promise(resolve => setTimeout(resolve, 4_000))
  for (let round = 0; round < 6; round++) {
    const { stdout, stderr } = await energyweb(['read', 'roof'], { cwd, env })
    shown.push(stdout, stderr)
  }
  for (const words of [
    ['status'],
    ['status', '--json'],
    ['check'],
    ['check', '--live'],
    ['log', 'ls', '--json'],
    ['read', 'roof'],
    ['read', 'shed', '--json'],
  ]) {
    const { stdout, stderr } = await energyweb(words, { cwd, env })
    shown.push(stdout, stderr)
  }
  gateway.kill('SIGTERM')
  await once(gateway, 'close')

  // The secrets did travel, and were told; else this test could not fail.
  expect(
    arrived.some(request => request.includes(Buffer.from(`admin:${secrets.eumel}`).toString('base64'))),
  ).toBe(true)
  expect(arrived.some(request => request.includes(secrets.pathToken))).toBe(true)
  const messages = written.join('')
  expect(messages).toContain('[redacted]')
  expect(messages).toContain('source-malformed')
  const places = {
    'standard streams': messages,
    commands: shown.join(''),
    'log file': await contentOf(join(cwd, 'logs')),
    'data folder': await contentOf(join(cwd, 'data')),
  }
  expect(places['log file']).toContain('[redacted]')
  for (const [place, text] of Object.entries(places)) {
    const leaks = everything.filter(form => text.includes(form))
    expect({ place, leaks }).toEqual({ place, leaks: [] })
  }
})

async function contentOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true })
  const files = entries.filter(entry => entry.isFile())
  return (await Promise.all(files.map(({ name }) => readFile(join(folder, name), 'utf8')))).join('\n')
}
