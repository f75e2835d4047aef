import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { askGateway } from '../cli/control-client.ts'
import { EnergywebError } from '../core/errors.ts'
import { silentLogger } from '../core/logger.ts'
import { longestControlLine, resolveParams, resumeParams } from './control-protocol.ts'
import { type ControlHandlers, ControlServer } from './control-server.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'control-test-'))
})

afterEach(() => rm(folder, { recursive: true }))

const handlers: ControlHandlers = {
  status: async () => ({ total: 12n }),
  resolve: async request => request,
  resume: async request => request,
  erase: async request => request,
  checkpoint: async () => ({ signed: true }),
}

function open(place = folder, changed: Partial<ControlHandlers> = {}) {
  return ControlServer.open({ folder: place, handlers: { ...handlers, ...changed }, log: silentLogger })
}

/** All that the server says to these bytes until it or we end the connection. */
function converse(path: string, text: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const socket = connect(path)
  let answer = ''
  socket.on('data', chunk => {
    answer += chunk
    if (answer.split('\n').length > text.split('\n').length - 1) socket.end()
  })
  socket.on('error', () => resolve(answer))
  socket.on('close', () => resolve(answer))
  socket.write(text)
  return promise
}

test('a gateway is asked for its status, energies as text', async () => {
  await using _server = { server: await open(), [Symbol.asyncDispose]: async () => _server.server.close() }
  expect(await askGateway(folder, 'status')).toEqual({ running: true, result: { total: '12' } })
})

test('only the own user can open the socket', async () => {
  const server = await open()
  expect((await stat(server.path)).mode & 0o777).toBe(0o600)
  await server.close()
})

test('no gateway runs: no socket, or one that a killed gateway left, which the next takes away', async () => {
  expect(await askGateway(folder, 'status')).toEqual({ running: false })
  const { spawnSync } = await import('node:child_process')
  const leave = `require('net').createServer().listen(${JSON.stringify(join(folder, 'control.sock'))}, () => process.kill(process.pid, 'SIGKILL'))`
  spawnSync(process.execPath, ['-e', leave])
  expect(await readdir(folder)).toEqual(['control.sock'])
  expect(await askGateway(folder, 'status')).toEqual({ running: false })
  const server = await open()
  expect(await askGateway(folder, 'status')).toMatchObject({ running: true })
  await server.close()
  expect(await readdir(folder)).toEqual([])
})

test('a living gateway keeps its socket', async () => {
  const server = await open()
  await expect(open()).rejects.toMatchObject({ code: 'log-locked' })
  expect(await askGateway(folder, 'status')).toMatchObject({ running: true })
  await server.close()
})

test('a file that is no socket is never removed', async () => {
  await writeFile(join(folder, 'control.sock'), 'precious')
  await expect(open()).rejects.toMatchObject({ code: 'log-io' })
  expect((await stat(join(folder, 'control.sock'))).size).toBe(8)
})

test('a data folder with a path too long for a socket gets one elsewhere, and it is gone afterwards', async () => {
  const deep = join(folder, 'a'.repeat(120))
  await mkdir(deep)
  const server = await open(deep)
  expect(server.path.length).toBeLessThan(104)
  expect(await askGateway(deep, 'status')).toMatchObject({ running: true })
  await server.close()
  expect(await readdir(deep)).toEqual([])
  await expect(stat(server.path)).rejects.toThrow('ENOENT')
})

test('a resolution arrives as it was given, its energies exact', async () => {
  const received: unknown[] = []
  const server = await open(folder, { resolve: async request => received.push(request) })
  const request = {
    asset: 'roof',
    resolution: { kind: 'swap', by: 'me', reason: 'new meter', reading: 3, final: 2n ** 70n, initial: 0n },
  } as const
  await askGateway(folder, 'resolve', resolveParams(request))
  expect(received).toEqual([request])
  await server.close()
})

test('that a line may go on arrives as it was said', async () => {
  const received: unknown[] = []
  const server = await open(folder, { resume: async request => received.push(request) })
  const request = { asset: 'roof', ledger: undefined, by: 'me', reason: 'repaired' }
  await askGateway(folder, 'resume', resumeParams(request))
  expect(received).toEqual([request])
  await server.close()
})

test('what the gateway refuses comes back with code and hint', async () => {
  const refuse = async () => {
    throw new EnergywebError('resolution-refused', 'nothing is held', { hint: 'Look again.' })
  }
  const server = await open(folder, { resolve: refuse })
  const params = resolveParams({ asset: 'roof', resolution: { kind: 'release', by: 'me', reason: 'seen' } })
  const refusal = { code: 'resolution-refused', message: 'nothing is held', hint: 'Look again.' }
  await expect(askGateway(folder, 'resolve', params)).rejects.toMatchObject(refusal)
  await server.close()
})

test.each([
  ['not JSON', 'json-invalid', 'hello'],
  ['no object', 'argument-invalid', '[]'],
  ['no id', 'argument-invalid', '{"method":"status"}'],
  ['an unknown method', 'argument-invalid', '{"id":1,"method":"__proto__"}'],
  [
    'no asset',
    'argument-invalid',
    '{"id":1,"method":"resolve","params":{"kind":"release","by":"me","reason":"x"}}',
  ],
  [
    'a float energy',
    'argument-invalid',
    '{"id":1,"method":"resolve","params":{"asset":"a","kind":"reset","by":"me","reason":"x","initial":1.5}}',
  ],
  ['an erasure of nothing', 'argument-invalid', '{"id":1,"method":"erase","params":{"streams":[]}}'],
  [
    'an erasure without a range',
    'argument-invalid',
    '{"id":1,"method":"erase","params":{"streams":["a"],"range":{"first":0},"by":"me","reason":"b"}}',
  ],
  ['nobody who decides', 'argument-invalid', '{"id":1,"method":"resume","params":{"asset":"a"}}'],
  [
    'a ledger that is no text',
    'argument-invalid',
    '{"id":1,"method":"resume","params":{"asset":"a","ledger":{},"by":"me"}}',
  ],
  [
    'a reason without end',
    'argument-invalid',
    `{"id":1,"method":"resume","params":{"asset":"a","by":"me","reason":"${'x'.repeat(1_001)}"}}`,
  ],
])('%s is answered with an error', async (_name, code, line) => {
  const server = await open()
  expect(await converse(server.path, `${line}\n`)).toContain(code)
  await server.close()
})

test('several questions on one connection are answered in order', async () => {
  const server = await open()
  const answers = await converse(server.path, '{"id":1,"method":"status"}\n{"id":2,"method":"status"}\n')
  expect(
    answers
      .trim()
      .split('\n')
      .map(line => JSON.parse(line).id),
  ).toEqual([1, 2])
  await server.close()
})

test('an endless line and a flood of questions end the connection', async () => {
  const server = await open()
  expect(await converse(server.path, 'x'.repeat(longestControlLine + 1))).toBe('')
  await converse(server.path, '{"id":1,"method":"status"}\n'.repeat(1_000))
  expect(await askGateway(folder, 'status')).toMatchObject({ running: true })
  await server.close()
})
