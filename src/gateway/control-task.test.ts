import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MemoryLog } from '../../test/gateway/memory-log.ts'
import { askGateway } from '../cli/control-client.ts'
import { resolvedSchema, resumedSchema, statusSchema } from '../cli/status-schema.ts'
import { silentLogger } from '../core/logger.ts'
import type { RegisterLimits, Resolution } from '../core/register.ts'
import { addReading } from '../testing/fake-entry.ts'
import { fakeLedger } from '../testing/fake-ledger.ts'
import { fakeReading, fakeSource } from '../testing/fake-source.ts'
import { MemoryStores } from '../testing/memory-stores.ts'
import { resolveParams, resumeParams } from './control-protocol.ts'
import { ControlTask } from './control-task.ts'
import { GatewayApp } from './gateway-app.ts'

class ResolvingLog extends MemoryLog {
  readonly resolved: unknown[] = []

  override async resolve(stream?: string, resolution?: Resolution, limits?: RegisterLimits) {
    this.resolved.push({ stream, resolution, limits })
    return { statuses: [], appended: [], register: await this.register(stream ?? '') }
  }
}

test('a running gateway tells its status and takes decisions; its socket ends with it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'control-task-'))
  const log = new ResolvingLog(() => Date.now())
  const read = () => ({
    readings: [fakeReading({ energy: 7_200_000n, measuredAt: Date.now() })],
    warnings: [],
  })
  const source = fakeSource(read)
  const assets = [
    { name: 'roof', source, channel: 'export', every: '1h', limits: { resolution: 5n } },
  ] as const
  const app = new GatewayApp({ openLog: async () => log, assets, log: silentLogger })
  app.addTask(new ControlTask({ folder, gateway: app }))
  const end = new AbortController()
  const running = app.run({ signal: end.signal, signals: false })

  const status = async () => {
    const answer = await askGateway(folder, 'status')
    return answer.running ? statusSchema.parse(answer.result) : undefined
  }
  await expect.poll(async () => (await status())?.assets[0]?.register?.entries).toBe(2)
  expect(await status()).toMatchObject({
    assets: [
      { asset: 'roof', register: { total: '0', holdReason: null }, outage: null, polls: 1, failures: 0 },
    ],
    ledgers: [],
    logTrouble: null,
  })

  const resolution = { kind: 'reset', by: 'me', reason: 'seen', initial: 0n } as const
  const answer = await askGateway(folder, 'resolve', resolveParams({ asset: 'roof', resolution }))
  expect(answer.running && resolvedSchema.parse(answer.result).register.total).toBe('0')
  expect(log.resolved).toEqual([{ stream: 'roof', resolution, limits: { opening: 'zero', resolution: 5n } }])
  const other = askGateway(folder, 'resolve', resolveParams({ asset: 'shed', resolution }))
  await expect(other).rejects.toMatchObject({
    code: 'argument-invalid',
    message: 'the gateway has no asset "shed"',
  })

  end.abort()
  await running
  expect(await readdir(folder)).toEqual([])
  await rm(folder, { recursive: true })
})

test('an operator lets a stopped line go on, and the log keeps who and why', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'control-task-'))
  const log = new MemoryLog(() => Date.now())
  await log.openStream({ name: 'roof' })
  const stores = new MemoryStores()
  addReading(stores.entries, 'roof', 1n)
  const lines = ['origin', 'other'].map(ledger => {
    return { name: `roof/${ledger}`, stream: 'roof', role: 'producer', assetId: 0n, key: 'roof' } as const
  })
  for (const { name, stream } of lines) await stores.openLine(name, stream)
  await stores.setStopped('roof/origin', 'ledger-conflict: tested')
  const ledgers = lines.map(line => {
    const name = line.name.slice('roof/'.length)
    return { name, open: async () => fakeLedger({ name, stores, lines: [line] }) }
  })
  const app = new GatewayApp({
    openLog: async () => log,
    reportStores: () => stores,
    ledgers,
    log: silentLogger,
  })
  app.addTask(new ControlTask({ folder, gateway: app }))
  const end = new AbortController()
  const running = app.run({ signal: end.signal, signals: false })
  const resume = async (asset: string, ledger?: string) => {
    const params = resumeParams({ asset, ledger, by: 'me', reason: 'repaired' })
    const answer = await askGateway(folder, 'resume', params)
    return answer.running ? resumedSchema.parse(answer.result) : undefined
  }
  await expect.poll(async () => (await askGateway(folder, 'status')).running).toBe(true)
  await expect
    .poll(async () => (await app.status()).ledgers.flatMap(ledger => ledger.lines).length)
    .toBe(lines.length)

  expect(await resume('roof', 'other')).toEqual([
    { line: 'roof/other', stopped: null, note: null, failed: [] },
  ])
  expect(await resume('roof')).toEqual([
    { line: 'roof/origin', stopped: 'ledger-conflict: tested', note: 0, failed: [] },
    { line: 'roof/other', stopped: null, note: null, failed: [] },
  ])
  expect((await stores.line('roof/origin')).stopped).toBeUndefined()
  expect(log.documents('roof', 'note')).toEqual([
    {
      by: 'me',
      text: "The report line roof/origin goes on. It had stopped: ledger-conflict: tested\nThe operator's reason: repaired",
    },
  ])
  expect((await resume('roof', 'origin'))?.[0]?.stopped).toBeNull()
  expect(log.documents('roof', 'note')).toHaveLength(1)
  await expect(resume('shed')).rejects.toMatchObject({
    code: 'argument-invalid',
    message: 'the gateway has no report line of "shed"',
  })

  end.abort()
  await running
  await rm(folder, { recursive: true })
})

test('an operator gives up the kept call that holds up others, also of an account that is no ledger', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'control-task-'))
  const stream = `calls 31337 0x${'ab'.repeat(20)}`
  const log = new MemoryLog(() => Date.now())
  await log.openStream({ name: stream })
  const stores = new MemoryStores()
  for (const value of [1n, 2n]) addReading(stores.entries, stream, value)
  await stores.openLine(`${stream}/calls`, stream)
  await stores.setStopped(`${stream}/calls`, 'too dear; those behind it wait')
  const app = new GatewayApp({
    openLog: async () => log,
    reportStores: () => stores,
    log: silentLogger,
  })
  app.addTask(new ControlTask({ folder, gateway: app }))
  const end = new AbortController()
  const running = app.run({ signal: end.signal, signals: false })
  await expect.poll(async () => (await askGateway(folder, 'status')).running).toBe(true)
  const ask = (giveUp: unknown) =>
    askGateway(folder, 'resume', { asset: stream, by: 'me', reason: 'wrong contract', giveUp })
  await expect(ask(-1)).rejects.toMatchObject({ code: 'argument-invalid' })
  await expect(ask('0')).rejects.toMatchObject({ code: 'argument-invalid' })
  await ask(0)
  expect(await stores.line(`${stream}/calls`)).toMatchObject({ planned: 0, stopped: undefined })
  expect(await stores.ofLine(`${stream}/calls`, 5)).toMatchObject([
    {
      state: 'skipped',
      first: 0,
      last: 0,
      nonce: undefined,
      reason: expect.stringContaining('wrong contract'),
    },
  ])
  expect(log.documents(stream, 'note')).toMatchObject([{ by: 'me' }])
  end.abort()
  await running
  await rm(folder, { recursive: true })
})
