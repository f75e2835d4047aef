import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { contractEvent } from '../../src/ledgers/events/contract-event.ts'
import { EventWorld, takeMany } from './event-world.ts'

let world: EventWorld
beforeAll(async () => {
  world = await EventWorld.open()
})
afterAll(() => world?.anvil.stop())

const anvilSocket = () => world.anvil.url.replace('http', 'ws')

/** Followed with a poll so long that only the socket can be what tells of an event. */
async function follow(ws: string | undefined, poll: number) {
  const network = await world.network(ws === undefined ? {} : { ws })
  return contractEvent({
    network,
    address: world.address,
    event: 'Pong(uint256 indexed number)',
    confirmations: 1,
    poll,
  })
}

/** Waits until somebody follows, then has an event mined; how long it took to come, in milliseconds. */
async function latency(pongs: Awaited<ReturnType<typeof follow>>, number: bigint): Promise<number> {
  const taken = takeMany(pongs, 1, 60_000)
  await new Promise(resolve => setTimeout(resolve, 1_500))
  const began = performance.now()
  await world.send('pongs', number, 1n)
  await world.anvil.mine()
  const [item] = await taken
  expect(item?.args.number).toBe(number)
  return performance.now() - began
}

test('an event is seen at once where a node tells of new blocks', { timeout: 90_000 }, async () => {
  const pongs = await follow(anvilSocket(), 50_000)
  const times = [await latency(pongs, 1n), await latency(pongs, 2n)]
  // It is some ten milliseconds on an idle machine; without the socket it would be fifty seconds.
  expect(Math.max(...times)).toBeLessThan(20_000)
})

test('where nobody listens, it is asked for as without', { timeout: 60_000 }, async () => {
  const pongs = await follow('ws://127.0.0.1:1/', 50)
  expect(await latency(pongs, 3n)).toBeLessThan(20_000)
})

/** A server that opens a WebSocket and then does what it is told: frames are text, unmasked (RFC 6455, 5.2). */
async function hostile(act: (socket: Duplex, frame: (text: string) => Buffer) => void) {
  const server = createServer()
  let connections = 0
  const open = new Set<Duplex>()
  server.on('upgrade', ({ headers }, socket) => {
    connections += 1
    open.add(socket)
    socket.on('error', () => open.delete(socket))
    const accept = createHash('sha1')
      .update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
    )
    act(socket, frame)
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    stop: () => {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}

function frame(text: string): Buffer {
  const body = Buffer.from(text)
  const header = Buffer.alloc(10)
  header[0] = 0x81
  header[1] = 127
  header.writeBigUInt64BE(BigInt(body.length), 2)
  return Buffer.concat([header, body])
}

const head = JSON.stringify({ jsonrpc: '2.0', method: 'eth_subscription', params: { result: {} } })

test.each<[string, Parameters<typeof hostile>[0]]>([
  ['says nothing', () => {}],
  ['says what is no JSON', (socket, frame) => socket.write(frame('\u0000{]'))],
  ['does not know the method', (socket, frame) => socket.write(frame('{"id":1,"error":{"code":-32601}}'))],
  ['says too much at once', (socket, frame) => socket.write(frame(head + ' '.repeat(1_000_000)))],
  ['hangs up', socket => socket.end()],
  ['breaks the protocol', socket => socket.write(Buffer.alloc(64, 0xff))],
])('a node that %s does no harm', { timeout: 60_000 }, async (_, act) => {
  const node = await hostile(act)
  try {
    const pongs = await follow(node.url, 50)
    const number = BigInt(Math.floor(performance.now()))
    expect(await latency(pongs, number)).toBeLessThan(20_000)
    // Back-off: in one and a half seconds it was not asked over and over.
    expect(node.connections()).toBeGreaterThan(0)
    expect(node.connections()).toBeLessThan(6)
  } finally {
    node.stop()
  }
})

test('a flood of blocks is a few looks a second', { timeout: 60_000 }, async () => {
  const timers: NodeJS.Timeout[] = []
  const node = await hostile((socket, frame) => {
    const flood = frame(head)
    timers.push(setInterval(() => socket.write(Buffer.concat(Array.from({ length: 100 }, () => flood))), 5))
  })
  let requests = 0
  try {
    const network = await world.network({
      ws: node.url,
      fetch: (...words) => {
        requests += 1
        return fetch(...words)
      },
    })
    const pongs = contractEvent({
      network,
      address: world.address,
      event: 'Pong(uint256 indexed number)',
      poll: 50_000,
    })
    await expect(pongs.take({ signal: AbortSignal.timeout(3_000) })).rejects.toThrow()
    // A look is a request, two where it found a block.
    expect(requests).toBeGreaterThan(3)
    expect(requests).toBeLessThan(80)
  } finally {
    for (const timer of timers) clearInterval(timer)
    node.stop()
  }
})
