import { createServer, type Server, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'

/*
 * Collectors that want to hurt who sends to them. Each is what a peer may do with a TCP connection of ours, written out byte by byte:
 * a library of HTTP would not let it.
 */

/** Writes for as long as the peer takes it, a piece at a time; `pause` milliseconds between two. */
function pour(socket: Socket, piece: string | Uint8Array, pause = 0): void {
  const next = () => {
    if (socket.destroyed) return
    if (pause > 0) {
      socket.write(piece)
      setTimeout(next, pause)
    } else if (socket.write(piece)) setImmediate(next)
    else socket.once('drain', next)
  }
  next()
}

const head = (...fields: string[]) => `HTTP/1.1 200 OK\r\n${fields.map(field => `${field}\r\n`).join('')}\r\n`
const chunked = 'transfer-encoding: chunked'
const protobuf = 'content-type: application/x-protobuf'
/** Pieces are sent in blocks: what is measured is who reads, not who writes. */
const block = (piece: string) => Buffer.from(piece.repeat(Math.ceil(65_536 / piece.length)))

/** 100 MB of zeros in 100 kB. */
const bomb = gzipSync(Buffer.alloc(100_000_000))

/** What each does once it has heard something. */
export const hostilities: Readonly<Record<string, (socket: Socket) => void>> = {
  'never answers': () => undefined,
  'drips headers': socket => {
    socket.write('HTTP/1.1 200 OK\r\n')
    pour(socket, 'x', 200)
  },
  'drips a body': socket => {
    socket.write(head('content-length: 1000000'))
    pour(socket, 'x', 200)
  },
  'sends headers without end': socket => {
    socket.write('HTTP/1.1 200 OK\r\n')
    pour(socket, block('x-filler: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n'))
  },
  'sends one header without end': socket => {
    socket.write('HTTP/1.1 200 OK\r\nx-filler: ')
    pour(socket, block('y'))
  },
  'announces early hints without end': socket =>
    pour(socket, block('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n')),
  'sends a body without end': socket => {
    socket.write(head())
    pour(socket, block('x'))
  },
  'sends a body in chunks of one byte': socket => {
    socket.write(head(chunked))
    pour(socket, block('1\r\nx\r\n'))
  },
  'sends extensions of a chunk without end': socket => {
    socket.write(`${head(chunked)}1;`)
    pour(socket, block('y'))
  },
  'sends trailers without end': socket => {
    socket.write(`${head(chunked)}1\r\nx\r\n0\r\n`)
    pour(socket, block('x-filler: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n'))
  },
  'answers with a gzip bomb': socket => {
    socket.write(head(protobuf, 'content-encoding: gzip', `content-length: ${bomb.length}`))
    socket.end(bomb)
  },
  'announces a terabyte': socket => socket.end(head('content-length: 1099511627776')),
  'redirects to itself': socket =>
    socket.end('HTTP/1.1 308 Permanent Redirect\r\nlocation: /v1/logs\r\ncontent-length: 0\r\n\r\n'),
  'redirects to a file': socket =>
    socket.end(
      'HTTP/1.1 307 Temporary Redirect\r\nlocation: file:///etc/passwd\r\ncontent-length: 0\r\n\r\n',
    ),
  'changes the protocol': socket =>
    socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
  'says something that is not HTTP': socket => pour(socket, block('SSH-2.0-x\r\n')),
}

/** A collector that behaves like that, on a free port of this machine. */
export class HostileCollector {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  /** Connections that were made to it so far. */
  connections = 0

  private constructor(behave: (socket: Socket) => void) {
    this.#server = createServer(socket => {
      this.connections += 1
      this.#sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => this.#sockets.delete(socket))
      socket.once('data', () => behave(socket))
      socket.resume()
    })
  }

  static async start(behave: (socket: Socket) => void): Promise<HostileCollector> {
    const collector = new HostileCollector(behave)
    await new Promise<void>(resolve => collector.#server.listen(0, '127.0.0.1', resolve))
    return collector
  }

  get url(): string {
    const address = this.#server.address()
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  }

  /** Connections that are open now. */
  get open(): number {
    return this.#sockets.size
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise(resolve => this.#server.close(resolve))
  }
}
