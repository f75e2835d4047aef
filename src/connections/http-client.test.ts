import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import type { HttpBody, TlsPolicy } from '../core/source.ts'
import type { Lookup } from './address-admission.ts'
import { type HttpClientOptions, openHttpClient } from './http-client.ts'

const file = (name: string) => new URL(`./test-certificates/${name}`, import.meta.url)
const cert = readFileSync(file('server.pem'), 'utf8')
const key = readFileSync(file('server.key.pem'), 'utf8')
const ca = fileURLToPath(file('authority.pem'))
const spki = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' })
const pin = `sha256/${createHash('sha256').update(spki).digest('base64')}`
const lan: TlsPolicy = { allow: 'lan-http', reason: 'test' }
/** Where nothing must run out, nothing does on a busy machine either. */
const limits = { connect: 60_000, headers: 60_000, body: 60_000, total: 60_000 }

const opened: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of opened.splice(0)) await close()
})

async function serve(server: Server & { closeAllConnections?(): void }): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  opened.push(async () => {
    server.closeAllConnections?.()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const hello: RequestListener = (_, response) => response.end('hello')
const tlsServer = (listener = hello, options = {}) =>
  serve(createTlsServer({ key, cert, ...options }, listener))
const plainServer = (listener = hello) => serve(createServer(listener))

function client(options: Partial<HttpClientOptions> = {}) {
  const http = openHttpClient({ tls: 'required', plaintextCredentials: false, limits, ...options })
  opened.push(() => http.close())
  return http
}

const signal = new AbortController().signal
const refused = expect.objectContaining({ code: 'tls-refused', hint: expect.any(String) })

describe('TLS', () => {
  it('is required: an unknown authority is refused', async () => {
    const port = await tlsServer()
    await expect(client().get({ url: `https://127.0.0.1:${port}/`, signal })).rejects.toEqual(refused)
  })
  it('is required: plain http is refused before a connection is made', async () => {
    let connections = 0
    const server = createServer(hello).on('connection', () => connections++)
    const port = await serve(server)
    for (const tls of ['required', { pin }, { ca }] as const) {
      await expect(client({ tls }).get({ url: `http://127.0.0.1:${port}/`, signal })).rejects.toEqual(refused)
    }
    expect(connections).toBe(0)
  })
  it("accepts an authority of one's own, and still refuses another name", async () => {
    const port = await tlsServer()
    const http = client({
      tls: { ca },
      lookup: (_, __, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
    })
    expect((await http.get({ url: `https://localhost:${port}/`, signal })).status).toBe(200)
    await expect(http.get({ url: `https://meter.example:${port}/`, signal })).rejects.toEqual(refused)
  })
  it('says so when the file of the authority is missing', async () => {
    const port = await tlsServer()
    const http = client({ tls: { ca: '/nowhere.pem' } })
    await expect(http.get({ url: `https://127.0.0.1:${port}/`, signal })).rejects.toEqual(refused)
  })
  it('accepts the pinned public key and no other', async () => {
    let requests = 0
    const port = await tlsServer((_, response) => {
      requests++
      response.end('hello')
    })
    const url = `https://127.0.0.1:${port}/`
    expect((await client({ tls: { pin } }).get({ url, signal })).status).toBe(200)
    const other = { pin: `sha256/${'A'.repeat(43)}=` }
    await expect(client({ tls: other }).get({ url, signal })).rejects.toEqual(refused)
    expect(requests).toBe(1)
  })
  it('refuses TLS 1.1', async () => {
    const port = await tlsServer(hello, {
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    })
    for (const tls of [{ ca }, { pin }]) {
      await expect(client({ tls }).get({ url: `https://127.0.0.1:${port}/`, signal })).rejects.toEqual(
        refused,
      )
    }
  })
  it('is never left by a redirect', async () => {
    const port = await tlsServer((_, response) =>
      response.writeHead(302, { location: 'http://127.0.0.1:9/?t=1' }).end(),
    )
    const error = await client({ tls: { ca } })
      .get({ url: `https://127.0.0.1:${port}/`, signal })
      .catch(e => e)
    expect(error).toEqual(refused)
    expect(error.message).toContain('http://127.0.0.1:9/')
    expect(error.message).not.toContain('t=1')
  })
  it('does not wait for a handshake that never comes', async () => {
    const { createServer: createTcpServer } = await import('node:net')
    const port = await serve(createTcpServer(() => undefined))
    for (const tls of ['required', { pin }] as const) {
      const get = client({ tls, limits: { ...limits, connect: 400 } }).get({
        url: `https://127.0.0.1:${port}/`,
        signal,
      })
      await expect(get).rejects.toMatchObject({ code: 'source-timeout' })
    }
  })
})

describe('lan-http', () => {
  const answer =
    (...addresses: string[]): Lookup =>
    (_, __, callback) =>
      callback(
        null,
        addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 })),
      )

  it('reaches a private address, literal or by name', async () => {
    const port = await plainServer()
    for (const [host, lookup] of [
      ['127.0.0.1', answer()],
      ['meter.example', answer('127.0.0.1')],
    ] as const) {
      const { body } = await client({ tls: lan, lookup }).get({ url: `http://${host}:${port}/`, signal })
      expect(new TextDecoder().decode(body)).toBe('hello')
    }
  })
  it.each([
    '8.8.8.8',
    '100.64.0.1',
    '172.32.0.1',
    '0.0.0.0',
    '[2001:db8::1]',
    '[::ffff:8.8.8.8]',
    '134744072',
  ])('refuses the public address %s', async host => {
    await expect(client({ tls: lan }).get({ url: `http://${host}/`, signal })).rejects.toEqual(refused)
  })
  it('refuses a name when any of its addresses is public', async () => {
    const lookup = answer('127.0.0.1', '93.184.216.34')
    const http = client({ tls: lan, lookup })
    await expect(http.get({ url: 'http://meter.example:1/', signal })).rejects.toEqual(refused)
  })
  it('reports a name without an address', async () => {
    const http = client({
      tls: lan,
      lookup: (_, __, done) => done(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []),
    })
    await expect(http.get({ url: 'http://meter.example:1/', signal })).rejects.toMatchObject({
      code: 'source-unreachable',
    })
  })
  it('carries credentials only where the protocol has no TLS', async () => {
    const port = await plainServer()
    const request = { url: `http://127.0.0.1:${port}/`, headers: { Authorization: 'Basic eA==' }, signal }
    await expect(client({ tls: lan }).get(request)).rejects.toEqual(refused)
    expect((await client({ tls: lan, plaintextCredentials: true }).get(request)).status).toBe(200)
  })
})

describe('a post', () => {
  const echo: RequestListener = async (request, response) => {
    let body = ''
    for await (const piece of request) body += piece
    const { method, headers } = request
    response.end(JSON.stringify([method, headers['content-type'], headers['content-length'], body]))
  }
  const post = async (
    body: HttpBody,
    options: Partial<HttpClientOptions> = { plaintextCredentials: true },
  ) => {
    const port = await plainServer(echo)
    const answer = client({ tls: lan, ...options }).post({ url: `http://127.0.0.1:${port}/in`, body, signal })
    return JSON.parse(new TextDecoder().decode((await answer).body))
  }

  it('carries a form, encoded as browsers do, or JSON', async () => {
    expect(await post({ form: { username: 'a b', password: 'p&=+ü' } })).toEqual([
      'POST',
      'application/x-www-form-urlencoded',
      '38',
      'username=a+b&password=p%26%3D%2B%C3%BC',
    ])
    expect(await post({ json: { org: 'ö', deep: [1] } })).toEqual([
      'POST',
      'application/json',
      '23',
      '{"deep":[1],"org":"ö"}',
    ])
  })
  it('carries bytes as they are, and says how they are compressed', async () => {
    const port = await plainServer(async (request, response) => {
      const pieces: Buffer[] = []
      for await (const piece of request) pieces.push(piece)
      const { 'content-type': type, 'content-encoding': encoding = 'none' } = request.headers
      response.end([type, encoding, Buffer.concat(pieces).toString('hex')].join(' '))
    })
    const http = client({ tls: lan, plaintextCredentials: true })
    const send = async (body: HttpBody) =>
      new TextDecoder().decode((await http.post({ url: `http://127.0.0.1:${port}/`, body, signal })).body)
    const bytes = Uint8Array.of(0, 0xff, 0x80)
    expect(await send({ bytes, type: 'application/x-protobuf' })).toBe('application/x-protobuf none 00ff80')
    expect(await send({ bytes, type: 'a/b', encoding: 'gzip' })).toBe('a/b gzip 00ff80')
  })
  it('is taken for a log-in, and refused over plain HTTP where the protocol knows TLS', async () => {
    await expect(post({ form: {} }, { plaintextCredentials: false })).rejects.toEqual(refused)
  })
  it('is bounded like any other', async () => {
    const port = await plainServer((_, response) => response.end(Buffer.alloc(1_000)))
    const request = { url: `http://127.0.0.1:${port}/`, body: { json: null }, maxBytes: 999, signal }
    const attempt = client({ tls: lan, plaintextCredentials: true }).post(request)
    await expect(attempt).rejects.toMatchObject({ code: 'source-too-large' })
  })
})

describe('every request', () => {
  const http = () => client({ tls: lan })

  it('is bounded in time when the body drips', async () => {
    const port = await plainServer((_, response) => {
      const timer = setInterval(() => response.write('.'), 10)
      response.on('close', () => clearInterval(timer))
    })
    // The server would never end it.
    const http = client({ tls: lan, limits: { ...limits, total: 600 } })
    const get = http.get({ url: `http://127.0.0.1:${port}/`, signal })
    await expect(get).rejects.toMatchObject({ code: 'source-timeout', retryable: true })
  })
  it('refuses a length it was told, without reading it', async () => {
    const port = await plainServer((_, response) =>
      response.writeHead(200, { 'content-length': 2_000_000 }).write('x'),
    )
    await expect(http().get({ url: `http://127.0.0.1:${port}/`, signal })).rejects.toMatchObject({
      code: 'source-too-large',
    })
  })
  it('takes exactly as many bytes as allowed', async () => {
    const port = await plainServer((_, response) => response.end(Buffer.alloc(1000)))
    const url = `http://127.0.0.1:${port}/`
    expect((await http().get({ url, signal, maxBytes: 1000 })).body.length).toBe(1000)
    await expect(http().get({ url, signal, maxBytes: 999 })).rejects.toMatchObject({
      code: 'source-too-large',
    })
  })
  it('refuses compressed answers, and with them their bombs', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000))
    const port = await plainServer((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    )
    await expect(http().get({ url: `http://127.0.0.1:${port}/`, signal })).rejects.toMatchObject({
      code: 'source-malformed',
    })
  })
  it('refuses headers without end', async () => {
    const port = await plainServer((_, response) => response.writeHead(200, { x: 'y'.repeat(50_000) }).end())
    await expect(http().get({ url: `http://127.0.0.1:${port}/`, signal })).rejects.toMatchObject({
      code: 'source-too-large',
    })
  })
  it('refuses what is not HTTP', async () => {
    const { createServer: createTcpServer } = await import('node:net')
    const port = await serve(
      createTcpServer(socket => socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))),
    )
    await expect(http().get({ url: `http://127.0.0.1:${port}/`, signal })).rejects.toMatchObject({
      code: 'source-malformed',
    })
  })
  it('refuses credentials in the address and does not repeat them', async () => {
    const error = await http()
      .get({ url: 'http://admin:hunter2@127.0.0.1/?key=hunter3', signal })
      .catch(e => e)
    expect(error).toMatchObject({ code: 'argument-invalid' })
    expect(`${error.message} ${error.hint}`).not.toMatch(/hunter|admin/)
  })
  it('ends at once when the caller takes it back, connected or not', async () => {
    const port = await plainServer(() => undefined)
    const abort = new AbortController()
    setTimeout(() => abort.abort(), 20)
    const get = http().get({ url: `http://127.0.0.1:${port}/`, signal: abort.signal })
    await expect(get).rejects.toMatchObject({ code: 'aborted' })
  })
  it('ends at once when it is taken back before there is anything to take back', async () => {
    let requests = 0
    const port = await plainServer(() => {
      requests++
    })
    const abort = new AbortController()
    const client = openHttpClient({ tls: lan, plaintextCredentials: false })
    opened.push(() => client.close())
    const get = client.get({ url: `http://127.0.0.1:${port}/`, signal: abort.signal })
    abort.abort()
    await expect(get).rejects.toMatchObject({ code: 'aborted' })
    await new Promise(resolve => setTimeout(resolve, 100))
    expect(requests).toBe(0)
  })
  it('uses the connection of the one before, also after an error status', async () => {
    const server = createServer((request, response) =>
      response.writeHead(request.url === '/no' ? 500 : 200).end('x'),
    )
    let connections = 0
    server.on('connection', () => connections++)
    const port = await serve(server)
    const kept = http()
    for (const path of ['', 'no', '']) await kept.get({ url: `http://127.0.0.1:${port}/${path}`, signal })
    expect(connections).toBe(1)
  })
  it('leaves a connection that was given up and makes a new one', async () => {
    let requests = 0
    const port = await plainServer((_, response) => (requests++ === 0 ? undefined : response.end('x')))
    const kept = client({ tls: lan, limits: { ...limits, headers: 1_000 } })
    const url = `http://127.0.0.1:${port}/`
    await expect(kept.get({ url, signal })).rejects.toMatchObject({ code: 'source-timeout' })
    expect((await kept.get({ url, signal })).status).toBe(200)
  })
  it('is refused after close', async () => {
    const port = await plainServer()
    const closed = http()
    await closed.close()
    await expect(closed.get({ url: `http://127.0.0.1:${port}/`, signal })).rejects.toMatchObject({
      code: 'aborted',
    })
  })
})
