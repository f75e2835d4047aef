import { readFileSync } from 'node:fs'
import type { AddressInfo, Socket } from 'node:net'
import { createServer } from 'node:tls'
import { afterEach, expect, test } from 'vitest'
import type { SpooledLine } from '../../src/logging/remote/line.ts'
import { openSyslog } from '../../src/logging/remote/syslog.ts'
import { authority } from './http-sink.ts'

/* A syslog server that wants to hurt holds on to no connection and no bytes of ours. */

const certificates = new URL('../../src/connections/test-certificates/', import.meta.url)
const files = {
  cert: readFileSync(new URL('server.pem', certificates)),
  key: readFileSync(new URL('server.key.pem', certificates)),
}
const signal = new AbortController().signal
const lines: readonly SpooledLine[] = Array.from({ length: 50 }, (_, n) => ({
  sequence: n + 1,
  id: `s-${n + 1}`,
  at: 1_700_000_000_000,
  severity: 'info',
  message: 'm'.repeat(8_000),
  fields: '{}',
}))

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

async function open(behave: (socket: Socket) => void, patience: number) {
  const sockets = new Set<Socket>()
  const server = createServer(files, socket => {
    socket.on('error', () => undefined)
    behave(socket)
  })
  server.on('connection', socket => sockets.add(socket))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const destination = { name: 'd', level: 'debug', labels: {}, facility: 1, host: '127.0.0.1', port } as const
  const sink = openSyslog(
    { ...destination, kind: 'syslog', tls: { ca: authority } },
    { sender: { host: 'box', version: '1', pid: 1 }, patience },
  )
  ends.push(async () => {
    await sink.close()
    for (const socket of sockets) socket.destroy()
    await new Promise(resolve => server.close(resolve))
  })
  return { sink, sockets }
}

const streams = () =>
  process.getActiveResourcesInfo().filter(name => /^(?:TCPSocketWrap|TLSWrap)$/.test(name)).length

test('one that reads nothing is given up, with the connection and what waits in it', async () => {
  // Fails when send ends the connection by destroySoon: that waits for the bytes that nobody reads.
  const { sink, sockets } = await open(socket => socket.pause(), 500)
  const outcomes = new Set<string>()
  let failures = 0
  // What the system takes counts as taken; then nothing more goes.
  for (let i = 0; i < 200 && failures < 3; i++) {
    const { outcome } = await sink.send(lines, { signal })
    outcomes.add(outcome)
    if (outcome === 'later') failures++
  }
  expect(failures).toBe(3)
  expect([...outcomes].sort()).toEqual(['later', 'taken'])
  // Three connections were made, and only the server's ends of them are left.
  expect(sockets.size).toBe(3)
  await expect.poll(streams, { timeout: 5_000 }).toBeLessThanOrEqual(sockets.size)
}, 120_000)

test('one that talks without end is not listened to', async () => {
  const { sink } = await open(socket => {
    const block = Buffer.alloc(65_536, 'y')
    const pour = () => {
      if (!socket.destroyed && socket.write(block)) setImmediate(pour)
      else socket.once('drain', pour)
    }
    pour()
  }, 5_000)
  const before = process.memoryUsage().rss
  for (let i = 0; i < 5; i++)
    expect(await sink.send(lines.slice(0, 2), { signal })).toMatchObject({ outcome: 'taken' })
  expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000)
}, 60_000)
