import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { energyweb } from '../cli/memory-io.ts'
import { chainedEntries, publishTexts } from '../publishing/made-log.ts'
import { hasPython, startPython } from '../publishing/servers.ts'
import { keyText } from '../publishing/support.ts'
import { type Certificates, makeCertificates } from './certificates.ts'
import { hasServers, type Servers, startServers } from './servers.ts'

const folder = mkdtempSync(join(tmpdir(), 'energyweb-tls-'))
const cwd = join(folder, 'here')
let made: Certificates
let anvil: Anvil
let servers: Servers

beforeAll(async () => {
  if (!hasServers) return
  mkdirSync(cwd)
  made = makeCertificates(folder)
  anvil = await startAnvil()
  servers = await startServers(made, { folder, upstream: Number(new URL(anvil.url).port) })
}, 60_000)
afterAll(async () => {
  await servers?.close()
  await anvil?.stop()
  rmSync(folder, { recursive: true })
})

const at = (server: string) => `https://127.0.0.1:${servers.ports[server]}`
const run = (...words: string[]) => energyweb(words, { cwd })
const ours = () => ['--client-certificate', made.client.certificate, '--client-key', made.client.keyFile]

/** What a server is proven by, and what refuses it. */
const proofs = (): readonly [server: string, words: readonly string[], refusal?: string][] => [
  ['good', ['--ca', made.authority.certificate]],
  ['self-signed', ['--pin', made.self.pin]],
  ['client certificate, TLS 1.3', ['--ca', made.authority.certificate, ...ours()]],
  ['good', ['--ca', made.authority.certificate, '--crl', made.lists.ofAuthority]],
  ['good', [], 'unknown-authority'],
  ['good', ['--pin', made.self.pin], 'wrong-pin'],
  ['self-signed', [], 'self-signed'],
  ['client certificate, TLS 1.3', ['--ca', made.authority.certificate], 'client-certificate-refused'],
  ['revoked', ['--ca', made.authority.certificate, '--crl', made.lists.ofAuthority], 'revoked'],
]

describe.skipIf(!hasServers)('what a server must prove is told on the command line', () => {
  it.skipIf(!hasPython)('to log follow', { timeout: 60_000 }, async () => {
    const published = join(folder, 'published')
    await publishTexts(chainedEntries(300), published)
    const there = await startPython(published)
    const inFront = await startServers(made, {
      folder: mkdtempSync(join(folder, 'front-')),
      upstream: Number(new URL(there.url).port),
    })
    for (const [place, [server, words, refusal]] of proofs().entries()) {
      const log = `https://127.0.0.1:${inFront.ports[server]}`
      const follow = ['log', 'follow', log, '--key', keyText(), '--once', '--state', `seen-${place}`]
      const { code, stdout, stderr } = await run(...follow, ...words)
      if (refusal === undefined) expect(stdout, `${server} ${stderr}`).toContain('300 entries signed')
      else expect({ code, stderr }, server).toMatchObject({ stderr: expect.stringContaining(`(${refusal})`) })
    }
    await inFront.close()
  })

  it('to log check, for the registry of an auditor', { timeout: 60_000 }, async () => {
    mkdirSync(join(cwd, 'files'))
    const registry = ['--contract', `0x${'11'.repeat(20)}`, '--asset-id', '0', '--role', 'producer']
    for (const [server, words, refusal] of proofs()) {
      const check = ['log', 'check', '--chain-of-files', 'files', '--rpc', at(server), ...registry, ...words]
      const { stdout, stderr } = await run(...check)
      if (refusal === undefined) expect(stdout, `${server} ${stderr}`).toContain('events with their file: 0')
      else expect(stderr, server).toContain(refusal)
    }
  })

  it('to ledger conform', { timeout: 120_000 }, async () => {
    const conform = (...words: string[]) =>
      run('ledger', 'conform', '--block-time', '20s', '--json', ...words)
    const refused = await conform('--rpc', at('good'))
    expect(refused).toMatchObject({ stderr: expect.stringContaining('unknown-authority') })
    const { code, stdout } = await conform('--rpc', at('good'), '--ca', made.authority.certificate)
    expect(code, stdout).toBe(0)
  })

  it('to config convert, which writes it down', { timeout: 60_000 }, async () => {
    writeFileSync(join(cwd, 'old.json'), readFileSync(old))
    const convert = ['config', 'convert', 'old.json', '--rpc', at('client certificate, TLS 1.3')]
    const registries = ['--producing', `0x${'11'.repeat(20)}`, '--consuming', `0x${'22'.repeat(20)}`]
    const refused = await run(...convert, ...registries)
    expect(refused.stderr).toContain('the chain is not known')
    const proof = ['--ca', made.authority.certificate, ...ours()]
    const { code, stderr } = await run(...convert, ...registries, ...proof)
    expect(code, stderr).toBe(0)
    const written = readFileSync(join(cwd, 'energyweb.yml'), 'utf8')
    expect(written).toContain('chainId: 31337')
    expect(written).toMatch(/ca: .*authority\.pem/)
    expect(written).toMatch(/key:\s*\{?\s*file: .*client\.key/)
  })
})

const old = join(import.meta.dirname, '../../examples/predecessor/origin.json')
