import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Certificates, Pair } from './certificates.ts'

export const hasServers = ['nginx -v', 'openssl version'].every(
  words => spawnSync(words.split(' ')[0] ?? '', words.split(' ').slice(1)).status === 0,
)

/** Ports by what the server there does. */
export type Ports = Readonly<Record<string, number>>

export interface Servers {
  readonly ports: Ports
  close(): Promise<void>
}

interface NginxServer {
  readonly pair: Pick<Pair, 'certificate' | 'keyFile'>
  readonly more?: string
  readonly redirect?: string
}

/** Real servers, one a fault, in front of one upstream. */
export async function startServers(
  made: Certificates,
  { folder, upstream }: { folder: string; upstream: number },
): Promise<Servers> {
  const wants = `ssl_client_certificate ${made.authority.certificate}; ssl_verify_client on;`
  const nginx: Record<string, NginxServer> = {
    good: { pair: made.good },
    renewed: { pair: made.renewed },
    revoked: { pair: made.revoked },
    expired: { pair: made.expired },
    'not yet valid': { pair: made.future },
    'ends soon': { pair: made.soon },
    'self-signed': { pair: made.self },
    'wrong host': { pair: made.elsewhere },
    'other authority': { pair: made.stranger },
    'missing intermediate': { pair: made.deep },
    'whole chain': { pair: { ...made.deep, certificate: made.chain } },
    'client certificate, TLS 1.3': { pair: made.good, more: `${wants} ssl_protocols TLSv1.3;` },
    'client certificate, TLS 1.2': { pair: made.good, more: `${wants} ssl_protocols TLSv1.2;` },
    'TLS 1.2': { pair: made.good, more: 'ssl_protocols TLSv1.2;' },
    redirect: { pair: made.good, redirect: `return 302 http://127.0.0.1:${upstream}$request_uri;` },
  }
  const strict = ['-Verify', '1', '-verify_return_error', '-CAfile', made.authority.certificate]
  const openssl: Record<string, readonly string[]> = {
    'TLS 1.1': ['-tls1_1', '-cipher', 'DEFAULT@SECLEVEL=0'],
    'strict client certificate, TLS 1.3': ['-tls1_3', ...strict],
    'strict client certificate, TLS 1.2': ['-tls1_2', ...strict],
  }
  const names = [...Object.keys(nginx), ...Object.keys(openssl)]
  const free = await freePorts(names.length)
  const ports: Record<string, number> = Object.fromEntries(names.map((name, i) => [name, free[i] ?? 0]))
  const children = [
    startNginx(folder, nginx, { ports, upstream }),
    ...Object.entries(openssl).map(([name, words]) => startOpenssl(made.good, ports[name] ?? 0, words)),
  ]
  const proxies = [
    await startProxy(ports.good ?? 0, olderHello),
    await startProxy(ports.good ?? 0, plainAnswer),
  ]
  ports['downgrading proxy'] = proxies[0]?.port ?? 0
  ports['plain answer'] = proxies[1]?.port ?? 0
  await Promise.all(names.map(name => untilListens(ports[name] ?? 0)))
  return {
    ports,
    async close() {
      for (const proxy of proxies) proxy.close()
      await Promise.all(children.map(stopped))
    },
  }
}

function startNginx(
  folder: string,
  servers: Record<string, NginxServer>,
  { ports, upstream }: { ports: Ports; upstream: number },
): ChildProcess {
  const blocks = Object.entries(servers).map(([name, { pair, more = '', redirect }]) => {
    const there =
      redirect ??
      `proxy_pass http://127.0.0.1:${upstream}; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;`
    return `server { listen 127.0.0.1:${ports[name]} ssl; ssl_certificate ${pair.certificate}; ssl_certificate_key ${pair.keyFile}; ${more} location / { ${there} } }`
  })
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    name => `${name}_temp_path ${folder}/${name};`,
  )
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  const map = "map $http_upgrade $connection_upgrade { default upgrade; '' close; }"
  const file = join(folder, 'nginx.conf')
  writeFileSync(
    file,
    `daemon off; ${user} pid ${folder}/pid; error_log ${folder}/error.log; events {} http { access_log off; ${map} ${temporary.join(' ')} ${blocks.join('\n')} }`,
  )
  return spawn('nginx', ['-p', folder, '-c', file], { stdio: 'ignore' })
}

function startOpenssl({ certificate, keyFile }: Pair, port: number, words: readonly string[]): ChildProcess {
  const common = [
    's_server',
    '-accept',
    `127.0.0.1:${port}`,
    '-cert',
    certificate,
    '-key',
    keyFile,
    '-www',
    '-quiet',
  ]
  return spawn('openssl', [...common, ...words], { stdio: 'ignore' })
}

/** Somebody in between: what it does with the first bytes of a client. */
type Meddler = (hello: Buffer, to: { client: Socket; server: () => Socket }) => void

async function startProxy(server: number, meddle: Meddler) {
  const sockets = new Set<Socket>()
  const proxy = createServer(client => {
    sockets.add(client)
    client.on('error', () => undefined)
    client.once('data', hello =>
      meddle(hello, {
        client,
        server: () => {
          const there = connect(server, '127.0.0.1')
          sockets.add(there)
          there.on('error', () => client.destroy())
          client.pipe(there).pipe(client)
          return there
        },
      }),
    )
  })
  await new Promise<void>(done => proxy.listen(0, '127.0.0.1', done))
  return {
    port: (proxy.address() as AddressInfo).port,
    close: () => {
      for (const socket of sockets) socket.destroy()
      proxy.close()
    },
  }
}

/** Takes TLS 1.3 out of the hello: `supported_versions` (RFC 8446, 4.2.1) becomes an extension that nobody knows. */
const olderHello: Meddler = (hello, { server }) => {
  const at = hello.findIndex((_, i) => hello[i] === 0 && hello[i + 1] === 0x2b && hello[i + 2] === 0)
  if (at > 0) hello.writeUInt16BE(0xeaea, at)
  server().write(hello)
}

const plainAnswer: Meddler = (_, { client }) => {
  client.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  await Promise.all(servers.map(server => new Promise<void>(done => server.listen(0, '127.0.0.1', done))))
  const ports = servers.map(server => (server.address() as AddressInfo).port)
  await Promise.all(servers.map(server => new Promise(done => server.close(done))))
  return ports
}

async function untilListens(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const isThere = await new Promise<boolean>(done => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        done(true)
      }).on('error', () => done(false))
    })
    if (isThere) return
    await new Promise(done => setTimeout(done, 50))
  }
  throw new Error(`nothing listens on ${port}`)
}

function stopped(child: ChildProcess): Promise<void> {
  return new Promise(done => {
    if (child.exitCode !== null || child.signalCode !== null) return done()
    child.once('exit', () => done())
    child.kill('SIGTERM')
  })
}
