import type { Hex } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fromHex } from '../../src/core/bytes.ts'
import type { CertificateBook } from '../../src/core/certificate.ts'
import type { EventCursorStore } from '../../src/core/event-cursor.ts'
import type { DefinedLine } from '../../src/core/ledger.ts'
import { secp256k1Signer } from '../../src/keys/secp256k1-signer.ts'
import {
  type DefinedLedgerOptions,
  openDefinedLedger,
} from '../../src/ledgers/defined/open-defined-ledger.ts'
import { ledger as definition } from '../../src/ledgers/issuer/definition.ts'
import { approvalsOf } from '../../src/ledgers/issuer/desk.ts'
import { listRequests } from '../../src/ledgers/issuer/list-requests.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import { energyweb } from '../cli/memory-io.ts'
import { counter, key, origin, record, roofLog, sign } from '../prove/support.ts'
import { IssuerWorld, issuerFlavours } from './issuer-world.ts'

/* A restored log whose requests were made in one batch, held against the chain by `energyweb verify --rpc`. */

const line: DefinedLine = {
  name: 'roof/certificates',
  stream: 'roof',
  role: 'producer',
  key: 'meter',
  target: { deviceId: 'roof-1' },
}
const flavour = issuerFlavours[0] ?? 'double'

let world: IssuerWorld
/** Where the same gateway asks singly, so that one knows what it asks for. */
let model: IssuerWorld

beforeAll(async () => {
  world = await IssuerWorld.open(flavour, { noMining: false })
  model = await IssuerWorld.open(flavour, { noMining: false })
})
afterAll(() => Promise.all([world?.anvil.stop(), model?.anvil.stop()]))

type Stores = DefinedLedgerOptions['stores'] & CertificateBook

/** A ledger of the line, with what works and mines until something is so. */
async function gateway(at: IssuerWorld, stores: Stores, cursors?: EventCursorStore) {
  // Entries are stamped by the machine's clock: an hour later nothing more of a period can come.
  const now = () => Date.now() + 3_600_000
  const ledger = await openDefinedLedger(definition, {
    name: 'certificates',
    network: await at.network(),
    signers: new Map([['meter', await secp256k1Signer(fromHex(at.anvil.accounts[1]?.privateKey ?? ''))]]),
    lines: [line],
    stores,
    certificates: stores,
    ...(cursors && { cursors }),
    options: { issuer: at.issuer.address },
    clock: { now, monotonic: now, after: () => () => undefined },
    origin,
  })
  return async (isSo: () => Promise<boolean>) => {
    for (let turn = 0; turn < 40; turn++) {
      if (await isSo()) return
      await ledger.work({ signal: new AbortController().signal })
      at.clock.push(20_000)
      await at.anvil.mine()
    }
    throw new Error(`it never came: ${JSON.stringify(await ledger.status())}`)
  }
}

/** The transactions of what is final, oldest first. */
async function transactions(stores: Stores): Promise<readonly (string | undefined)[]> {
  const finals = (await stores.ofLine(line.name, 20)).filter(({ state }) => state === 'final')
  return finals.map(({ receipt }) => receipt?.transaction)
}

function chainStep(stdout: string): { state: string; text: string } {
  return JSON.parse(stdout).steps.find(({ name }: { name: string }) => name === 'chain-records')
}

test('evidence of a period that was asked for in a batch is proven by a node, and names its own certificate', async () => {
  const log = await roofLog()
  await record(
    log,
    Array.from({ length: 4 * 96 + 1 }, (_, i) => counter(i)),
  )
  await log.openLine(line.name, 'roof')
  const stores = new MemoryStores([...(await log.unplanned(line.name, 1_000))])
  await (await gateway(model, stores))(async () => (await transactions(stores)).length === 4)
  const chain = await model.chain()
  const singly = await listRequests(chain, await model.place(chain), { from: 0n })
  const bytes = singly.map(request => request.bytes as Hex)
  const owner = world.address('meter')
  const { transaction } = await world.issuer.send(
    'requestCertificationForBatch',
    [bytes, bytes.map(() => owner)],
    { from: owner, gas: 10_000_000n },
  )
  const until = await gateway(world, log, log)
  await until(async () => (await transactions(log)).length === 4)
  expect(await transactions(log)).toEqual(Array(4).fill(transaction))
  const wanted = [4n, 1n, 3n, 2n].map(id => ({ id }))
  for (const approval of (await approvalsOf(await world.desk('desk'), wanted)).transactions) {
    await world.send('desk', approval)
  }
  await until(async () => (await log.certificates(line.name)).length === 4)
  const certified = (await log.certificates(line.name)).toSorted((a, b) => a.first - b.first)
  expect(certified.map(({ id }) => id)).toEqual([2n, 4n, 3n, 1n])
  await sign(log)
  const checked = await energyweb(['log', 'check', '--data', log.folder], { cwd: log.folder })
  expect(checked.code).toBe(0)
  for (const day of [1, 2, 3]) {
    const period = ['--from', `2024-05-0${day}`, '--to', `2024-05-0${day + 1}`]
    const file = `${day}.json`
    const proven = await energyweb(['prove', 'roof', '--data', '.', '--key', key, ...period, '--out', file], {
      cwd: log.folder,
    })
    expect(proven).toMatchObject({ code: 0, stderr: '' })
    const verify = ['verify', file, '--key', key, '--json', '--rpc', world.anvil.url]
    const { code, stdout } = await energyweb(verify, { cwd: log.folder })
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'proven' })
    expect(code).toBe(0)
    expect(chainStep(stdout)).toMatchObject({
      state: 'holds',
      text: expect.stringMatching(/^All [1-9]\d* records were looked up/),
    })
    const offline = await energyweb(verify.slice(0, -2), { cwd: log.folder })
    expect(chainStep(offline.stdout).text).toContain('1 of the ledger certificates for 24')
    // Another node of the chain, which knows nothing of it, contradicts it.
    const elsewhere = await energyweb([...verify.slice(0, -1), model.anvil.url], { cwd: log.folder })
    expect(elsewhere.code).toBe(1)
  }
}, 120_000)
