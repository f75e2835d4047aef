import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Energy } from '../../src/core/energy.ts'
import { type FakeMiniserver, startMiniserver } from '../../src/testing/meters/miniserver.ts'
import { energyweb } from '../cli/memory-io.ts'
import { type Certificates, makeCertificates } from './certificates.ts'
import { hasServers, type Servers, startServers } from './servers.ts'
import { startUpstream, type Upstream } from './upstream.ts'

const bin = fileURLToPath(new URL('../../bin/energyweb.js', import.meta.url))
const origin = 'gateway.example.org/tls'
const folder = mkdtempSync(join(tmpdir(), 'energyweb-tls-'))
const run = (...words: string[]) => energyweb(words, { cwd: folder })

let made: Certificates
let upstream: Upstream
let servers: Servers
let miniserver: FakeMiniserver
let gateway: ChildProcess | undefined

beforeAll(async () => {
  if (!hasServers) return
  made = makeCertificates(folder)
  upstream = await startUpstream()
  servers = await startServers(made, { folder, upstream: upstream.port })
  miniserver = await startMiniserver({
    clock: { now: Date.now, monotonic: () => performance.now(), after: () => () => undefined },
    user: 'gateway',
    password: 's3cret',
    energyAt: () => 3_600_000_000n as Energy,
    tls: { cert: readFileSync(made.good.certificate, 'utf8'), key: made.good.key },
  })
}, 60_000)
afterAll(async () => {
  gateway?.kill('SIGKILL')
  await miniserver?.close()
  await servers?.close()
  upstream?.close()
  rmSync(folder, { recursive: true, maxRetries: 3 })
})

/** An asset of each policy: where it is read, what must be proven, and what its documents must say of it. */
const policies = () => {
  const at = (server: string) => `https://127.0.0.1:${servers.ports[server]}`
  const key = (pair: 'good' | 'self') => `server key ${made[pair].pin}`
  const ours = '{ ca: authority.pem, certificate: client.pem, key: { file: ./client.key } }'
  return {
    ca: [at('good'), '{ ca: authority.pem }', `by own authority, ${key('good')}`],
    pin: [at('self-signed'), `{ pin: ${made.self.pin} }`, `by pin, ${key('self')}`],
    both: [
      at('good'),
      `{ ca: authority.pem, pin: ${made.good.pin} }`,
      `by own authority and pin, ${key('good')}`,
    ],
    mutual: [
      at('client certificate, TLS 1.2'),
      ours,
      `by own authority, our certificate shown, ${key('good')}`,
    ],
    list: [
      at('good'),
      '{ ca: authority.pem, crl: ofAuthority.crl.pem }',
      `by own authority, not revoked, ${key('good')}`,
    ],
    lan: [
      `http://127.0.0.1:${upstream.port}`,
      '{ allow: lan-http, reason: device has no TLS }',
      'lan-http: device has no TLS; credentials without TLS',
    ],
    pushed: [miniserver.url, '{ ca: authority.pem }', `by own authority, ${key('good')}`],
  } as const
}

function writeConfig(): void {
  const assets = Object.entries(policies()).map(([name, [url, tls]]) => {
    const auth = 'auth: { user: gateway, password: { file: ./meter.password } }'
    const driver = name === 'pushed' ? 'kind: loxone, meter: PV meter, counts: export' : 'kind: eumel-v2'
    return `  - { name: ${name}, role: producer, channel: export, every: 1s, source: { ${driver}, url: '${url}', tls: ${tls}, ${auth} } }`
  })
  writeFileSync(join(folder, 'meter.password'), 's3cret\n', { mode: 0o600 })
  writeFileSync(
    join(folder, 'energyweb.yml'),
    `energyweb: 1
keys: { log: { keystore: ./log-key.json, password: { file: ./log.password } } }
log: { key: log, origin: ${origin}, checkpoint: 1s }
assets:
${assets.join('\n')}
`,
  )
}

interface ReadingDocument {
  readonly provenance: string
  readonly measuredAt: string
}

/** Of the asset's newest reading. */
async function documentOf(asset: string): Promise<ReadingDocument> {
  const { stdout } = await run('log', 'export', '--asset', asset)
  const entries = stdout.trimEnd().split('\n')
  const readings = entries.map(line => JSON.parse(line)).filter(({ kind }) => kind === 'reading')
  return (readings.at(-1) as { document: ReadingDocument }).document
}

describe.skipIf(!hasServers)('how a reading came', () => {
  it('stands in its document, in the evidence of it and in what verify reports: pin, authority, our certificate, list, exception', {
    timeout: 120_000,
  }, async () => {
    writeFileSync(join(folder, 'log.password'), 'correct horse\n', { mode: 0o600 })
    await run('keys', 'new', 'log-key.json', '--log', '--password-file', 'log.password')
    writeConfig()
    expect(await run('check')).toMatchObject({ code: 0 })
    gateway = spawn(process.execPath, [bin, 'run'], {
      cwd: folder,
      env: { ...process.env, ENERGYWEB_SOURCE: '1' },
      stdio: 'ignore',
    })
    await expect.poll(readAll, { timeout: 60_000, interval: 500 }).toBe(true)
    gateway.kill('SIGTERM')
    await once(gateway, 'exit')

    const shown = await run('keys', 'show', 'log-key.json', '--origin', origin, '--json')
    const { verifierKey } = JSON.parse(shown.stdout) as { verifierKey: string }
    for (const [name, [, , proven]] of Object.entries(policies())) {
      const kind = name === 'pushed' ? 'loxone' : 'eumel-v2'
      const document = await documentOf(name)
      expect(document.provenance, name).toMatch(new RegExp(`^${kind}; `))
      expect(document.provenance, name).toContain(proven)
      if (name !== 'lan') expect(document.provenance, name).toMatch(/; TLS 1\.[23] by /)
      const file = `${name}.json`
      const evidence = await run('prove', name, '--at', document.measuredAt, '--out', file)
      expect(evidence.code, evidence.stderr).toBe(0)
      expect(readFileSync(join(folder, file), 'utf8'), name).toContain(document.provenance)
      const { code, stdout } = await run('verify', file, '--key', verifierKey)
      // The meter of the test says the same for ever: no later reading ends the period. Nothing is refuted, all is bound.
      expect([0, 2], stdout).toContain(code)
      expect(stdout).toMatch(/holds {2}documents/)
      expect(stdout.replace(/\s+/g, ' '), name).toContain(`came by ${document.provenance}.`)
      const table = await run('log', 'export', '--asset', name, '--format', 'csv')
      expect(table.stdout, name).toContain(proven)
    }
  })
})

/** True once every asset was read, and a checkpoint covers it. */
async function readAll(): Promise<boolean> {
  const { stdout } = await run('status', '--json')
  if (stdout === '') return false
  const { assets } = JSON.parse(stdout) as { assets: { register?: { entries: number } }[] }
  return assets.every(({ register }) => (register?.entries ?? 0) >= 2)
}
