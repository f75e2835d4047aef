import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Abi, type Address, encodeAbiParameters, encodeFunctionData, type Hex, toHex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import verifier from '../../contracts/generated/FieldProofVerifier.json' with { type: 'json' }
import { fromBase64url, fromHex, utf8 } from '../../src/core/bytes.ts'
import { type Document, type DocumentSchema, decodeDocument, schemas } from '../../src/core/document.ts'
import { decodeEntry } from '../../src/core/entry.ts'
import { discloseFields } from '../../src/proof/disclosure.ts'
import { type FieldPlan, fieldCommitment, fieldSalt, planFields } from '../../src/proof/field-tree.ts'
import { type FieldProof, makeFieldProof } from '../../src/proof/precise-proof.ts'
import { databaseName, openLog } from '../../src/storage/index.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { limits, reading } from '../storage/support.ts'
import { leavesOf, preciseProofs } from '../support/precise-proofs.ts'
import { Bench } from './bench.ts'

const abi = verifier.abi as Abi
const kinds = { nothing: 0, text: 1, integer: 2, flag: 3, account: 4 }

let anvil: Anvil
let bench: Bench
beforeAll(async () => {
  anvil = await startAnvil({ noMining: true })
  bench = new Bench(anvil)
})
afterAll(() => anvil.stop())

/** A verifier of a schema's documents. */
function deploy({ schema, fields }: FieldPlan): Promise<Address> {
  const names = fields.map(({ name }) => name)
  const types = fields.map(({ type }) => kinds[type])
  return bench.deploy({ abi, bytecode: verifier.bytecode as Hex }, [schema.name, names, types])
}

/** What the contract answers, or how it refuses. */
async function ask(at: Address, functionName: string, args: readonly unknown[]): Promise<unknown> {
  const data = encodeFunctionData({ abi, functionName, args })
  return (await bench.failure(bench.account(0).address, at, data)) ?? bench.call(abi, at, functionName, args)
}

const pathOf = ({ proofPath }: FieldProof) =>
  proofPath.map(element => ('left' in element ? element.left : element.right))
const bytes32 = (bytes: Uint8Array) => toHex(bytes)

/** A reading as it stands in a log: its document, its seed, and the commitment of its entry. */
async function readingOfLog() {
  const folder = mkdtempSync(join(tmpdir(), 'energyweb-field-proof-'))
  const log = await openLog({ folder })
  await log.openStream({ name: 'roof' })
  await log.record('roof', [reading(1)], limits)
  const [, entry] = await log.entries('roof', { after: -1, limit: 2 })
  await log.close()
  const database = new DatabaseSync(join(folder, databaseName), { readOnly: true })
  const row = database.prepare('SELECT * FROM documents WHERE entry = 1').get()
  database.close()
  rmSync(folder, { recursive: true, force: true })
  const committed = decodeEntry(entry?.text ?? '').document
  if (!('fields' in committed) || !(row?.seed instanceof Uint8Array))
    throw new Error('no commitment to fields')
  return {
    document: decodeDocument('reading', String(row.body)),
    seed: Uint8Array.from(row.seed),
    commitment: bytes32(fromBase64url(committed.fields)),
  }
}

describe('a verifier of readings', () => {
  const plan = planFields(schemas.reading)
  let at: Address
  let entry: Awaited<ReturnType<typeof readingOfLog>>
  beforeAll(async () => {
    at = await deploy(plan)
    entry = await readingOfLog()
  })

  const proofOf = (field: string) => makeFieldProof(entry.document, { plan, seed: entry.seed, field })
  const argumentsOf = (field: string, value: unknown, proof = proofOf(field)) => [
    entry.commitment,
    field,
    ...(value === null ? [] : [value]),
    proof.salt,
    pathOf(proof),
  ]

  test('finds each field of an entry of the log, and no other value in its place', async () => {
    for (const { name, type } of plan.fields) {
      const value = (entry.document as Document)[name] ?? null
      if (value === '') continue
      const call = value === null ? 'verifyNothing' : type === 'integer' ? 'verifyInteger' : 'verifyText'
      expect(await ask(at, call, argumentsOf(name, value)), name).toBe(true)
      const other = type === 'integer' ? ((value ?? 0n) as bigint) + 1n : `${value}.`
      const wrong = type === 'integer' ? 'verifyInteger' : 'verifyText'
      expect(await ask(at, wrong, argumentsOf(name, other)), name).toBe(false)
    }
  })

  test('refuses another path, another place, another salt, another commitment', async () => {
    const { energy } = entry.document
    const proof = proofOf('energy')
    const path = pathOf(proof)
    const askWith = (salt: string, given: readonly string[], field = 'energy', root = entry.commitment) =>
      ask(at, 'verifyInteger', [root, field, energy, salt, given])
    expect(await askWith(proof.salt, path)).toBe(true)
    expect(await askWith(proof.salt, path.toReversed())).toBe(false)
    expect(await askWith(proof.salt, path.slice(1))).toBe('reverted: path is too short')
    expect(await askWith(proof.salt, [...path, entry.commitment])).toBe('reverted: path is too long')
    expect(await askWith(proof.salt, path, 'total')).toBe(false)
    expect(await askWith(proof.salt, path, 'power')).toBe('reverted: unknown field')
    expect(await askWith(proof.salt, path, 'serial')).toBe('reverted: field is of another type')
    expect(await askWith('AAAAAAAAAAAAAAAAAAAAAA==', path)).toBe(false)
    expect(await askWith(proof.salt.slice(0, -2), path)).toBe('reverted: salt must have 24 characters')
    expect(await askWith(proof.salt, path, 'energy', bytes32(new Uint8Array(32)))).toBe(false)
  })

  test('does not let a value end in its salt', async () => {
    const whole = String(entry.document.measuredAt)
    const proof = proofOf('measuredAt')
    const salt = `${btoa(whole.slice(-3))}${proof.salt}`
    const shorter = [entry.commitment, 'measuredAt', whole.slice(0, -3), salt, pathOf(proof)]
    expect(await ask(at, 'verifyText', shorter)).toBe('reverted: salt must have 24 characters')
  })

  test('takes nothing for what it is not', async () => {
    const salt = 'AAAAAAAAAAAAAAAAAAAAAA=='
    const asText = (value: Hex) => {
      const field = { name: 'serial', kind: kinds.text, value, salt }
      return ask(at, 'verifyFields', [entry.commitment, [field], []])
    }
    expect(await asText('0x')).toBe("reverted: empty text can't be shown")
    expect(await asText('0x9ee965')).toBe('reverted: text is not UTF-8')
    const letters: Address = `0x${Buffer.from('YWJjZGVmZ2hpamtsbW5v').toString('hex')}`
    expect(await ask(at, 'verifyAccount', [entry.commitment, 'serial', letters, salt, []])).toBe(
      'reverted: address reads as text',
    )
    const nothing = { name: 'serial', kind: kinds.nothing, value: '0x00', salt }
    expect(await ask(at, 'verifyFields', [entry.commitment, [nothing], []])).toBe(
      'reverted: null has no value',
    )
  })

  test('finds several fields in one proof, whichever they are', async () => {
    for (const fields of [
      [],
      ['energy'],
      ['serial', 'energy', 'measuredAt', 'from'],
      plan.fields.map(({ name }) => name),
    ]) {
      const shownFields = fields.filter(name => (entry.document as Document)[name] !== '')
      const proof = discloseFields(entry.document, { plan, seed: entry.seed, fields: shownFields })
      const shown = Object.entries(proof.shown).map(([name, { value, salt }]) => ({
        name,
        salt,
        ...encoded(value),
      }))
      const hidden = proof.hidden.map(bytes32)
      expect(await ask(at, 'verifyFields', [entry.commitment, shown, hidden])).toBe(true)
      expect(await ask(at, 'verifyFields', [bytes32(plan.schemaHash), shown, hidden])).toBe(false)
      expect(await ask(at, 'verifyFields', [entry.commitment, shown, [...hidden, entry.commitment]])).toBe(
        'reverted: too many hidden hashes',
      )
      if (hidden.length > 0) {
        expect(await ask(at, 'verifyFields', [entry.commitment, shown, hidden.slice(1)])).toBe(
          'reverted: too few hidden hashes',
        )
      }
      const [first] = shown
      if (first !== undefined) {
        expect(await ask(at, 'verifyFields', [entry.commitment, [...shown, first], hidden])).toBe(
          'reverted: field is shown twice',
        )
      }
    }
  })

  test('costs what contracts/README.md says', async () => {
    const gasOf = async (functionName: string, args: readonly unknown[]) => {
      const data = encodeFunctionData({ abi, functionName, args })
      return Number((await bench.send(bench.account(1), at, data)).gasUsed)
    }
    const proof = discloseFields(entry.document, {
      plan,
      seed: entry.seed,
      fields: ['serial', 'energy', 'measuredAt'],
    })
    const shown = Object.entries(proof.shown).map(([name, { value, salt }]) => ({
      name,
      salt,
      ...encoded(value),
    }))
    const gas = {
      integer: await gasOf('verifyInteger', argumentsOf('energy', entry.document.energy)),
      text: await gasOf('verifyText', argumentsOf('measuredAt', entry.document.measuredAt)),
      three: await gasOf('verifyFields', [entry.commitment, shown, proof.hidden.map(bytes32)]),
    }
    // A zero byte in a hash is cheaper than another, and seeds are random.
    for (const [what, expected] of Object.entries({ integer: 33_000, text: 48_200, three: 78_600 })) {
      expect(Math.abs((gas[what as keyof typeof gas] ?? 0) - expected), what).toBeLessThan(200)
    }
  })
})

/** A value as `verifyFields` takes it. */
function encoded(value: string | bigint | boolean | null): { kind: number; value: Hex } {
  if (value === null) return { kind: kinds.nothing, value: '0x' }
  if (typeof value === 'string') return { kind: kinds.text, value: toHex(utf8(value)) }
  if (typeof value === 'bigint')
    return { kind: kinds.integer, value: encodeAbiParameters([{ type: 'int256' }], [value]) }
  return { kind: kinds.flag, value: encodeAbiParameters([{ type: 'bool' }], [value]) }
}

describe('a verifier of documents of ew-precise-proofs-js', () => {
  const address = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'
  const document = {
    meter: address,
    energyWh: 1234,
    balance: -5,
    active: true,
    owner: null,
    note: 'Zähler 7',
  }
  const schema = {
    name: 'foreign/1',
    fields: {
      meter: 'text',
      energyWh: 'integer',
      balance: 'integer',
      active: 'flag',
      owner: 'text',
      note: 'text',
    },
  } as const satisfies DocumentSchema
  const leaves = leavesOf(document)
  const tree = preciseProofs.createMerkleTree(leaves.map(leaf => leaf.hash))
  const root = preciseProofs.createExtendedTreeRootHash(
    preciseProofs.getRootHash(tree),
    Object.keys(document),
  )
  const argumentsOf = (key: string, ...value: readonly unknown[]) => {
    const proof = preciseProofs.createProof(key, leaves, true) as FieldProof
    return [root, key, ...value, proof.salt, pathOf(proof)]
  }

  test('finds its fields, and no other value', async () => {
    const at = await deploy(planFields(schema))
    expect(await ask(at, 'verifyAccount', argumentsOf('meter', address))).toBe(true)
    expect(await ask(at, 'verifyInteger', argumentsOf('energyWh', 1234n))).toBe(true)
    expect(await ask(at, 'verifyInteger', argumentsOf('balance', -5n))).toBe(true)
    expect(await ask(at, 'verifyFlag', argumentsOf('active', true))).toBe(true)
    expect(await ask(at, 'verifyNothing', argumentsOf('owner'))).toBe(true)
    expect(await ask(at, 'verifyText', argumentsOf('note', 'Zähler 7'))).toBe(true)
    expect(await ask(at, 'verifyFlag', argumentsOf('active', false))).toBe(false)
    expect(await ask(at, 'verifyInteger', argumentsOf('energyWh', 1235n))).toBe(false)
    expect(await ask(at, 'verifyAccount', argumentsOf('note', address))).toBe(false)
  })

  test('of another schema finds none', async () => {
    const at = await deploy(planFields({ name: 'foreign/2', fields: { ...schema.fields, more: 'text' } }))
    const { active: _, ...fewer } = schema.fields
    const renamed = await deploy(planFields({ name: 'foreign/3', fields: { ...fewer, activ: 'flag' } }))
    for (const verifier of [at, renamed]) {
      expect(await ask(verifier, 'verifyInteger', argumentsOf('energyWh', 1234n))).not.toBe(true)
    }
  })
})

describe('a schema', () => {
  test.each([
    ['no fields', [], []],
    ['fields in another order', ['meterId', 'energyWh'], [1, 2]],
    ['a field twice', ['energyWh', 'energyWh'], [2, 2]],
    ['a field without a type', ['energyWh', 'meterId'], [2]],
    ['a type that is none', ['energyWh', 'meterId'], [2, 0]],
  ])('with %s is refused', async (_, names, types) => {
    const deployed = bench.deploy({ abi, bytecode: verifier.bytecode as Hex }, ['bad/1', names, types])
    const code = await deployed.then(
      at => anvil.rpc('eth_getCode', [at, 'latest']),
      () => '0x',
    )
    expect(code).toBe('0x')
  })

  test('is told with its hash and the places of its fields', async () => {
    const plan = planFields({
      name: 'vector/1',
      fields: { meterId: 'text', energyWh: 'integer', active: 'flag' },
    })
    const at = await deploy(plan)
    expect(await bench.call(abi, at, 'schema')).toBe('vector/1')
    expect(await bench.call(abi, at, 'schemaHash')).toBe(bytes32(plan.schemaHash))
    expect(await bench.call(abi, at, 'fieldCount')).toBe(3n)
    const places = await Promise.all(
      plan.fields.map(({ name, type }) => ask(at, 'placeOf', [name, kinds[type]])),
    )
    expect(places).toEqual([0n, 1n, 2n])
    const seed = fromHex('00'.repeat(32))
    const document = { meterId: 'M-1', energyWh: 1234n, active: true }
    const proof = makeFieldProof(document, { plan, seed, field: 'active' })
    const args = [
      bytes32(fieldCommitment(document, { plan, seed })),
      'active',
      true,
      fieldSalt(seed, utf8('active')),
      pathOf(proof),
    ]
    expect(await ask(at, 'verifyFlag', args)).toBe(true)
  })
})
