import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import type { OpenWebSocket } from '../../connections/index.ts'
import { LoxoneSocket } from './socket.ts'

/** A WebSocket of which only what comes in is real. */
class Line extends EventTarget {
  readonly OPEN = 1
  readonly readyState = 1
  isClosed = false
  send(): void {}
  close(): void {
    this.isClosed = true
  }
  push(...frames: Uint8Array[]): void {
    for (const frame of frames) {
      const data = frame.buffer.slice(frame.byteOffset, frame.byteOffset + frame.length)
      this.dispatchEvent(new MessageEvent('message', { data }))
    }
  }
}

function header(type: number, length: number): Uint8Array {
  const bytes = Buffer.from([3, type, 0, 0, 0, 0, 0, 0])
  bytes.writeUInt32LE(length, 4)
  return bytes
}

function open() {
  const line = new Line()
  const socket = new LoxoneSocket(line as unknown as OpenWebSocket, {
    where: 'ms',
    patience: 1_000,
    refusal: () => undefined,
  })
  return { line, socket }
}

test('states without end do not fill the memory', () => {
  const { line, socket } = open()
  let pushed = 0
  for (; !line.isClosed && pushed < 50; pushed++) {
    const table = randomBytes(24 * 10_000)
    line.push(header(2, table.length), table)
  }
  expect(pushed).toBe(6)
  expect(socket.alive).toBe(false)
})

test('a table of more than that is not looked at', () => {
  const { line, socket } = open()
  const table = new Uint8Array(24 * 50_001)
  line.push(header(2, table.length), table)
  expect(socket.alive).toBe(false)
})

test('the same states again and again are no more than they are', () => {
  const { line, socket } = open()
  const table = randomBytes(24 * 1_000)
  for (let n = 0; n < 60; n++) line.push(header(2, table.length), table)
  expect(socket.alive).toBe(true)
})
