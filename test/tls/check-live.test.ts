import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { energyweb } from '../cli/memory-io.ts'
import { TlsWorld, worldTools } from './world.ts'

const folder = mkdtempSync(join(tmpdir(), 'energyweb-tls-'))
let world: TlsWorld
beforeAll(async () => {
  if (worldTools) world = await TlsWorld.open(folder)
}, 60_000)
afterAll(async () => {
  await world?.close()
  rmSync(folder, { recursive: true })
})

async function check(server: string, tls: string) {
  writeFileSync(
    join(folder, 'energyweb.yml'),
    `energyweb: 1
assets:
  - name: roof
    role: producer
    channel: export
    capacity: 10 kW
    every: 5s
    source: { kind: eumel-v2, url: 'https://127.0.0.1:${world.port(server)}', tls: ${tls} }
`,
  )
  const { code, stdout } = await energyweb(['check', '--live'], { cwd: folder, env: {} })
  const json = await energyweb(['check', '--live', '--json'], { cwd: folder, env: {} })
  return { code, stdout, live: (JSON.parse(json.stdout) as { live: { connections: object[] } }).live }
}

describe.skipIf(!worldTools)('check --live', () => {
  it('tells what a connection must prove and what was found', async () => {
    const { code, stdout, live } = await check('good', '{ ca: authority.pem }')
    expect(code, stdout).toBe(0)
    expect(stdout).toMatch(
      /^roof +127\.0\.0\.1:\d+ +ok +TLS 1\.\d by own authority, certificate ends in \d+ days, server key sha256\/\S+; wanted: own authority$/m,
    )
    expect(live.connections).toMatchObject([
      {
        users: 'roof',
        ok: true,
        policy: 'own authority',
        proof: 'own authority',
        pin: expect.stringMatching(/^sha256/),
      },
    ])
  })
  it('proposes the pin of a device that signed its own certificate, and that pin lets it in', async () => {
    const { code, stdout, live } = await check('self-signed', 'required')
    expect(code).toBe(1)
    const [pin = ''] = /\{ pin: sha256\/\S+ \}/.exec(stdout) ?? []
    expect(stdout).toContain('whoever is in between now would be trusted too')
    expect(live.connections).toMatchObject([
      { ok: false, error: { code: 'tls-refused', reason: 'self-signed' } },
    ])
    expect(pin, stdout).toMatch(/^{ pin/)
    const second = await check('self-signed', pin)
    expect(second.code, second.stdout).toBe(0)
  })
  it('remarks on a certificate that ends soon', async () => {
    const { stdout } = await check('ends soon', '{ ca: authority.pem }')
    expect(stdout).toMatch(/note: the server's certificate ends in \d days: renew it before/)
  })
})
