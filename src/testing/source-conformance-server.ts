import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import type { GoldenAnswer, ServerBehaviour } from './source-conformance-cases.ts'
import { bodyOf } from './source-conformance-golden.ts'

/** A server that behaves as a case says. */
export interface CaseServer {
  readonly origin: string
  /** Bytes of the longest answer that were taken off our hands. */
  readonly longest: number
  /** Requests that were heard. */
  readonly requests: number
  close(): Promise<void>
}

interface Served {
  longest: number
  requests: number
  /** Those that the behaviour is about. */
  answers: number
}

/** Starts the server of a case on 127.0.0.1. */
export async function startCaseServer(
  answers: Readonly<Record<string, GoldenAnswer>>,
  behaviour: ServerBehaviour,
  folder: URL,
): Promise<CaseServer> {
  if (behaviour.does === 'ignore') return startIgnoring()
  const served: Served = { longest: 0, requests: 0, answers: 0 }
  const server = createServer(listener(answers, behaviour, folder, served))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  if (behaviour.does === 'refuse') await close(server)
  return {
    origin: `http://127.0.0.1:${port}`,
    get longest() {
      return served.longest
    },
    get requests() {
      return served.requests
    },
    close: async () => (server.listening ? close(server) : undefined),
  }
}

function close(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function listener(
  answers: Readonly<Record<string, GoldenAnswer>>,
  behaviour: ServerBehaviour,
  folder: URL,
  served: Served,
): RequestListener {
  return (request, response) => {
    served.requests++
    const path = new URL(request.url ?? '/', 'http://meter').pathname
    const concerned = behaviour.at === undefined || behaviour.at === path
    if (concerned) served.answers++
    const answer = answers[path]
    if (answer === undefined) {
      response.writeHead(404).end()
      return
    }
    const body = bodyOf(answer, folder)
    served.longest = Math.max(served.longest, body.length)
    const asUsual: ServerBehaviour = { does: 'answer' }
    behave(response, { request, answer, body, behaviour: concerned ? behaviour : asUsual, served })
  }
}

interface Scene {
  readonly request: IncomingMessage
  readonly answer: GoldenAnswer
  readonly body: Uint8Array
  readonly behaviour: ServerBehaviour
  readonly served: Served
}

function behave(response: ServerResponse, { request, answer, body, behaviour, served }: Scene): void {
  const half = body.subarray(0, body.length >> 1)
  const head = (length: number, status = answer.status ?? 200, headers = {}) =>
    response.writeHead(status, { 'content-type': answer.type, 'content-length': length, ...headers })
  switch (behaviour.does) {
    case 'status':
      head(0, behaviour.status, behaviour.headers).end()
      break
    case 'echo':
      echo(request, response.writeHead(behaviour.status, { 'content-type': answer.type }))
      break
    case 'fail-once':
      if (served.answers === 1) head(0, behaviour.status, behaviour.headers).end()
      else head(body.length).end(body)
      break
    case 'break':
      head(body.length).write(half, () => response.socket?.destroySoon())
      break
    case 'cut':
      head(half.length).end(half)
      break
    case 'stall':
      head(body.length).write(half)
      break
    case 'retype':
      response.writeHead(200, { 'content-type': behaviour.type }).end(body)
      break
    case 'redirect':
      response.writeHead(302, { location: behaviour.to }).end()
      break
    case 'flood':
      flood(response.writeHead(200, { 'content-type': answer.type }), behaviour.bytes, served)
      break
    case 'drip':
      drip(response.writeHead(200, { 'content-type': answer.type }), behaviour.every)
      break
    case 'answer':
      head(body.length).end(body)
      break
    default: // silence: the request is heard and never answered
  }
}

/** Tells what was sent, as a debugging proxy does. */
async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = ''
  for await (const piece of request) body += piece
  response.end(JSON.stringify({ error: request.url, message: request.rawHeaders.join(' '), body }))
}

function flood(response: ServerResponse, bytes: number, served: Served): void {
  const piece = Buffer.alloc(65_536, ' ')
  let sent = 0
  const more = () => {
    while (sent < bytes && !response.destroyed) {
      sent += piece.length
      served.longest = Math.max(served.longest, sent)
      if (!response.write(piece)) return
    }
    response.end()
  }
  response.on('drain', more)
  more()
}

function drip(response: ServerResponse, every: number): void {
  const timer = setInterval(() => response.write(' '), every)
  response.on('close', () => clearInterval(timer))
}

/**
 * A port whose connections are never taken: a thread listens, then stops for ever; two connections fill the system's
 * queue, and the next one waits in vain.
 */
async function startIgnoring(): Promise<CaseServer> {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads')
     const server = require('node:net').createServer()
     server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port)
       setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
     })`,
    { eval: true },
  )
  const port = await new Promise<number>(resolve => worker.once('message', resolve))
  const fillers: Socket[] = []
  for (let i = 0; i < 2; i++) {
    const filler = connect(port, '127.0.0.1')
    filler.on('error', () => filler.destroy())
    fillers.push(filler)
    await new Promise(resolve => filler.once('connect', resolve))
  }
  return {
    origin: `http://127.0.0.1:${port}`,
    longest: 0,
    requests: 0,
    async close() {
      for (const filler of fillers) filler.destroy()
      await worker.terminate()
    },
  }
}
