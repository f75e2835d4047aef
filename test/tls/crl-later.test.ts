import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openFetch, openHttpClient, openTlsSocket, webSocketOpener } from '../../src/connections/index.ts'
import { type Certificates, makeCertificates } from './certificates.ts'
import { hasServers, type Servers, startServers } from './servers.ts'
import { startUpstream, type Upstream } from './upstream.ts'

/* A list of revoked certificates comes while connections stand: nginx keeps them alive for 75 s, and they would be used. */

const folder = mkdtempSync(join(tmpdir(), 'energyweb-crl-'))
let made: Certificates
let upstream: Upstream
let servers: Servers
let url: string

beforeAll(async () => {
  if (!hasServers) return
  made = makeCertificates(folder)
  upstream = await startUpstream()
  servers = await startServers(made, { folder, upstream: upstream.port })
  url = `127.0.0.1:${servers.ports.revoked}`
}, 60_000)
afterAll(async () => {
  await servers?.close()
  upstream?.close()
  rmSync(folder, { recursive: true })
})

/** A list on which the server does not stand yet, and what puts the one on which it does in its place. */
function list(name: string): {
  policy: { tls: { ca: string; crl: string } }
  renew: () => void
  same: () => void
} {
  const crl = join(folder, `${name}.pem`)
  const put = (from: string) => {
    copyFileSync(from, `${crl}.new`)
    renameSync(`${crl}.new`, crl)
  }
  put(made.lists.beforeAny)
  const policy = { tls: { ca: made.authority.certificate, crl } }
  return { policy, renew: () => put(made.lists.ofAuthority), same: () => put(made.lists.beforeAny) }
}

/** Waits until it is refused: for longer than a list may be overlooked. */
async function untilRefused(attempt: () => Promise<unknown>): Promise<void> {
  await expect
    .poll(
      () =>
        attempt().then(
          () => 'let in',
          error => error.reason ?? error.code ?? String(error),
        ),
      {
        timeout: 20_000,
        interval: 500,
      },
    )
    .toBe('revoked')
}

describe.skipIf(!hasServers)(
  'a list that comes later ends the connections that stand',
  { timeout: 60_000 },
  () => {
    it('of HTTP, which were kept alive', async () => {
      const { policy, renew, same } = list('http')
      const http = openHttpClient({ ...policy, plaintextCredentials: false })
      const get = () => http.get({ url: `https://${url}/`, signal: AbortSignal.timeout(10_000) })
      expect((await get()).status).toBe(200)
      same()
      expect((await get()).status).toBe(200)
      renew()
      await untilRefused(get)
      await http.close()
    })

    it('of fetch, by which nodes are asked', async () => {
      const { policy, renew } = list('fetch')
      const ask = openFetch({ policy })
      const post = async () =>
        (
          await ask(`https://${url}/`, { method: 'POST', body: '{}', signal: AbortSignal.timeout(10_000) })
        ).text()
      await post()
      renew()
      // One after the other, and more often than the pool lets go of a connection that rests.
      await untilRefused(post)
    })

    it('of WebSockets, which stand for days', async () => {
      const { policy, renew } = list('websocket')
      const refusals: unknown[] = []
      const open = await webSocketOpener({ policy, onRefused: error => refusals.push(error) })
      const socket = open(`wss://${url}/`)
      await new Promise(done => socket.addEventListener('open', done, { once: true }))
      const closed = new Promise(done => socket.addEventListener('close', done, { once: true }))
      renew()
      await closed
      const again = open(`wss://${url}/`)
      await new Promise(done => again.addEventListener('close', done, { once: true }))
      expect(refusals.at(-1)).toMatchObject({ reason: 'revoked' })
    })

    it('of raw TLS, like those to syslog', async () => {
      const { policy, renew } = list('raw')
      const { socket } = await openTlsSocket({ host: '127.0.0.1', port: servers.ports.revoked ?? 0, policy })
      const ended = new Promise<Error>(done => socket.once('error', done))
      renew()
      expect(await ended).toMatchObject({
        code: 'source-unreachable',
        message: expect.stringContaining('the lists of revoked certificates are others now'),
      })
    })
  },
)
