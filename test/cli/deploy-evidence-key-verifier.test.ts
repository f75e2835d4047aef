import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Abi, type Hex, toHex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import verifier from '../../contracts/generated/EvidenceKeyVerifier.json' with { type: 'json' }
import { p256Signer } from '../../src/keys/index.ts'
import { entryStatement } from '../../src/proof/entry-statement.ts'
import { entrySignature, evidenceKeyOf } from '../../src/proof/evidence-signature.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { Bench } from '../contracts/bench.ts'
import { energyweb } from './memory-io.ts'

const signer = p256Signer(new Uint8Array(32).fill(3))

async function worldOf(anvil: Anvil) {
  const cwd = await mkdtemp(join(tmpdir(), 'evidence-key-cli-'))
  await writeFile(
    join(cwd, 'energyweb.yml'),
    `energyweb: 1
keys: { owner: { env: OWNER } }
networks: { local: { preset: local, rpc: ['${anvil.url}'] } }
assets:
  - { name: roof, role: consumer, channel: import, capacity: 10 kW, every: 1m, source: { kind: simulator, profile: load, peak: 10 kW } }
`,
  )
  const io = { cwd, env: { OWNER: anvil.accounts[0]?.privateKey ?? '' } }
  return {
    cwd,
    deploy: (...words: string[]) =>
      energyweb(['ledger', 'deploy', 'local', 'evidence-key', '--key', 'owner', ...words], io),
  }
}

describe('a chain with the precompile', () => {
  let anvil: Anvil
  let world: Awaited<ReturnType<typeof worldOf>>
  beforeAll(async () => {
    anvil = await startAnvil({ hardfork: 'osaka' })
    world = await worldOf(anvil)
  })
  afterAll(async () => {
    await anvil.stop()
    await rm(world.cwd, { recursive: true })
  })

  test('gets a verifier that finds what the key has signed of a reading, and nothing else', async () => {
    const { code, stdout, stderr } = await world.deploy('--json')
    expect(code, stderr).toBe(0)
    const { address } = JSON.parse(stdout).evidenceKeyVerifier
    const origin = 'gateway.example.org/roof'
    const key = evidenceKeyOf(origin, signer)
    const entry = { stream: 'AAAAAAAAAAAAAAAAAAAAAA', sequence: 7, leaf: new Uint8Array(32).fill(1) }
    const signature = await entrySignature(entry, { key, signer })
    const halves = (bytes: Uint8Array): Hex[] => [toHex(bytes.slice(0, 32)), toHex(bytes.slice(32))]
    const ask = (sequence: number) => {
      const text = toHex(entryStatement(origin, { ...entry, sequence }))
      const point = signer.publicKey('p256').slice(1)
      const words = [text, ...halves(signature), ...halves(point)]
      return new Bench(anvil).call(verifier.abi as Abi, address, 'hasSigned', words)
    }
    expect(await ask(7)).toBe(true)
    expect(await ask(8)).toBe(false)
  })

  test('is told where it is', async () => {
    expect((await world.deploy()).stdout).toMatch(
      /^0x[0-9a-fA-F]{40} on chain 31337 verifies what evidence keys have signed\n$/,
    )
  })
})

test('a chain without it is refused before anything is sent', async () => {
  const anvil = await startAnvil({ hardfork: 'london' })
  const { cwd, deploy } = await worldOf(anvil)
  try {
    const { code, stderr } = await deploy()
    expect(code).not.toBe(0)
    expect(stderr).toContain('chain 31337 has no precompile of P-256')
    const sent = await anvil.rpc('eth_getTransactionCount', [anvil.accounts[0]?.address, 'latest'])
    expect(sent).toBe('0x0')
  } finally {
    await anvil.stop()
    await rm(cwd, { recursive: true })
  }
})
