import { httpError, type OpenTlsSocket, openTlsSocket } from '../../connections/index.ts'
import { type Clock, sleep, systemClock } from '../../core/clock.ts'
import { EnergywebError, isEnergywebError, messageOf } from '../../core/errors.ts'
import type { Sender, SyslogDestination } from './destination.ts'
import type { SpooledLine } from './line.ts'
import type { Delivery, Sink } from './sink.ts'
import { syslogFrame } from './syslog-message.ts'

/**
 * How long a connection must outlive what was written to it for that to count as taken, ms. The protocol has no answer; a server
 * that refuses our certificate under TLS 1.3, or that has gone, cuts the connection in this time.
 */
const grace = 300
const connectTimeout = 10_000
const writeTimeout = 30_000

/**
 * Syslog over TLS (RFC 5424, RFC 5425). Nothing is ever acknowledged: what the system has taken and the peer has not yet read
 * is lost when the connection dies later than that is noticed.
 */
export function openSyslog(
  destination: SyslogDestination,
  {
    sender,
    clock = systemClock,
    patience = writeTimeout,
  }: { sender: Sender; clock?: Clock; patience?: number },
): Sink {
  const where = `${destination.host}:${destination.port}`
  let open: Connection | undefined

  const connected = async (signal: AbortSignal): Promise<Connection> => {
    if (open?.failure === undefined && open !== undefined) return open
    open?.cut()
    const { host, port, tls } = destination
    const { socket } = await openTlsSocket({ host, port, policy: { tls }, timeout: connectTimeout, signal })
    open = new Connection(socket, where)
    return open
  }

  const send = async (lines: readonly SpooledLine[], signal: AbortSignal): Promise<Delivery> => {
    const connection = await connected(signal)
    await connection.write(
      Buffer.concat(lines.map(line => syslogFrame(line, { sender, ...destination }))),
      AbortSignal.any([signal, AbortSignal.timeout(patience)]),
    )
    await sleep(grace, { clock, signal })
    if (connection.failure !== undefined) throw connection.failure
    return { outcome: 'taken', refused: 0, said: 'written; syslog acknowledges nothing' }
  }

  return {
    most: { lines: 500, characters: 400_000 },
    async send(lines, { signal }) {
      try {
        return await send(lines, signal)
      } catch (error) {
        open?.cut()
        open = undefined
        if (signal.aborted) throw new EnergywebError('aborted', 'no longer wanted', { cause: error })
        const stands = isEnergywebError(error) && !error.retryable
        return { outcome: stands ? 'stands' : 'later', why: messageOf(error) }
      }
    },
    async close() {
      open?.end()
      open = undefined
    },
  }
}

/** A connection and what has befallen it. */
class Connection {
  readonly #socket: OpenTlsSocket['socket']
  readonly #ended = Promise.withResolvers<void>()
  failure: EnergywebError | undefined

  constructor(socket: OpenTlsSocket['socket'], where: string) {
    this.#socket = socket
    socket.setKeepAlive(true, 30_000)
    socket.on('error', error => this.#fail(httpError(error, where)))
    const gone = () =>
      new EnergywebError('source-unreachable', `${where}: the connection was cut`, { retryable: true })
    socket.on('end', () => this.#fail(gone()))
    socket.on('close', () => this.#fail(gone()))
    // What it says must be read for its end to be noticed; there is nothing that it could mean.
    socket.resume()
  }

  /** Resolves when the system has taken all of it. */
  async write(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const stop = () => reject(new EnergywebError('source-timeout', 'it takes nothing', { retryable: true }))
    signal.addEventListener('abort', stop, { once: true })
    this.#socket.write(bytes, error => (error == null ? resolve() : reject(error)))
    try {
      await Promise.race([promise, this.#ended.promise])
    } catch (error) {
      throw this.failure ?? error
    } finally {
      signal.removeEventListener('abort', stop)
    }
    if (this.failure !== undefined) throw this.failure
  }

  /** Ends it once what was written is with the system. */
  end(): void {
    this.#socket.destroySoon()
  }

  /** Ends it at once: a peer that reads nothing would hold on to it, and to all that waits in it, for ever. */
  cut(): void {
    this.#socket.destroy()
  }

  #fail(error: EnergywebError): void {
    this.failure ??= error
    this.#ended.resolve()
  }
}
