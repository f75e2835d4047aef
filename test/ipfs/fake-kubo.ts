import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { formatCid, parseCid, rawCid } from '../../src/core/any-cid.ts'

/** Blocks by the text of their CID. */
export interface BlockKeeper {
  put(cid: string, bytes: Uint8Array): Promise<void> | void
  get(cid: string): Promise<Uint8Array | undefined> | Uint8Array | undefined
  delete(cid: string): Promise<void> | void
}

/** A node's RPC API, as far as we and kubo's own client use it; `blocks` may be those of a real node. */
export class FakeKubo {
  readonly pins = new Set<string>()
  /** Pinned by somebody else, too. */
  readonly foreign = new Set<string>()
  readonly blocks: BlockKeeper
  readonly puts: string[] = []
  /** What is answered instead, for so many requests: a status. */
  broken = 0
  #server: Server | undefined

  constructor(blocks: BlockKeeper = mapKeeper()) {
    this.blocks = blocks
  }

  async open(): Promise<string> {
    const server = createServer((request, response) => {
      this.#answer(request).then(
        ([status, body]) => {
          response.writeHead(status, { 'content-type': 'application/json' })
          response.end(body)
        },
        error => {
          response.writeHead(500, { 'content-type': 'application/json' })
          response.end(JSON.stringify({ Message: String(error), Code: 0, Type: 'error' }))
        },
      )
    })
    this.#server = server
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server?.closeAllConnections()
    await new Promise(done => this.#server?.close(done))
  }

  async #answer(request: IncomingMessage): Promise<[number, string | Uint8Array]> {
    const url = new URL(request.url ?? '', 'http://kubo')
    if (this.broken > 0) {
      this.broken -= 1
      return [502, 'bad gateway']
    }
    // The API takes POST alone.
    if (request.method !== 'POST') return [405, '']
    const command = url.pathname.replace('/api/v0/', '')
    const arg = url.searchParams.get('arg') ?? ''
    if (command === 'block/put') return [200, JSON.stringify(await this.#put(request, url))]
    const cid = formatCid({ ...parseCid(arg), version: 1 })
    if (command === 'block/get') {
      const bytes = await this.blocks.get(cid)
      return bytes === undefined ? failure('block was not found locally') : [200, bytes]
    }
    if (command === 'pin/rm') {
      if (!this.pins.delete(cid)) return failure('not pinned or pinned indirectly')
      return [200, JSON.stringify({ Pins: [cid] })]
    }
    if (command === 'block/rm') {
      // A block that another pin holds stays, and the status says nothing of it.
      if (this.foreign.has(cid)) return [200, `${JSON.stringify({ Hash: cid, Error: 'pinned: indirect' })}\n`]
      await this.blocks.delete(cid)
      return [200, `${JSON.stringify({ Hash: cid })}\n`]
    }
    return [404, '404 page not found']
  }

  async #put(request: IncomingMessage, url: URL): Promise<object> {
    const bytes = await fileIn(request)
    const digest = createHash('sha256').update(bytes).digest()
    // What kubo makes unless it is told another codec.
    const codec = url.searchParams.get('cid-codec') ?? 'raw'
    if (codec !== 'raw') throw new Error(`codec ${codec}`)
    const cid = formatCid(rawCid(digest))
    await this.blocks.put(cid, bytes)
    this.puts.push(cid)
    if (url.searchParams.get('pin') === 'true') this.pins.add(cid)
    return { Key: cid, Size: bytes.length }
  }
}

function failure(Message: string): [number, string] {
  return [500, JSON.stringify({ Message, Code: 0, Type: 'error' })]
}

function mapKeeper(): BlockKeeper {
  const blocks = new Map<string, Uint8Array>()
  return {
    put: (cid, bytes) => void blocks.set(cid, bytes),
    get: cid => blocks.get(cid),
    delete: cid => void blocks.delete(cid),
  }
}

/** The one file of a multipart form, read by the language's own reader of forms. */
async function fileIn(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk)
  const headers = { 'content-type': request.headers['content-type'] ?? '' }
  const form = await new Response(Buffer.concat(chunks), { headers }).formData()
  const [file] = [...form.values()]
  if (!(file instanceof File)) throw new Error('the form has no file')
  return new Uint8Array(await file.arrayBuffer())
}
