import { cpSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { toHex } from '../../src/core/bytes.ts'
import { ed25519Signer } from '../../src/keys/index.ts'
import { readCheckpoint, verifyCheckpoint } from '../../src/proof/checkpoint.ts'
import { verifyCosignatures } from '../../src/proof/cosignature.ts'
import {
  cosignerKeyOf,
  formatVerifierKey,
  type VerifierKey,
  verifierKeyOf,
} from '../../src/proof/verifier-key.ts'
import { checkLog } from '../../src/storage/index.ts'
import { energyweb } from '../cli/memory-io.ts'
import { freePort, type Running, start } from './processes.ts'

/*
 * Two gateways, two data folders, two processes: each is the witness of the other.
 */

interface House {
  readonly name: string
  readonly port: number
  readonly log: VerifierKey
  readonly witness: VerifierKey
  readonly env: Readonly<Record<string, string>>
}

let cwd: string
let running: Running[]

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'two-gateways-'))
  running = []
})

afterEach(async () => {
  await Promise.all(running.map(one => one.stop('SIGKILL')))
  await rm(cwd, { recursive: true, maxRetries: 3 })
})

async function houseOf(name: string, seed: number): Promise<House> {
  const [own, others] = [seed, seed + 1].map(byte => new Uint8Array(32).fill(byte)) as [
    Uint8Array,
    Uint8Array,
  ]
  const publicKey = (secret: Uint8Array) => ed25519Signer(secret).publicKey('ed25519')
  return {
    name,
    port: await freePort(),
    log: verifierKeyOf(`${name}.example.org/log`, publicKey(own)),
    witness: cosignerKeyOf(`${name}.example.org/w1`, publicKey(others)),
    env: { LOG_KEY: toHex(own), WITNESS_KEY: toHex(others) },
  }
}

/** A gateway that reads once at its start, so that each run adds the same number of entries. */
async function configure(house: House, other: House, folder: string): Promise<void> {
  const lan = 'tls: { allow: lan-http, reason: a test }'
  await writeFile(
    join(cwd, `${folder}.yml`),
    `energyweb: 1
data: ./${folder}
log:
  key: log
  origin: ${house.log.name}
  checkpoint: 1s
  witnesses: [{ url: 'http://127.0.0.1:${other.port}/witness', key: ${formatVerifierKey(other.witness)}, ${lan} }]
witness:
  key: witness
  name: ${house.witness.name}
  listen: 127.0.0.1:${house.port}
  prefix: /witness
  logs: [${formatVerifierKey(other.log)}]
keys: { log: { env: LOG_KEY }, witness: { env: WITNESS_KEY } }
assets:
  - { name: roof, role: consumer, channel: import, capacity: 10 kW, every: 1h, source: { kind: simulator, profile: load, peak: 10 kW } }
`,
  )
}

function run(house: House, folder = house.name): Running {
  const gateway = start(['run', `${folder}.yml`], { cwd, env: house.env })
  running.push(gateway)
  return gateway
}

const statusOf = async (folder: string) => {
  const { stdout } = await energyweb(['status', '--json', '-c', `${folder}.yml`], { cwd })
  return stdout === '' ? undefined : JSON.parse(stdout).witnesses?.[0]
}
const checkpointOf = (folder: string) => readFile(join(cwd, folder, 'checkpoint'), 'utf8')
const isCosigned = async (folder: string, by: VerifierKey) => {
  const note = await checkpointOf(folder).catch(() => undefined)
  return note !== undefined && verifyCosignatures(note, [by]).length === 1
}
const patience = { timeout: 40_000, interval: 250 }

test('two gateways witness each other; a copy that goes on by itself is found out, and the proof is kept', {
  timeout: 180_000,
}, async () => {
  const [north, south] = [await houseOf('north', 11), await houseOf('south', 21)]
  await configure(north, south, 'north')
  await configure(south, north, 'south')
  const [first, second] = [run(north), run(south)]
  for (const [house, other] of [
    [north, south],
    [south, north],
  ] as const) {
    await expect.poll(() => isCosigned(house.name, other.witness), patience).toBe(true)
    expect(verifyCheckpoint(await checkpointOf(house.name), [house.log]).size).toBe(2)
    expect(await statusOf(house.name)).toMatchObject({ size: 2, newest: 2, trouble: null, isAlarm: false })
  }
  expect(await first.stop()).toBe(0)
  // The cosignature stands in the log's own copy too, and the log is good with it.
  expect(await checkLog({ folder: join(cwd, 'north') })).toMatchObject({ ok: true })
  await copy('north', 'copy', north, south)

  const next = run(north)
  await expect.poll(async () => readCheckpoint(await checkpointOf('north')).size, patience).toBeGreaterThan(2)
  await expect.poll(() => isCosigned('north', south.witness), patience).toBe(true)
  expect(await next.stop()).toBe(0)
  const { size } = readCheckpoint(await checkpointOf('north'))

  const copied = run(north, 'copy')
  await expect
    .poll(() => statusOf('copy'), patience)
    .toMatchObject({
      isAlarm: true,
      trouble: expect.stringMatching(/another tree|two checkpoints|ahead/),
    })
  expect(copied.said()).toContain('ALARM: ')
  expect(await isCosigned('copy', south.witness)).toBe(false)
  const examined = await energyweb(['doctor', 'copy.yml'], { cwd, env: north.env })
  expect(examined.stdout).toMatch(/✗ the witness south.example.org\/w1/)
  expect(await copied.stop()).toBe(0)

  const shown = await energyweb(['witness', 'show', '--json', '-c', 'south.yml'], { cwd })
  expect(shown.code).toBe(1)
  const [held] = JSON.parse(shown.stdout).logs
  expect(held).toMatchObject({ origin: north.log.name, size, equivocation: { kind: 'two-roots' } })
  const { cosigned, shown: other } = held.equivocation
  const [one, two] = [cosigned, other].map(note => verifyCheckpoint(note, [north.log]))
  expect([one?.size, two?.size]).toEqual([size, size])
  expect(one?.root).not.toEqual(two?.root)
  expect(verifyCosignatures(cosigned, [south.witness])).toHaveLength(1)
  expect(verifyCosignatures(other, [south.witness])).toEqual([])
  expect(second.said()).toContain(`two different trees of ${size} entries`)

  const told = await energyweb(['doctor', 'south.yml'], { cwd, env: south.env })
  expect(told.stdout).toMatch(/✗ the log north.example.org\/log has signed two trees of one size/)

  // The honest one is not cosigned either, until somebody decides.
  const honest = run(north)
  await expect
    .poll(() => statusOf('north'), patience)
    .toMatchObject({
      isAlarm: true,
      trouble: expect.stringContaining('holds two checkpoints of one size'),
    })
  const reason = 'a copy was started by mistake; it is gone'
  const decided = await energyweb(
    ['witness', 'release', north.log.name, '--reason', reason, '--json', '-c', 'south.yml'],
    { cwd },
  )
  expect(JSON.parse(await readFile(JSON.parse(decided.stdout).file, 'utf8'))).toMatchObject({
    decision: { reason },
    shown: other,
  })
  await expect.poll(() => isCosigned('north', south.witness), patience).toBe(true)
  expect(await statusOf('north')).toMatchObject({ isAlarm: false, trouble: null })
  expect((await energyweb(['witness', 'show', '-c', 'south.yml'], { cwd })).code).toBe(0)
  expect([await honest.stop(), await second.stop()]).toEqual([0, 0])
})

async function copy(from: string, to: string, house: House, other: House): Promise<void> {
  cpSync(join(cwd, from), join(cwd, to), { recursive: true })
  await configure(house, other, to)
}
