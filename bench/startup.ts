/**
 * What starting costs, from dist: the version, the time from `run` to the first poll, and memory once the keys are open.
 * The gateway runs 3 or 1,000 simulated assets; three keystores are opened.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { newKeystore } from '../src/keys/index.ts'
import { median } from './median.ts'

const root = resolve(import.meta.dirname, '..')
const bin = join(root, 'bin/energyweb.js')

/** Medians of interleaved runs, milliseconds. */
export function versionFigure(rounds = 15): { ours: number; bare: number } {
  const time = (words: string[]) => {
    const began = performance.now()
    spawnSync(process.execPath, words, { stdio: 'ignore' })
    return performance.now() - began
  }
  const ours: number[] = []
  const bare: number[] = []
  for (let round = 0; round < rounds; round++) {
    bare.push(time(['-e', '0']))
    ours.push(time([bin, '--version']))
  }
  return { ours: median(ours), bare: median(bare) }
}

/** Milliseconds until a meter is first asked; memory (MB, resident) 12 s later, when the keys are open. */
export async function runFigure(assets: number): Promise<{ firstPoll: number; memory: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'energyweb-startup-'))
  let firstAsked = Number.POSITIVE_INFINITY
  const xml = readFileSync(join(root, 'src/testing/golden/eumel-v2/measured.xml'))
  const meter = createServer((_, response) => {
    firstAsked = Math.min(firstAsked, performance.now())
    response.writeHead(200, { 'content-type': 'text/xml' }).end(xml)
  })
  await new Promise<void>(done => meter.listen(0, '127.0.0.1', done))
  await writeConfiguration(folder, { assets, port: (meter.address() as AddressInfo).port })
  const began = performance.now()
  const gateway = spawn(process.execPath, [bin, 'run', join(folder, 'energyweb.yml')], {
    stdio: 'ignore',
    env: { ...process.env, STARTUP_PASSWORD: 'startup' },
  })
  try {
    await new Promise(done => setTimeout(done, 12_000))
    const status = readFileSync(`/proc/${gateway.pid}/status`, 'utf8')
    const memory = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024
    return { firstPoll: firstAsked - began, memory }
  } finally {
    gateway.kill('SIGTERM')
    await new Promise(done => gateway.once('close', done))
    meter.close()
    meter.closeAllConnections()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function writeConfiguration(
  folder: string,
  { assets, port }: { assets: number; port: number },
): Promise<void> {
  const keys = ['a', 'b', 'c']
  for (const key of keys) {
    const { text } = await newKeystore({ algorithm: 'secp256k1', password: 'startup' })
    writeFileSync(join(folder, `${key}.json`), text, { mode: 0o600 })
  }
  const key = (name: string) => `  ${name}: { keystore: ./${name}.json, password: { env: STARTUP_PASSWORD } }`
  const asset = (at: number) => `  - name: asset-${at}
    role: producer
    every: 10s
    source: { kind: eumel-v2, url: 'http://127.0.0.1:${port}', tls: { allow: lan-http, reason: bench } }
    channel: export
    report: [{ ledger: origin, assetId: ${at}, key: ${keys[at % 3]} }]`
  const lines = [
    'energyweb: 1',
    'data: ./data',
    'keys:',
    ...keys.map(key),
    "networks: { local: { preset: local, rpc: ['http://127.0.0.1:9'] } }",
    `ledgers: { origin: { kind: origin-a, network: local, producing: '0x${'1'.repeat(40)}' } }`,
    'assets:',
    ...Array.from({ length: assets }, (_, at) => asset(at)),
  ]
  writeFileSync(join(folder, 'energyweb.yml'), `${lines.join('\n')}\n`)
}

if (import.meta.main) {
  execFileSync('node', ['scripts/build.js'], { cwd: root })
  console.log(versionFigure())
  console.log(await runFigure(3))
  console.log(await runFigure(1_000))
}
