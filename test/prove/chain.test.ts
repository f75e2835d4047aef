import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { anchorBytecode } from '../../src/ledgers/anchor/generated/checkpoint-anchor.ts'
import { openAnchor } from '../../src/ledgers/index.ts'
import { type Evidence, encodeEvidence } from '../../src/proof/evidence/index.ts'
import { startAnvil } from '../../src/testing/anvil.ts'
import { energyweb } from '../cli/memory-io.ts'
import { World } from '../ledgers/world.ts'
import { makeCertificates } from '../tls/certificates.ts'
import { hasServers, startServers } from '../tls/servers.ts'
import { counter, key, may, origin, prove, quarter, record, roofLog, sign } from './support.ts'

/** A day of readings, each registered, under a checkpoint that is anchored and another one. */
let world: World
beforeAll(async () => {
  world = await World.open({ flavour: 'strict' })
})
afterAll(() => world.anvil.stop())

async function registeredDay() {
  const id = await world.registries.producing.readyAsset()
  const contract = await world.bench.deploy({ abi: [], bytecode: anchorBytecode })
  const log = await roofLog()
  await log.openStream({ name: 'gateway' })
  await record(
    log,
    Array.from({ length: 24 }, (_, i) => counter(i)),
  )
  await world.settle(await world.ledger({ stores: log, lines: [world.line(id)] }))
  await sign(log)
  const clock = { ...world.clock, now: () => Date.now() + 86_400_000 * 2 }
  const anchor = await openAnchor({
    name: 'anchor',
    network: await world.network(),
    contract,
    origin,
    key: 'meter',
    signers: new Map([['meter', world.signer]]),
    stores: log,
    clock: { now: clock.now, monotonic: () => world.clock.monotonic(), after: world.clock.after },
  })
  await world.settle(anchor)
  await record(
    log,
    Array.from({ length: 8 }, (_, i) => counter(24 + i)),
  )
  await sign(log)
  const evidence = await prove(log.folder, { period: { from: may + 4 * quarter, to: may + 8 * quarter } })
  return { log, evidence }
}

test.skipIf(!hasServers)(
  'a node behind an own authority is asked once it is proven',
  async () => {
    const { log, evidence } = await registeredDay()
    const made = makeCertificates(log.folder)
    const { port } = new URL(world.anvil.url)
    const servers = await startServers(made, { folder: log.folder, upstream: Number(port) })
    onTestFinished(() => servers.close())
    const verifyAt = async (...proof: string[]) => {
      writeFileSync(join(log.folder, 'day.json'), encodeEvidence(evidence))
      const node = ['--rpc', `https://127.0.0.1:${servers.ports['client certificate, TLS 1.3']}`]
      const words = ['verify', 'day.json', '--key', key, '--json', ...node, ...proof]
      const { stdout } = await energyweb(words, { cwd: log.folder })
      return chainStep(stdout)
    }
    const ca = ['--ca', 'authority.pem']
    const ours = ['--client-certificate', 'client.pem', '--client-key', 'client.key']
    expect(await verifyAt(...ca, ...ours)).toMatchObject({ state: 'holds' })
    expect(await verifyAt(...ca)).toMatchObject({
      state: 'open',
      text: expect.stringContaining('client-certificate-refused'),
    })
    expect(await verifyAt(...ours)).toMatchObject({
      state: 'open',
      text: expect.stringContaining('unknown-authority'),
    })
  },
  60_000,
)

function verify(evidence: Evidence, folder: string, ...rpc: string[]) {
  writeFileSync(join(folder, 'day.json'), encodeEvidence(evidence))
  const nodes = rpc.flatMap(url => ['--rpc', url])
  return energyweb(['verify', 'day.json', '--key', key, '--json', ...nodes], { cwd: folder })
}

function chainStep(stdout: string): { state: string; text: string } {
  return JSON.parse(stdout).steps.find((step: { name: string }) => step.name === 'chain-records')
}

test('receipts and anchors are looked up on their chain; a lie is refuted, and what nobody knows is left open', async () => {
  const { log, evidence } = await registeredDay()
  expect(evidence.anchors).toHaveLength(1)
  expect(evidence.consistency).toMatchObject([{ size: evidence.anchors[0]?.size }])

  const offline = await verify(evidence, log.folder)
  expect({ code: offline.code, ...chainStep(offline.stdout) }).toMatchObject({ code: 0, state: 'absent' })
  const looked = await verify(evidence, log.folder, world.anvil.url)
  expect({ code: looked.code, ...chainStep(looked.stdout) }).toMatchObject({
    code: 0,
    state: 'holds',
    text: expect.stringMatching(/^All \d+ records were looked up on chain 31337/),
  })

  const [anchor] = evidence.anchors
  const lying = { ...evidence, anchors: [{ ...anchor!, transaction: `0x${'ab'.repeat(32)}` }] }
  const lie = await verify(lying, log.folder, world.anvil.url)
  expect({ code: lie.code, ...chainStep(lie.stdout) }).toMatchObject({
    code: 1,
    state: 'false',
    text: expect.stringContaining(`of the chain has no transaction 0x${'ab'.repeat(32)}`),
  })
  const account = await verify(
    { ...evidence, anchors: [{ ...anchor!, account: `0x${'12'.repeat(20)}` }] },
    log.folder,
    world.anvil.url,
  )
  expect(account.code).toBe(1)

  const other = await startAnvil({ chainId: 99 })
  const wrong = await verify(evidence, log.folder, other.url)
  await other.stop()
  expect({ code: wrong.code, ...chainStep(wrong.stdout) }).toMatchObject({
    code: 2,
    state: 'open',
    text: expect.stringContaining('no node of chain 31337 was asked'),
  })
  const gone = await verify(evidence, log.folder, other.url)
  expect({ code: gone.code, ...chainStep(gone.stdout) }).toMatchObject({ code: 2, state: 'open' })
  // One that can't be asked does no harm beside one that can.
  expect((await verify(evidence, log.folder, other.url, world.anvil.url)).code).toBe(0)
})
