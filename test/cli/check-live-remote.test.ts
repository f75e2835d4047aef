import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { energyweb } from './memory-io.ts'

it('check --live fails for now where only a connection shows that a remote of IPFS is away', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'check-live-remote-'))
  const text = `energyweb: 1
ledgers: { node: { kind: kubo, url: 'http://127.0.0.1:9', content: raw } }
assets:
  - name: roof
    role: producer
    channel: export
    capacity: 10 kW
    every: 5s
    source: { kind: simulator, profile: solar, peak: 10 kW }
    report: [{ ledger: node }]
`
  try {
    await writeFile(join(cwd, 'energyweb.yml'), text)
    const { code, stdout } = await energyweb(['check', '--live'], { cwd, env: {} })
    expect(stdout).toMatch(/^roof +simulator +ok/m)
    expect(stdout).toMatch(/^ledger node +127\.0\.0\.1:9 +FAIL +source-unreachable/m)
    expect(stdout).toContain('1 of 1 are good; one connection failed')
    expect(code).toBe(4)
  } finally {
    await rm(cwd, { recursive: true })
  }
})
