import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Abi, type Hex, stringToHex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AnyLedgerDefinition } from '../../src/ledgers/defined/define-ledger.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import meterBook from '../contracts/generated/MeterBook.json' with { type: 'json' }
import { conformanceCases, conforms } from '../ledgers/conformance-subject.ts'
import { DeployedContract } from '../support/deployed-contract.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const artifact = { abi: meterBook.abi as Abi, bytecode: meterBook.bytecode as Hex }
const id = stringToHex('roof', { size: 32 })
const refusals = { none: 0, 'with reason': 1, 'without reason': 2, 'out of gas': 3 } as const

test('the guide shows the example as it is, whole', async () => {
  const guide = await readFile(join(root, 'docs/write-a-ledger.md'), 'utf8')
  const example = await readFile(join(root, 'examples/my-ledger/index.js'), 'utf8')
  expect(guide).toContain(`\`\`\`js\n${example}\`\`\``)
  expect(example.trimEnd().split('\n').length).toBeLessThanOrEqual(60)
})

/** The runner has its own way to find modules: what `energyweb/ledgers` leads to is named itself. */
async function definitionOf(file: string): Promise<AnyLedgerDefinition> {
  const folder = await mkdtemp(join(tmpdir(), 'my-ledger-'))
  const kit = new URL('../../src/ledgers/ledger-kit.ts', import.meta.url).href
  const text = await readFile(file, 'utf8')
  await writeFile(join(folder, 'index.mjs'), text.replace("'energyweb/ledgers'", `'${kit}'`))
  const { ledger } = await import(pathToFileURL(join(folder, 'index.mjs')).href)
  await rm(folder, { recursive: true })
  return ledger
}

/** A folder as `npm install energyweb my-ledger` makes it: the package under test beside everything that it needs. */
async function installation(): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), 'my-ledger-'))
  const modules = join(cwd, 'node_modules')
  await mkdir(modules)
  for (const name of await readdir(join(root, 'node_modules'))) {
    if (!name.startsWith('.')) await symlink(join(root, 'node_modules', name), join(modules, name))
  }
  // Not below node_modules, where Node strips no types.
  for (const part of ['bin', 'src', 'package.json']) {
    await cp(join(root, part), join(cwd, 'energyweb', part), { recursive: true })
  }
  await cp(join(root, 'examples/my-ledger'), join(modules, 'my-ledger'), { recursive: true })
  return cwd
}

describe('the example, as a package that a configuration names', () => {
  let cwd: string
  let anvil: Anvil
  let contract: DeployedContract
  let gateway: ChildProcess | undefined

  beforeAll(async () => {
    cwd = await installation()
    anvil = await startAnvil()
    contract = await DeployedContract.deploy(anvil, artifact)
    await writeFile(
      join(cwd, 'energyweb.yml'),
      `energyweb: 1
keys: { roof: { env: ROOF } }
networks: { local: { preset: local, rpc: ['${anvil.url}'] } }
ledgers: { book: { kind: my-ledger, network: local, contract: '${contract.address}', every: 500ms } }
assets:
  - name: roof
    role: consumer
    channel: import
    capacity: 10 MW
    every: 1s
    source: { kind: simulator, profile: load, peak: 9 MW }
    report: [{ ledger: book, key: roof, meter: roof }]
modules: [my-ledger]
`,
    )
  }, 60_000)
  afterAll(async () => {
    gateway?.kill('SIGKILL')
    await anvil.stop()
    await rm(cwd, { recursive: true, maxRetries: 3 })
  })

  const env = () => ({
    ...process.env,
    ENERGYWEB_SOURCE: '1',
    ROOF: anvil.accounts[1]?.privateKey ?? '',
  })

  function energyweb(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    return new Promise(resolve => {
      const bin = join(cwd, 'energyweb/bin/energyweb.js')
      execFile(process.execPath, [bin, ...words], { cwd, env: env() }, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
      )
    })
  }

  test('check, the contract that is not ready yet, and readings on the chain', async () => {
    expect((await energyweb('check')).stdout).not.toContain('error')
    const early = await energyweb('ledger', 'show', 'roof')
    expect(early.code).toBe(1)
    expect(early.stdout).toMatch(
      /ready +no: roof\/book: roof is written by 0x0{40}\n.*Ask its owner to register/,
    )

    const account = anvil.accounts[1]?.address.toLowerCase()
    await contract.send('register', [id, account])
    const live = await energyweb('check', '--live')
    expect(live.stdout).toMatch(/^roof\/book +local +ok +0 Wh registered; 0x[0-9a-fA-F]{40} has /m)

    gateway = spawn(process.execPath, [join(cwd, 'energyweb/bin/energyweb.js'), 'run'], { cwd, env: env() })
    const total = async () => (await contract.read('meters', id)) as [string, bigint, string]
    await expect.poll(async () => (await total())[1], { timeout: 30_000 }).toBeGreaterThan(1_000n)
    const lines = async () => JSON.parse((await energyweb('status', '--json')).stdout).ledgers[0].lines
    await expect
      .poll(lines, { timeout: 30_000 })
      .toMatchObject([{ line: 'roof/book', stopped: null, trouble: null }])
    const shown = await energyweb('ledger', 'show', 'roof', '--json')
    expect(JSON.parse(shown.stdout).lines[0]).toMatchObject({
      ready: true,
      contract: contract.address.toLowerCase(),
    })

    gateway.kill('SIGTERM')
    await new Promise(resolve => gateway?.once('exit', resolve))
    const exported = await energyweb('log', 'check')
    expect(exported.code, exported.stdout + exported.stderr).toBe(0)
  }, 120_000)
})

describe('the example goes through the conformance suite', async () => {
  const ledger = await definitionOf(join(root, 'examples/my-ledger/index.js'))
  let anvil: Anvil
  let contract: DeployedContract
  let places = 0

  beforeAll(async () => {
    anvil = await startAnvil({ noMining: true })
    contract = await DeployedContract.deploy(anvil, artifact)
  })
  afterAll(() => anvil.stop())

  test.each(conformanceCases)('%s', async (_name, one) => {
    await conforms(one, {
      definition: ledger,
      anvil,
      async place(account) {
        const meter = `trial ${places++}`
        await contract.send('register', [stringToHex(meter, { size: 32 }), account])
        return { options: { contract: contract.address }, line: { meter } }
      },
      setPaused: async paused => void (await contract.send('setPaused', [paused])),
      setRefusal: async how => void (await contract.send('setRefusal', [refusals[how]])),
    })
  })
})
