import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fromHex } from '../../src/core/bytes.ts'
import type { DefinedLine } from '../../src/core/ledger.ts'
import { secp256k1Signer } from '../../src/keys/secp256k1-signer.ts'
import { openDefinedLedger } from '../../src/ledgers/defined/open-defined-ledger.ts'
import { ledger as definition } from '../../src/ledgers/issuer/definition.ts'
import { energyweb } from '../cli/memory-io.ts'
import { counter, key, origin, record, roofLog, sign } from '../prove/support.ts'
import { IssuerWorld, issuerFlavours } from './issuer-world.ts'

const line: DefinedLine = {
  name: 'roof/certificates',
  stream: 'roof',
  role: 'producer',
  key: 'meter',
  target: { deviceId: 'roof-1' },
}

let world: IssuerWorld

beforeAll(async () => {
  world = await IssuerWorld.open(issuerFlavours[0] ?? 'double', { noMining: false })
})
afterAll(() => world?.anvil.stop())

/** A gateway's log of four days, and what it asks the Issuer for them. */
async function fourDays() {
  const log = await roofLog()
  await record(
    log,
    Array.from({ length: 4 * 96 + 1 }, (_, i) => counter(i)),
  )
  // Entries are stamped by the machine's clock: an hour later nothing more of a period can come.
  const now = () => Date.now() + 3_600_000
  const meter = world.anvil.accounts[1]?.privateKey ?? ''
  const ledger = await openDefinedLedger(definition, {
    name: 'certificates',
    network: await world.network(),
    signers: new Map([['meter', await secp256k1Signer(fromHex(meter))]]),
    lines: [line],
    stores: log,
    certificates: log,
    cursors: log,
    options: { issuer: world.issuer.address },
    clock: { now, monotonic: now, after: () => () => undefined },
    origin,
  })
  const turn = async () => {
    await ledger.work({ signal: new AbortController().signal })
    world.clock.push(20_000)
    await world.anvil.mine()
  }
  return { log, turn, state: () => ledger.status() }
}

async function until(
  done: () => Promise<boolean>,
  { turn, state }: { turn: () => Promise<void>; state: () => Promise<unknown> },
): Promise<void> {
  for (let rounds = 0; rounds < 40; rounds++) {
    if (await done()) return
    await turn()
  }
  throw new Error(`not done: ${JSON.stringify(await state())}`)
}

function configOf(log: { readonly folder: string }): void {
  const text = `energyweb: 1
data: .
keys: { desk: { env: DESK }, meter: { env: METER }, buyer: { env: BUYER } }
networks: { local: { preset: local, rpc: ['${world.anvil.url}'] } }
ledgers:
  certificates: { kind: issuer, network: local, issuer: '${world.issuer.address}' }
  other: { kind: origin-b, network: local, producing: '${world.issuer.address}' }
assets:
  - name: roof
    role: producer
    channel: export
    capacity: 10 kW
    every: 15m
    source: { kind: simulator, profile: solar, peak: 10 kW }
    report: [{ ledger: certificates, key: meter, deviceId: roof-1 }]
`
  writeFileSync(join(log.folder, 'energyweb.yml'), text)
}

test('from a request to its claim: held against evidence, approved, transferred, claimed, and told by the log', async () => {
  const { log, ...gateway } = await fourDays()
  await until(
    async () => (await log.ofLine(line.name, 10)).filter(one => one.state === 'final').length === 4,
    gateway,
  )
  await sign(log)
  configOf(log)
  const [desk, meter, , buyer] = world.anvil.accounts
  const env = { DESK: desk?.privateKey, METER: meter?.privateKey, BUYER: buyer?.privateKey }
  const run = (...words: string[]) => energyweb(words, { cwd: log.folder, env })

  const listed = await run('certificate', 'ls', '--open')
  expect(listed).toMatchObject({ code: 0, stderr: '' })
  expect(listed.stdout).toMatch(/^request +state +certificate +energy +period +device +owner\n/)
  expect(listed.stdout).toMatch(/2 +open +24\.000 kWh +2024-05-02 to 2024-05-03 +roof-1 +0x/)

  const place = await run('ledger', 'show', '--ledger', 'certificates')
  expect(place).toMatchObject({ code: 0, stderr: '' })
  expect(place.stdout).toMatch(/^ledger +certificates\nkind +issuer\nnetwork +local\nissuer +0x/)
  expect(place.stdout).toContain(world.address('desk'))
  expect(place.stdout).toMatch(/report line +roof\/certificates\n/)
  const asked = { requests: 4, energy: 96_000n }
  await until(async () => (await gateway.state())[0]?.unanswered?.requests === 4, gateway)
  expect(await gateway.state()).toMatchObject([{ unanswered: asked }])

  const proven = await run(
    'prove',
    'roof',
    '--key',
    key,
    '--from',
    '2024-05-02',
    '--to',
    '2024-05-03',
    '--out',
    'two.json',
  )
  expect(proven.code).toBe(0)
  const show = ['certificate', 'show', '2', '--request', '--evidence', 'two.json']
  const agrees = await run(...show, '--verifier', key)
  expect(agrees).toMatchObject({ code: 0, stderr: '' })
  expect(agrees.stdout).toContain('AGREES with the evidence')
  expect(agrees.stdout).toContain('AGREES with the own log')
  const unsure = await run(...show)
  expect(unsure.code).toBe(2)
  expect(unsure.stdout).toContain('UNDECIDED with the evidence')
  const other = await run(
    'certificate',
    'show',
    '3',
    '--request',
    '--evidence',
    'two.json',
    '--verifier',
    key,
  )
  expect(other.code).toBe(2)
  const text = readFileSync(join(log.folder, 'two.json'), 'utf8')
  writeFileSync(join(log.folder, 'two.json'), text.replace('"total":"', '"total":"1'))
  const differs = await run(...show, '--verifier', key)
  expect(differs.code).toBe(1)
  expect(differs.stdout).toContain('DIFFERS with the evidence')

  const refused = await run('certificate', 'approve', '2', '--key', 'buyer')
  expect(refused.stderr).toContain('only the issuer')
  expect(refused.stderr).toContain(world.address('desk'))
  const approved = await run('certificate', 'approve', '2-3', '--key', 'desk')
  expect(approved).toMatchObject({ code: 0 })
  expect(approved.stdout).toBe('request 2: certificate 1\nrequest 3: certificate 2\n')
  const again = await run('certificate', 'approve', '2', '--key', 'desk')
  expect(again).toMatchObject({ code: 0, stdout: 'Nothing was left to approve.\n' })
  expect(again.stderr).toContain('request 2 is approved already')

  const to = world.address('buyer')
  const moved = await run('certificate', 'transfer', '1', '--to', to, '--energy', '4 kWh', '--key', 'meter')
  expect(moved).toMatchObject({ code: 0, stdout: `${to} has 4.000 kWh more of certificate 1\n` })
  const why = [
    '--beneficiary',
    'Example Ltd',
    '--country',
    'DE',
    '--from',
    '2024-05-01',
    '--to',
    '2024-06-01',
  ]
  expect((await run('certificate', 'claim', '1', '--key', 'buyer', ...why)).stdout).toBe(
    '4.000 kWh of certificate 1 are claimed for Example Ltd\n',
  )
  expect((await run('certificate', 'claim', '1', '--key', 'meter', ...why)).code).toBe(0)
  const shown = await run('certificate', 'show', '1', '--account', to, '--json')
  expect(JSON.parse(shown.stdout)).toMatchObject({
    request: { request: '2', state: 'approved', device: 'roof-1' },
    certificate: { certificate: '1', valid: true, metadata: { energy: '24000' } },
    balances: {
      [to]: { owned: '0', claimed: '4000' },
      [world.address('meter')]: { owned: '0', claimed: '20000' },
    },
  })
  const revoked = await run('certificate', 'revoke', '2', '--key', 'desk')
  expect(revoked).toMatchObject({ code: 0, stdout: 'certificate 2 is revoked\n' })
  expect((await run('certificate', 'revoke', '2', '--key', 'desk')).stdout).toBe(
    'certificate 2 was revoked already\n',
  )
  expect((await run('certificate', 'revoke', '4', '--request', '--key', 'meter')).code).toBe(0)

  await until(async () => (await log.certificates(line.name)).length === 2, gateway)
  expect(await log.certificates(line.name)).toMatchObject([
    { id: 1n, state: 'claimed', energy: 24_000n },
    { id: 2n, state: 'revoked', energy: 24_000n },
  ])
  expect(await gateway.state()).toMatchObject([{ unanswered: { requests: 2, energy: 48_000n } }])
}, 120_000)

test('a plant that no gateway reports asks by its evidence: once, without a hole, and only over what is proven', async () => {
  const log = await roofLog()
  await record(
    log,
    Array.from({ length: 4 * 96 + 1 }, (_, i) => counter(i)),
  )
  await sign(log)
  configOf(log)
  const run = (...words: string[]) =>
    energyweb(words, { cwd: log.folder, env: { BUYER: world.anvil.accounts[3]?.privateKey } })
  const request = (date: number, ...more: string[]) =>
    run('certificate', 'request', `${date}.json`, '--device', 'shed', '--key', 'buyer', ...more)
  for (const date of [1, 2, 3]) {
    const [from, to] = [`2024-05-0${date}`, `2024-05-0${date + 1}`]
    await run('prove', 'roof', '--key', key, '--from', from, '--to', to, '--out', `${date}.json`)
  }
  expect((await request(1)).stderr).toContain('the evidence is incomplete')
  const first = await request(1, '--verifier', key)
  expect(first.stdout).toMatch(/^request \d+: 24\.000 kWh from 2024-05-01 to 2024-05-02 for 0x/)
  expect((await request(1, '--verifier', key)).stderr).toMatch(/request \d+ asks for it already/)
  expect((await request(3, '--verifier', key)).stderr).toContain('does not show all entries')
  const second = await request(2, '--verifier', key, '--json')
  const { request: id, energy } = JSON.parse(second.stdout)
  expect(energy).toBe('24000')
  const shown = ['certificate', 'show', id, '--request', '--evidence', '2.json', '--verifier', key, '--json']
  const answer = await run(...shown)
  expect(answer.code).toBe(0)
  expect(JSON.parse(answer.stdout)).toMatchObject({
    request: { device: 'shed', metadata: { energy: '24000', total: '48000', origin } },
    held: { evidence: { outcome: 'agrees' } },
  })
}, 60_000)

test.each([
  [['certificate', 'show', '0'], '"0" is no id'],
  [['certificate', 'show', '99'], 'has no certificate 99'],
  [['certificate', 'show', '99', '--request'], 'has no request 99'],
  [['certificate', 'ls', '--issuer', '0x12'], '--network and --issuer go together'],
  [['certificate', 'ls', '--network', 'local', '--issuer', '0x12'], 'is not an address'],
  [['certificate', 'ls', '--ledger', 'nowhere'], 'no ledger "nowhere"'],
  [['certificate', 'ls', '--ledger', 'nowhere'], 'It has certificates, other.'],
  [['certificate', 'ls', '--ledger', 'certificate'], 'did you mean "certificates"?'],
  [['certificate', 'ls', '--ledger', 'other'], 'ledger other is of kind origin-b'],
  [['certificate', 'ls', '--ledger', 'other'], 'It takes one of kind issuer: certificates.'],
  [['certificate', 'approve', '1-2', '--energy', '1 kWh', '--key', 'desk'], 'for a single request'],
  [['certificate', 'transfer', '1', '--to', 'me', '--key', 'desk'], 'is not an address'],
  [
    ['certificate', 'claim', '1', '--key', 'desk', '--beneficiary', 'me', '--country', 'Germany'],
    'is no country',
  ],
])('%j ends with a reason', async (words, message) => {
  const log = await roofLog()
  configOf(log)
  const ended = await energyweb(words, {
    cwd: log.folder,
    env: { DESK: world.anvil.accounts[0]?.privateKey },
  })
  expect(ended.stderr).toContain(message)
  expect(ended.code).toBe(2)
})
