import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { missingClients } from './clients.ts'
import { type FakeSink, fakeElasticsearch, fakeLoki, fakeOtlp } from './fake-sinks.ts'

const missing = missingClients()
if (missing !== undefined) console.warn(`!!! Our fake log servers meet no client of others: ${missing}`)

const sinks: FakeSink[] = []
afterEach(async () => {
  for (const { http } of sinks.splice(0)) await http.down()
})

async function up(sink: FakeSink): Promise<FakeSink> {
  sinks.push(sink)
  await sink.http.up()
  return sink
}

/** Runs a client of others against a server of ours; answers what it says. */
async function run(name: string, url: string): Promise<string> {
  const program = fileURLToPath(new URL(`../counterparts/log-clients/${name}.cjs`, import.meta.url))
  const env = { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: '0' }
  const child = spawn(process.execPath, [program, url], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', piece => {
    said += piece
  })
  const status = await new Promise(resolve => child.once('close', resolve))
  expect(status).toBe(0)
  return said
}

describe.skipIf(missing !== undefined)(
  'a fake server is honest: it takes what a client of others sends',
  () => {
    test("OTLP: OpenTelemetry's SDK", async () => {
      const { http, arrived } = await up(fakeOtlp())
      await run('send-otlp', http.url)
      expect(arrived).toMatchObject([
        { message: 'hello from the SDK', fields: { severity: 'INFO', count: '42', nested: { deep: true } } },
      ])
    }, 30_000)

    test('Loki: pino-loki', async () => {
      const { http, arrived } = await up(fakeLoki())
      await run('send-loki', http.url)
      expect(arrived).toHaveLength(1)
      expect(arrived[0]?.message).toContain('hello from pino-loki')
      expect(arrived[0]?.fields).toMatchObject({ app: 'client', level: 'info' })
    }, 30_000)

    test("Elasticsearch: Elastic's client, which believes its answers", async () => {
      const { http, arrived, repeats } = await up(fakeElasticsearch())
      expect(JSON.parse(await run('send-elasticsearch', http.url))).toEqual([201, 409, 201])
      expect(arrived.map(({ message }) => message)).toEqual([
        'hello from the client',
        'hello from the client',
      ])
      expect(repeats()).toBe(1)
    }, 30_000)
  },
)
