import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A gateway of raw blocks ("Trustless Gateway" specification), as far as we use it. */
export class FakeGateway {
  readonly blocks: (cid: string) => Uint8Array | undefined
  /** What is answered instead: a status. */
  broken: number | undefined
  readonly asked: string[] = []
  #server: Server | undefined

  constructor(blocks: (cid: string) => Uint8Array | undefined) {
    this.blocks = blocks
  }

  async open(): Promise<string> {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '', 'http://gateway')
      const cid = url.pathname.replace('/ipfs/', '')
      this.asked.push(cid)
      const isRaw =
        url.searchParams.get('format') === 'raw' && request.headers.accept === 'application/vnd.ipld.raw'
      const bytes = isRaw ? this.blocks(cid) : undefined
      const status = this.broken ?? (isRaw ? (bytes === undefined ? 404 : 200) : 406)
      response.writeHead(status, { 'content-type': 'application/vnd.ipld.raw' })
      response.end(status === 200 ? bytes : 'no such block')
    })
    this.#server = server
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server?.closeAllConnections()
    await new Promise(done => this.#server?.close(done))
  }
}
