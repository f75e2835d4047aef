import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Abi, type Hex, toHex } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import verifier from '../../contracts/generated/FieldProofVerifier.json' with { type: 'json' }
import { allSchemas } from '../../src/core/carbon-document.ts'
import type { Document } from '../../src/core/document.ts'
import { fieldCommitment, planFields } from '../../src/proof/field-tree.ts'
import { makeFieldProof } from '../../src/proof/precise-proof.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { Bench } from '../contracts/bench.ts'
import { energyweb } from './memory-io.ts'

let anvil: Anvil
let world: { cwd: string; env: Record<string, string> }

beforeAll(async () => {
  anvil = await startAnvil()
  world = {
    cwd: await mkdtemp(join(tmpdir(), 'field-proof-cli-')),
    env: { OWNER: anvil.accounts[0]?.privateKey ?? '' },
  }
  const text = `energyweb: 1
keys: { owner: { env: OWNER } }
networks: { local: { preset: local, rpc: ['${anvil.url}'] } }
assets:
  - name: roof
    role: consumer
    channel: import
    capacity: 10 kW
    every: 1m
    source: { kind: simulator, profile: load, peak: 10 kW }
`
  await writeFile(join(world.cwd, 'energyweb.yml'), text)
})
afterAll(async () => {
  await anvil.stop()
  await rm(world.cwd, { recursive: true })
})

const deploy = (...words: string[]) =>
  energyweb(['ledger', 'deploy', 'local', ...words, '--key', 'owner'], world)
const names = [...new Set(allSchemas.map(({ name }) => name))]

test.each(names)(
  'what is deployed for %s finds a field of such a document, and no other value',
  async name => {
    const words = name === 'reading/1' ? [] : ['--schema', name]
    const { code, stdout, stderr } = await deploy('field-proof', ...words, '--json')
    expect(code, stderr).toBe(0)
    const { schema, fieldProof } = JSON.parse(stdout)
    expect(schema).toBe(name)
    const plan = planFields(allSchemas.find(one => one.name === name)!)
    const document: Document = Object.fromEntries(
      plan.fields.map(({ name, type }) => [
        name,
        type === 'integer' ? 42n : type === 'flag' ? true : `some ${name}`,
      ]),
    )
    const seed = new Uint8Array(32).fill(5)
    const commitment = toHex(fieldCommitment(document, { plan, seed }))
    const calls = { text: 'verifyText', integer: 'verifyInteger', flag: 'verifyFlag' } as const
    const others = { text: 'another', integer: 43n, flag: false } as const
    const bench = new Bench(anvil)
    for (const { name: field, type } of plan.fields) {
      const { salt, proofPath } = makeFieldProof(document, { plan, seed, field })
      const path = proofPath.map(element => ('left' in element ? element.left : element.right)) as Hex[]
      const ask = (value: unknown) =>
        bench.call(verifier.abi as Abi, fieldProof.address, calls[type], [
          commitment,
          field,
          value,
          salt,
          path,
        ])
      expect(await ask(document[field]), field).toBe(true)
      expect(await ask(others[type]), field).toBe(false)
    }
  },
)

test('says where it is; what it is not for is refused before anything is sent', async () => {
  const { stdout } = await deploy('field-proof')
  expect(stdout).toMatch(/^0x[0-9a-fA-F]{40} on chain 31337 verifies fields of reading\/1\n$/)
  const unknown = await deploy('field-proof', '--schema', 'reading/9')
  expect([unknown.code, unknown.stderr]).toEqual([
    2,
    expect.stringContaining('There are opening/1, reading/1,'),
  ])
  const anchor = await deploy('anchor', '--schema', 'reading/1')
  expect([anchor.code, anchor.stderr]).toEqual([2, expect.stringContaining('--schema is for field-proof')])
})
