import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../src/core/clock.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import {
  type EumelMeterOptions,
  type MeterServer,
  startEnergyApiVersion2Server,
  startEumelMeter,
} from '../../src/testing/meters/index.ts'
import { energyweb } from '../cli/memory-io.ts'
import { Registries, type Role } from '../support/registries.ts'
import { mirrorAuthority, startWattTimeMirror } from '../support/watttime-mirror.ts'

// The old applications' configurations, from the file to the registry: meters that speak their protocols, a real chain, and
// the gateway as a process of its own.
const bin = fileURLToPath(new URL('../../bin/energyweb.js', import.meta.url))
const clock = systemClock
const began = clock.now()
const auth = { user: 'admin', password: "the old meter's password" }

/** Energy in Wh of a counter that stood at `base` when the test began and rises by 100 Wh a second. */
const wattHours = (base: number, at: number) => base + Math.max(0, at - began) / 10
const energy = (base: number, at: number) => BigInt(Math.floor(wattHours(base, at) * 3_600_000))

let cwd: string
let anvil: Anvil
let registries: Registries
let meters: MeterServer[]
let gateway: ChildProcess | undefined
let said = ''

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'predecessor-test-'))
  anvil = await startAnvil()
  registries = await Registries.deploy(anvil)
  meters = []
  said = ''
})

afterEach(async () => {
  if (gateway !== undefined && gateway.exitCode === null) {
    gateway.kill('SIGTERM')
    await once(gateway, 'close')
  }
  gateway = undefined
  await Promise.all([anvil.stop(), ...meters.map(meter => meter.close())])
  await rm(cwd, { recursive: true, maxRetries: 3 })
})

async function eumel(firmware: EumelMeterOptions['firmware'], exported: number, imported: number) {
  const energyAt: EumelMeterOptions['energyAt'] = (channel, at) =>
    energy(channel === 'export' ? exported : imported, at)
  const meter = await startEumelMeter({ clock, auth, energyAt, ...(firmware && { firmware }) })
  meters.push(meter)
  return meter.url
}

/** A file of the examples, with the addresses of this test in place of its own. */
async function oldFile(name: string, addresses: Record<string, string>): Promise<void> {
  let text = await readFile(new URL(`../../examples/predecessor/${name}.json`, import.meta.url), 'utf8')
  for (const [old, now] of Object.entries({ 'http://127.0.0.1:8545': anvil.url, ...addresses })) {
    expect(text).toContain(old)
    text = text.replaceAll(old, now)
  }
  await writeFile(join(cwd, 'old.json'), text)
}

function run(file: string): void {
  const child = spawn(process.execPath, [bin, 'run', file], {
    cwd,
    env: { ...process.env, ENERGYWEB_SOURCE: '1' },
  })
  child.stderr.on('data', chunk => {
    said += chunk
  })
  gateway = child
}

/** Waits until the chain has a value above; what the gateway said stands in the failure. */
async function above(least: bigint, value: () => Promise<bigint>): Promise<bigint> {
  let last = 0n
  const look = async () => {
    last = await value()
    return last
  }
  try {
    await expect.poll(look, { timeout: 60_000, interval: 500 }).toBeGreaterThan(least)
  } catch (cause) {
    throw new Error(`the chain is at ${last}, expected more than ${least}\n${said}`, { cause })
  }
  return last
}

/** Waits until the chain has a value of this asset that its meter has shown, above what it opened with. */
async function registered(role: Role, id: number, base: number): Promise<void> {
  const total = await above(BigInt(base), () => registries.total(role, id))
  expect(Number(total)).toBeLessThanOrEqual(wattHours(base, clock.now()))
}

test("the certificate application's file, converted, registers what its meters show", async () => {
  const roof = await eumel('1.0', 5_000_000, 70_000)
  const api = await startEnergyApiVersion2Server({
    clock,
    devices: [
      { id: 0, role: 'consumer', energyAt: at => energy(300_000, at) },
      { id: 1, role: 'producer', energyAt: at => energy(8_000_000, at) },
    ],
  })
  meters.push(api)
  const mirror = await startWattTimeMirror({ user: 'ops', password: "the old service's password" })
  meters.push(mirror)
  await copyFile(mirrorAuthority, join(cwd, 'authority.pem'))
  const [, first, second] = anvil.accounts.map(({ address }) => address)
  await registries.register('producer', first ?? '')
  await registries.register('producer', second ?? '')
  await registries.register('consumer', first ?? '')
  await oldFile('origin', { 'http://127.0.0.1:8601': roof, 'http://127.0.0.1:8602': api.url })

  const words = ['--every', '2s', '--watttime', mirror.url]
  const converted = await energyweb(['config', 'convert', 'old.json', ...words], { cwd })
  expect(converted).toMatchObject({ code: 0, stderr: '' })
  const text = await readFile(join(cwd, 'energyweb.yml'), 'utf8')
  expect(text).toContain('chainId: 31337')
  // The mirror's certificate is of an authority of our own: that is for the operator to add.
  const place = `url: ${mirror.url}\n`
  expect(text.split(place)).toHaveLength(3)
  const trusted = text.replaceAll(place, `${place}      tls: { ca: ./authority.pem }\n`)
  await writeFile(join(cwd, 'energyweb.yml'), trusted)
  run('energyweb.yml')
  await registered('producer', 0, 5_000_000)
  await registered('producer', 1, 8_000_000)
  await registered('consumer', 0, 300_000)
  // Only what rose since the first reading is priced: not the meter's whole life (U10).
  for (const [id, base, poundsPerMegawattHour] of [
    [0, 5_000_000, 910.5],
    [1, 8_000_000, 700],
  ] as const) {
    const grams = await above(0n, () => registries.carbon(id))
    const most = ((wattHours(base, clock.now()) - base) * poundsPerMegawattHour * 453.59237) / 1_000_000
    expect(Number(grams)).toBeLessThanOrEqual(most)
  }
}, 120_000)

test("the charging application's file, converted, does the same; its servers are left out", async () => {
  const park = await eumel(undefined, 1_000_000, 40_000)
  await registries.register('producer', anvil.accounts[3]?.address ?? '')
  await oldFile('elocity', { '127.0.0.1:8603': park.replace('http://', '') })

  const converted = await energyweb(
    ['config', 'convert', 'old.json', '--network', 'local', '--every', '2s'],
    { cwd },
  )
  expect(converted).toMatchObject({ code: 0, stderr: '' })
  expect(converted.stdout).toContain('ocpp16-server: is not supported yet')
  expect(converted.stdout).toContain('elastic-sync: is not supported yet')
  run('energyweb.yml')
  await registered('producer', 0, 1_000_000)
}, 120_000)

test('an old file runs as it is, with a warning for every secret that is shown nowhere', async () => {
  const park = await eumel(undefined, 1_000_000, 40_000)
  await registries.register('producer', anvil.accounts[3]?.address ?? '')
  await oldFile('elocity', { '127.0.0.1:8603': park.replace('http://', '') })
  run('old.json')
  // It is read every hour: the first reading is the one that is registered.
  await registered('producer', 0, 999_999)
  expect(said).toContain('the private key stands here in plain text')
  expect(said).toContain('the password stands here in plain text')
  expect(said).toContain('its node says that it is 31337')
  expect(said).not.toContain(auth.password)
  expect(said).not.toContain(anvil.accounts[3]?.privateKey.slice(2))
}, 120_000)
