import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, expect, test } from 'vitest'
import type { RemoteLog } from '../../src/logging/index.ts'
import { openLogger, Redactor, readSpoolStatus } from '../../src/logging/index.ts'
import { fakeElasticsearch, fakeLoki } from './fake-sinks.ts'
import { elasticsearchTo, lokiTo, Opened, until } from './support.ts'

const opened = new Opened()
afterEach(() => opened.close())

async function sink() {
  const fake = fakeElasticsearch()
  await fake.http.up()
  opened.add(() => fake.http.down())
  return fake
}

const write = (log: RemoteLog, from: number, to: number) => {
  for (let n = from; n < to; n++) log.write('info', { message: `message ${n}`, fields: { n } })
}
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => `message ${from + n}`)

test('several destinations get everything, each at its own pace', async () => {
  const [one, other] = [await sink(), fakeLoki()]
  await other.http.up()
  opened.add(() => other.http.down())
  await other.http.down()
  const { log, troubles } = opened.remoteLog(opened.folder(), [
    elasticsearchTo(one.http.url),
    lokiTo(other.http.url),
  ])
  write(log, 0, 1_200)
  await until(() => one.arrived.length === 1_200, 'all there')
  expect(other.arrived).toHaveLength(0)
  await until(() => troubles.some(trouble => /^loki: .*nothing listens/.test(trouble)), 'the trouble')
  await other.http.up()
  await until(() => other.arrived.length === 1_200, 'all there too')
  expect(one.arrived.map(({ message }) => message)).toEqual(numbers(0, 1_200))
  expect(other.arrived.map(({ message }) => message)).toEqual(numbers(0, 1_200))
  await until(
    () => log.status.destinations.every(({ waiting, delivered }) => waiting === 0 && delivered === 1_200),
    'status',
  )
  expect(troubles.at(-1)).toBe('loki: well')
}, 30_000)

test('what could not be sent waits for the next start, and arrives in order', async () => {
  const fake = await sink()
  const folder = opened.folder()
  const destinations = [elasticsearchTo(fake.http.url)]
  await fake.http.down()
  const { log } = opened.remoteLog(folder, destinations)
  write(log, 0, 700)
  await log.close()
  expect(readSpoolStatus(folder)).toMatchObject([{ waiting: 700, delivered: 0 }])
  await fake.http.up()
  const next = opened.remoteLog(folder, destinations)
  write(next.log, 700, 800)
  await until(() => fake.arrived.length === 800, 'all there')
  expect(fake.arrived.map(({ message }) => message)).toEqual(numbers(0, 800))
}, 30_000)

test('the end sends what there is, at once', async () => {
  const fake = await sink()
  const { log } = opened.remoteLog(opened.folder(), [elasticsearchTo(fake.http.url)])
  write(log, 0, 100)
  await log.close()
  expect(fake.arrived).toHaveLength(100)
  write(log, 100, 200)
})

test('a damaged spool is put aside and begun anew', async () => {
  const fake = await sink()
  const folder = opened.folder()
  writeFileSync(join(folder, 'spool.db'), 'this is no database'.repeat(1_000))
  const { log, troubles } = opened.remoteLog(folder, [elasticsearchTo(fake.http.url)])
  write(log, 0, 10)
  await until(() => fake.arrived.length === 10, 'all there')
  expect(existsSync(join(folder, 'spool.db.damaged'))).toBe(true)
  expect(troubles).toContainEqual(expect.stringMatching(/^spool: it was damaged/))
})

test('without a disk messages wait in memory, and get out', async () => {
  const fake = await sink()
  const folder = opened.folder()
  rmSync(folder, { recursive: true })
  writeFileSync(folder, 'a file where the folder should be')
  const { log, troubles } = opened.remoteLog(folder, [elasticsearchTo(fake.http.url)])
  write(log, 0, 10)
  await until(() => fake.arrived.length === 10, 'all there')
  expect(troubles).toContainEqual(expect.stringMatching(/^spool: .*wait in memory/))
  await until(() => log.status.trouble !== undefined, 'status')
})

test('a flood is cut where it comes in, and what is missing is told', async () => {
  const fake = await sink()
  const { log } = opened.remoteLog(opened.folder(), [elasticsearchTo(fake.http.url)])
  const fields = { text: 'x'.repeat(10_000) }
  for (let n = 0; n < 1_000; n++) log.write('info', { message: `message ${n}`, fields })
  await until(() => log.status.destinations[0]?.waiting === 0 && fake.arrived.length > 100, 'all there')
  write(log, 0, 1)
  await until(() => fake.arrived.some(({ message }) => / missing before this/.test(message)), 'told')
  const told = fake.arrived.filter(({ message }) => / missing before this/.test(message))
  const missing = told.reduce((sum, { message }) => sum + Number.parseInt(message, 10), 0)
  await until(() => fake.arrived.length === 1_001 - missing + told.length, 'the last')
  expect(missing).toBeGreaterThan(400)
}, 30_000)

test('shedding for the disk gives up the least grave, and relax lets it grow again', async () => {
  const fake = await sink()
  await fake.http.down()
  const { log } = opened.remoteLog(opened.folder(), [{ ...elasticsearchTo(fake.http.url), level: 'debug' }])
  for (let n = 0; n < 900; n++) {
    log.write('debug', { message: `detail ${n}`, fields: { text: 'x'.repeat(3_000) } })
    log.write('error', { message: `trouble ${n}`, fields: {} })
  }
  await until(() => log.status.destinations[0]?.waiting === 1_800, 'stored')
  expect(await log.shed(2_000_000)).toBeGreaterThan(1_500_000)
  await until(() => (log.status.destinations[0]?.shed ?? 0) > 100, 'given up')
  expect(log.status.cap).toBeLessThan(3_000_000)
  log.relax()
  write(log, 0, 1)
  await until(() => log.status.cap > 10_000_000, 'grows again')
})

test('no form of a secret leaves, from wherever it came into a message', async () => {
  const fake = await sink()
  const redactor = new Redactor()
  const secrets = ['hunter2-ä/+"x', 'abc', 'tok_0123456789abcdef']
  for (const secret of secrets) redactor.add(secret)
  const { log: remote } = opened.remoteLog(opened.folder(), [
    { ...elasticsearchTo(fake.http.url), level: 'debug' },
  ])
  const output = new PassThrough()
  const log = await openLogger({ level: 'silent', pretty: false, output, redactor, remote })
  for (const secret of secrets) {
    const error = Object.assign(new Error(`said ${secret}`, { cause: new Error(secret) }), {
      url: `https://a/${encodeURIComponent(secret)}`,
    })
    log.error({ error, list: [secret, { deep: secret }], [secret]: 1 }, `password is ${secret}`)
    log.warn(
      { header: `Basic ${Buffer.from(`user:${secret}`).toString('base64')}` },
      JSON.stringify({ secret }),
    )
    log.debug(
      { hex: Buffer.from(secret).toString('hex'), first: secret.slice(0, 3), rest: secret.slice(3) },
      'split',
    )
    log.info(
      { url: `https://user:${encodeURIComponent(secret)}@host/?key=${encodeURIComponent(secret)}` },
      'address',
    )
  }
  await until(() => fake.arrived.length === 12, 'all there')
  const sent = Buffer.concat(fake.http.received).toString()
  // A short secret is part of many words: it is looked for where it stands alone.
  const found = secrets.filter(secret =>
    new RegExp(`(?<![\\p{L}\\p{N}])${RegExp.escape(secret)}(?![\\p{L}\\p{N}])`, 'u').test(sent),
  )
  expect(found).toEqual([])
  for (const secret of secrets.filter(({ length }) => length > 4)) {
    for (const form of [
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString('hex'),
    ]) {
      expect(sent).not.toContain(form)
    }
  }
})
