import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { statusSchema } from '../../src/cli/status-schema.ts'
import { openLog } from '../../src/storage/index.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { energyweb } from './memory-io.ts'

/* A stopped report line, the commands, a gateway in a process of its own, and a chain. */

const bin = fileURLToPath(new URL('../../bin/energyweb.js', import.meta.url))
let cwd: string
let anvil: Anvil
let env: Record<string, string>
let gateway: ChildProcess | undefined

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'resume-test-'))
  anvil = await startAnvil()
  env = { OWNER: anvil.accounts[0]!.privateKey, ROOF: anvil.accounts[1]!.privateKey }
})

afterAll(async () => {
  gateway?.kill('SIGKILL')
  await anvil?.stop()
  await rm(cwd, { recursive: true, maxRetries: 3 })
})

const world = () => ({ cwd, env })

async function writeConfig(ledgers: string, report: string): Promise<void> {
  const text = `energyweb: 1
keys: { owner: { env: OWNER }, roof: { env: ROOF } }
networks: { local: { preset: local, rpc: ['${anvil.url}'] } }
${ledgers}
assets:
  - name: south roof
    role: consumer
    channel: import
    capacity: 10 kW
    every: 500ms
    source: { kind: simulator, profile: load, peak: 10 kW }
    ${report}
  - name: shed
    role: consumer
    channel: import
    every: 1h
    source: { kind: simulator, profile: load, peak: 1 kW }
`
  await writeFile(join(cwd, 'plant.yml'), text)
}

function start(): void {
  gateway = spawn(process.execPath, [bin, 'run', 'plant.yml', '--log-level', 'error'], {
    cwd,
    env: { ...process.env, ...env, ENERGYWEB_SOURCE: '1' },
    stdio: 'ignore',
  })
}

async function stop(): Promise<void> {
  gateway?.kill('SIGTERM')
  if (gateway !== undefined) await once(gateway, 'close')
  gateway = undefined
}

async function line() {
  const { stdout } = await energyweb(['status', '-c', 'plant.yml', '--json'], world())
  if (stdout === '') return undefined
  const answer: unknown = JSON.parse(stdout)
  const { running } = z.object({ running: z.boolean() }).parse(answer)
  const [found] = statusSchema.parse(answer).ledgers[0]?.lines ?? []
  return found && { ...found, running }
}

async function stopLine(reason: string): Promise<void> {
  const log = await openLog({ folder: join(cwd, 'data') })
  await log.setStopped('south roof/origin', reason)
  await log.close()
}

const command = ['ledger', 'resume', 'south roof', '-c', 'plant.yml']

test('status names the command, the command lets the line go on: at rest, and while the gateway runs', async () => {
  await writeConfig('', '')
  const deploy = ['ledger', 'deploy', 'local', 'consuming', '--key', 'owner', '-c', 'plant.yml']
  const ledgers = (await energyweb(deploy, world())).stdout
  await writeConfig(ledgers, '')
  const register = ['ledger', 'register-asset', 'south roof', '--ledger', 'origin', '--key', 'owner']
  const registered = await energyweb([...register, '--meter-key', 'roof', '-c', 'plant.yml'], world())
  await writeConfig(ledgers, registered.stdout)
  start()
  await expect.poll(async () => (await line())?.cursor, { timeout: 20_000 }).toBeGreaterThan(0)
  expect(await energyweb(command, world())).toEqual({
    code: exitCodes.ok,
    stdout: 'south roof/origin is not stopped; nothing was done\n',
    stderr: '',
  })
  await stop()

  await stopLine('ledger-conflict: \u001b[2Jtested')
  const stopped = (await energyweb(['status', '-c', 'plant.yml'], world())).stdout
  expect(stopped).toContain(
    "south roof/origin has stopped: ledger-conflict: \ufffd[2Jtested\n  when the cause is removed, let it go on with: energyweb ledger resume 'south roof' --ledger origin -c plant.yml\n",
  )
  const atRest = await energyweb([...command, '--by', 'me', '--json'], world())
  const { lines, running } = JSON.parse(atRest.stdout)
  expect({ code: atRest.code, running, stopped: lines[0].stopped }).toEqual({
    code: exitCodes.ok,
    running: false,
    stopped: 'ledger-conflict: \u001b[2Jtested',
  })
  const note = await energyweb(['log', 'show', String(lines[0].note), '--data', 'data'], world())
  expect(note.stdout).toMatch(/by +me\n.*The report line south roof\/origin goes on/)
  expect(JSON.parse((await energyweb([...command, '--json'], world())).stdout)).toEqual({
    asset: 'south roof',
    running: false,
    lines: [{ line: 'south roof/origin', stopped: null, note: null, failed: [] }],
  })

  await stopLine('tested')
  start()
  await expect.poll(line, { timeout: 10_000 }).toMatchObject({ running: true, stopped: 'tested' })
  const before = await line()
  const live = await energyweb([...command, '--reason', 'repaired'], world())
  expect(live).toMatchObject({ code: exitCodes.ok, stderr: '' })
  expect(live.stdout).toMatch(
    /^south roof\/origin had stopped: tested\nIt goes on now; .* entry \d+ of the log/,
  )
  await expect
    .poll(async () => (await line())?.cursor, { timeout: 20_000 })
    .toBeGreaterThan((before?.cursor ?? 0) + (before?.backlog ?? 0))
  await stop()
  expect((await energyweb(['log', 'check', '--data', 'data'], world())).code).toBe(exitCodes.ok)
}, 60_000)

test.each([
  [['attic'], 'the configuration has no asset "attic"'],
  [['shed'], 'shed reports to no ledger'],
  [['south roof', '--ledger', 'orgin'], 'hint: It reports to origin.'],
  [['south roof', '--reason', ''], '--reason: it has 1 to 1,000 characters'],
])('%j is a wrong command line', async (words, message) => {
  const ended = await energyweb(['ledger', 'resume', ...words, '-c', 'plant.yml'], world())
  expect(ended).toMatchObject({ code: exitCodes.usage, stdout: '', stderr: expect.stringContaining(message) })
})
