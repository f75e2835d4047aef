import { lstat, unlink } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { ErasureRequest } from '../core/erasure.ts'
import { EnergywebError, messageOf } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import { onLines } from './control-lines.ts'
import { chooseSocketPath, forgetSocketPath } from './control-place.ts'
import {
  type ControlRequest,
  controlError,
  controlLine,
  parseControlRequest,
  parseEraseRequest,
  parseResolveRequest,
  parseResumeRequest,
  type ResolveRequest,
  type ResumeRequest,
} from './control-protocol.ts'

/** What the gateway does for who asks. Answers become JSON, `bigint` as decimal text. */
export interface ControlHandlers {
  status(): Promise<unknown>
  resolve(request: ResolveRequest): Promise<unknown>
  resume(request: ResumeRequest): Promise<unknown>
  erase(request: ErasureRequest): Promise<unknown>
  checkpoint(): Promise<unknown>
}

const mostConnections = 16
const idleMilliseconds = 60_000
const mostWaiting = 16

/**
 * The door by which the command line talks to a running gateway: a Unix socket that only the gateway's own user can open.
 * Open it only while holding the data folder's lock.
 */
export class ControlServer {
  readonly path: string
  readonly #folder: string
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(
    folder: string,
    path: string,
    { handlers, log }: { handlers: ControlHandlers; log: Logger },
  ) {
    this.#folder = folder
    this.path = path
    this.#server = createServer(socket => this.#serve(socket, handlers))
    this.#server.maxConnections = mostConnections
    this.#server.on('error', error => log.error({ error: error.message }, 'the control socket failed'))
  }

  /**
   * Opens the socket of a data folder, taking away one that a dead gateway left.
   * @throws EnergywebError `log-locked` when a living process answers on it; `log-io` when it can't be made.
   */
  static async open(options: {
    folder: string
    handlers: ControlHandlers
    log: Logger
  }): Promise<ControlServer> {
    const path = await chooseSocketPath(options.folder)
    await removeStale(path)
    const server = new ControlServer(options.folder, path, options)
    await server.#listen()
    return server
  }

  /** Ends all connections and removes the socket. */
  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#server.close(() => resolve())
    for (const socket of this.#sockets) socket.destroy()
    await promise
    await forgetSocketPath(this.#folder)
  }

  #listen(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#server.once('listening', resolve)
    this.#server.once('error', cause => {
      reject(new EnergywebError('log-io', `the control socket can't be made: ${cause.message}`, { cause }))
    })
    // The file is made inside of `listen`, so it never exists with wider permissions than these.
    const before = process.umask(0o177)
    try {
      this.#server.listen(this.path)
    } finally {
      process.umask(before)
    }
    return promise
  }

  #serve(socket: Socket, handlers: ControlHandlers): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    // The other side went away; there is nobody left to tell.
    socket.on('error', () => socket.destroy())
    socket.setTimeout(idleMilliseconds, () => socket.destroy())
    let waiting = 0
    let last: Promise<void> = Promise.resolve()
    onLines(socket, {
      line: text => {
        if (++waiting > mostWaiting) {
          socket.destroy()
          return
        }
        // An erasure takes its time; only a connection on which nothing is asked is idle.
        socket.setTimeout(0)
        last = last.then(async () => {
          const answer = await answerTo(text, handlers)
          waiting -= 1
          if (waiting === 0) socket.setTimeout(idleMilliseconds)
          if (socket.writable) socket.write(answer)
        })
      },
      tooLong: () => socket.destroy(),
    })
  }
}

async function answerTo(line: string, handlers: ControlHandlers): Promise<string> {
  let request: ControlRequest | undefined
  try {
    request = parseControlRequest(line)
    return controlLine({ id: request.id, result: await resultOf(request, handlers) })
  } catch (error) {
    return controlLine({ id: request?.id ?? null, error: controlError(error) })
  }
}

async function resultOf({ method, params }: ControlRequest, handlers: ControlHandlers): Promise<unknown> {
  switch (method) {
    case 'status':
      return handlers.status()
    case 'resolve':
      return handlers.resolve(parseResolveRequest(params))
    case 'resume':
      return handlers.resume(parseResumeRequest(params))
    case 'erase':
      return handlers.erase(parseEraseRequest(params))
    case 'checkpoint':
      return handlers.checkpoint()
  }
}

async function removeStale(path: string): Promise<void> {
  try {
    const found = await lstat(path)
    if (!found.isSocket()) throw new EnergywebError('log-io', `${path} is in the way: it is not a socket`)
    if (await answers(path)) {
      throw new EnergywebError(
        'log-locked',
        'another gateway answers on the control socket of this data folder',
      )
    }
    await unlink(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return
    if (error instanceof EnergywebError) throw error
    throw new EnergywebError('log-io', `the old control socket can't be removed: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

function answers(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect(path)
  socket.once('connect', () => resolve(true))
  socket.once('error', () => resolve(false))
  return promise.finally(() => socket.destroy())
}
