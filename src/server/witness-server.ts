import type { IncomingMessage } from 'node:http'
import type { Logger } from '../core/logger.ts'
import { BoundedServer, plainText, type ServerAnswer } from './bounded-server.ts'
import type { Witness } from './witness.ts'

export interface WitnessServerOptions {
  readonly witness: Pick<Witness, 'addCheckpoint'>
  /** Default 127.0.0.1. */
  readonly host?: string
  /** 0 for any that is free. */
  readonly port: number
  /** What stands before `/add-checkpoint`; default nothing. */
  readonly prefix?: string
  readonly log: Logger
}

/** 63 hashes and a checkpoint with a good many signatures, of post-quantum keys too. */
const longestBody = 131_072

/** Serves a witness over HTTP. */
export class WitnessServer {
  readonly #server: BoundedServer
  readonly #prefix: string

  private constructor(server: BoundedServer, prefix: string) {
    this.#server = server
    this.#prefix = prefix
  }

  /** Opens it; resolves when it listens. @throws EnergywebError `environment-unsuitable` */
  static async open(options: WitnessServerOptions): Promise<WitnessServer> {
    const { witness, prefix = '', ...place } = options
    const answer = (request: IncomingMessage) => answerOf(request, { witness, prefix })
    return new WitnessServer(await BoundedServer.open({ ...place, what: 'the witness', answer }), prefix)
  }

  /** Where it listens, like `http://127.0.0.1:8080/prefix`. */
  get url(): string {
    return `${this.#server.url}${this.#prefix}`
  }

  /** Brings requests under way to their end, and closes. */
  close(): Promise<void> {
    return this.#server.close()
  }
}

async function answerOf(
  request: IncomingMessage,
  { witness, prefix }: Required<Pick<WitnessServerOptions, 'witness' | 'prefix'>>,
): Promise<ServerAnswer> {
  const [path] = (request.url ?? '').split('?', 1)
  if (path !== `${prefix}/add-checkpoint`) return { status: 404, type: plainText, body: 'nothing is here\n' }
  if (request.method !== 'POST') {
    return { status: 405, type: plainText, body: 'POST a checkpoint\n', headers: { allow: 'POST' } }
  }
  const body = await readBody(request)
  if (body === undefined) return { status: 413, type: plainText, body: `at most ${longestBody} bytes\n` }
  return witness.addCheckpoint(body)
}

/** Undefined when it is too long. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > longestBody) return undefined
  const chunks: Uint8Array[] = []
  let length = 0
  // A reader that stops must not tear the connection down: the answer goes over it.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!(chunk instanceof Uint8Array)) continue
    length += chunk.length
    if (length > longestBody) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
