import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { deployReleaseA, type ReleaseA } from '../support/release-a.ts'
import { deployReleaseB, hasReleaseB, type ReleaseB } from '../support/release-b.ts'
import { type Ended, energyweb } from './memory-io.ts'

let anvil: Anvil
let cwd: string

const keys = ['admin', 'roof', 'owner', 'stranger', 'spare'] as const
type Key = (typeof keys)[number]

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'registries-test-'))
  anvil = await startAnvil({ blockTime: 1 })
})

afterAll(async () => {
  await anvil?.stop()
  await rm(cwd, { recursive: true })
})

const account = (key: Key) => anvil.accounts[keys.indexOf(key)]!.address

async function configure(ledgers: string, report = '', chainId = 31_337): Promise<void> {
  const text = `energyweb: 1
keys: { ${keys.map(key => `${key}: { env: ${key.toUpperCase()} }`).join(', ')} }
networks: { local: { preset: local, rpc: ['${anvil.url}']${chainId === 31_337 ? '' : `, chainId: ${chainId}`} } }
ledgers: { ${ledgers} }
assets:
  - name: roof
    role: producer
    channel: export
    capacity: 10 kW
    every: 5s
    source: { kind: simulator, profile: solar, peak: 10 kW }
    ${report}
  - { name: shed, role: producer, channel: export, capacity: 1 kW, every: 5s, source: { kind: simulator, profile: solar, peak: 1 kW } }
`
  await writeFile(join(cwd, 'energyweb.yml'), text)
}

function ledger(words: string): Promise<Ended> {
  const env = Object.fromEntries(
    keys.map((key, index) => [key.toUpperCase(), anvil.accounts[index]!.privateKey]),
  )
  return energyweb(['ledger', ...(words.match(/'[^']*'|\S+/g) ?? []).map(word => word.replaceAll("'", ''))], {
    cwd,
    env,
  })
}

const person =
  "--organization 'Sonne eG' --first-name Erika --surname Mustermann --street Heidestraße --number 17 --zip 51147 --city Köln --country DE"

const worlds = {
  A: { user: person, kind: 'origin-a' },
  B: { user: "--organization 'Sonne eG'", kind: 'origin-b' },
} as const

const releases = hasReleaseB() ? (['A', 'B'] as const) : (['A'] as const)

describe.each(releases)(
  'release %s, from the administrator’s first command to a plant that may report',
  release => {
    const { user, kind } = worlds[release]
    let contracts: ReleaseA | ReleaseB
    const at = (key: Key) => `--ledger origin --key ${key}`

    beforeAll(async () => {
      contracts = await (release === 'A' ? deployReleaseA(anvil) : deployReleaseB(anvil))
      await configure(
        `origin: { kind: ${kind}, network: local, producing: '${contracts.producing.address}', consuming: '${contracts.consuming.address}' }`,
      )
    })

    test('each step says which one is missing before it', async () => {
      const early = await ledger(`register-asset roof ${at('admin')} --meter-key roof --owner owner`)
      expect(early.code).toBe(exitCodes.failed)
      expect(early.stderr).toContain(`${account('owner')} may not own assets`)
      expect(early.stderr).toContain(`energyweb ledger grant ${account('owner')} AssetManager`)

      const nobody = await ledger(`grant owner AssetManager ${at('admin')}`)
      expect(nobody.code).toBe(exitCodes.failed)
      expect(nobody.stderr).toContain(`energyweb ledger register-user ${account('owner')}`)

      const stranger = await ledger(`register-user owner ${user} ${at('stranger')}`)
      expect(stranger.code).toBe(exitCodes.failed)
      expect(stranger.stderr).toContain('it has not the role UserAdmin')
      expect(stranger.stderr).toContain(`UserAdmin: ${account('admin').toLowerCase()}`)
    })

    test('a user is registered, gets roles by name, and the asset is registered; twice is once', async () => {
      const registered = await ledger(`register-user owner ${user} ${at('admin')}`)
      expect([registered.code, registered.stderr]).toEqual([
        0,
        expect.stringMatching(/transaction 0x[0-9a-f]{64}/),
      ])
      const granted = await ledger(`grant owner asset-manager,Trader ${at('admin')} --json`)
      expect(JSON.parse(granted.stdout)).toMatchObject({
        ...{ release, account: account('owner'), exists: true, roles: ['AssetManager', 'Trader'] },
        transactions: { length: 1 },
      })
      const again = await ledger(`grant owner Trader ${at('admin')}`)
      expect([again.code, again.stderr]).toEqual([0, 'That is so already: nothing was sent.\n'])

      const words = `register-asset roof ${at('admin')} --meter-key roof --owner owner`
      const created = await ledger(words)
      expect([created.code, created.stdout]).toEqual([
        0,
        'report: [{ ledger: origin, assetId: 0, key: roof }]\n',
      ])
      const second = await ledger(words)
      expect([second.code, second.stdout]).toEqual([0, created.stdout])
      expect(second.stderr).toContain('Asset 0 has this smart meter already: nothing was sent.')
    })

    test('a role taken away, an unknown one, and one of the other release', async () => {
      const revoked = await ledger(`grant owner Trader --revoke ${at('admin')} --json`)
      expect(JSON.parse(revoked.stdout)).toMatchObject({ roles: ['AssetManager'] })
      const unknown = await ledger(`grant owner AssetManger ${at('admin')}`)
      expect([unknown.code, unknown.stderr]).toEqual([
        exitCodes.usage,
        expect.stringContaining(`release ${release} has no role "AssetManger"; did you mean "AssetManager"?`),
      ])
      const top = await ledger(`grant owner TopAdmin ${at('admin')}`)
      expect(top.code).toBe(release === 'A' ? 0 : exitCodes.usage)
      if (release === 'A') await ledger(`grant owner TopAdmin --revoke ${at('admin')}`)
      const other = release === 'A' ? '--url https://example.org' : '--country DE'
      const misplaced = await ledger(
        `register-asset shed ${at('admin')} --meter-key spare --owner owner ${other}`,
      )
      expect([misplaced.code, misplaced.stderr]).toEqual([
        exitCodes.usage,
        expect.stringContaining(`the registry is of release ${release}, which knows no`),
      ])
    })

    test('ledger show tells contracts, assets, users and what our keys may do', async () => {
      const shown = await ledger('show --ledger origin')
      expect(shown.code).toBe(0)
      expect(shown.stdout).toMatch(new RegExp(`release +${release}\n`))
      expect(shown.stdout).toMatch(new RegExp(`producing +${contracts.producing.address}, 1 asset\n`, 'i'))
      expect(shown.stdout).toMatch(
        new RegExp(`producer +0 +${account('roof')} +${account('owner')} +yes +0 Wh\n`, 'i'),
      )
      expect(shown.stdout).toMatch(new RegExp(`${account('owner')} +Sonne eG +AssetManager\n`, 'i'))
      expect(shown.stdout).toMatch(/roof +0x\S+ +\S+ coins +write the readings of producer 0\n/)
      expect(shown.stdout).toMatch(/stranger +0x\S+ +10000\.000000 coins +nothing here\n/)
      const { ledgers } = JSON.parse((await ledger('show --json')).stdout)
      expect(ledgers).toMatchObject([
        {
          ...{ ledger: 'origin', chainId: '31337', release, standalone: false },
          producers: { count: '1', newest: [{ id: '0', active: true, lastRead: '0' }] },
          consumers: { count: '0', newest: [] },
          keys: expect.arrayContaining([
            expect.objectContaining({ key: 'owner', roles: ['AssetManager'] }),
            expect.objectContaining({ key: 'spare', roles: [], may: [] }),
          ]),
        },
      ])
    })

    test('the asset is switched, and what only one release knows is refused in the other', async () => {
      const producing = `producing: '${contracts.producing.address}'`
      const report = 'report: [{ ledger: origin, assetId: 0, key: roof }]'
      await configure(`origin: { kind: ${kind}, network: local, ${producing} }`, report)
      const off = await ledger(`change-asset roof --deactivate ${at('admin')}`)
      expect([off.code, off.stdout]).toEqual([0, expect.stringContaining('not active')])
      const on = await ledger(`change-asset roof --activate ${at('admin')}`)
      expect([on.code, on.stdout]).toEqual([0, expect.stringContaining(': active, smart meter')])
      const noMore = await ledger(`change-asset roof --activate ${at('admin')}`)
      expect([noMore.code, noMore.stderr]).toEqual([0, 'That is so already: nothing was sent.\n'])
      const two = await ledger(`change-asset roof --activate --meter spare ${at('admin')}`)
      expect([two.code, two.stderr]).toEqual([
        exitCodes.usage,
        expect.stringContaining('one change at a time'),
      ])

      const moved = await ledger(`change-asset roof --meter spare ${at('admin')}`)
      expect(moved.code).toBe(release === 'A' ? 0 : exitCodes.usage)
      if (release === 'A') expect(moved.stdout).toContain(account('spare').toLowerCase())
      else expect(moved.stderr).toContain('release B knows no exchange of a smart meter')

      const market = `change-asset roof --market-lookup ${contracts.producing.address}`
      const byAdmin = await ledger(`${market} ${at('admin')}`)
      const byOwner = await ledger(`${market} ${at('owner')}`)
      if (release === 'A') expect(byOwner.stderr).toContain('release A knows no market lookups')
      else {
        expect([byAdmin.code, byAdmin.stderr]).toEqual([
          exitCodes.failed,
          expect.stringContaining('it belongs to'),
        ])
        expect([byOwner.code, byOwner.stdout]).toEqual([0, expect.stringContaining('mints certificates (0x')])
        const ended = await ledger(`change-asset roof --end-market ${at('owner')}`)
        expect([ended.code, ended.stdout]).toEqual([0, expect.stringContaining('mints no certificates')])
      }
    })

    test('a meter that another plant of the configuration has is not given to a second one by mistake', async () => {
      const meter = release === 'A' ? 'spare' : 'roof'
      const shared = await ledger(`register-asset shed ${at('admin')} --meter-key ${meter} --owner owner`)
      expect([shared.code, shared.stderr]).toEqual([
        exitCodes.failed,
        expect.stringContaining('has this smart meter already, and is roof in the configuration'),
      ])
    })

    test('what a user is called does nothing to the terminal that it is shown on', async () => {
      const evil = 'Sonne\u001b[2J\nGe'
      const words = user.replace('Sonne eG', evil)
      expect((await ledger(`register-user spare ${words} ${at('admin')}`)).code).toBe(0)
      const { stdout } = await ledger('show --ledger origin')
      expect(stdout).toContain('Sonne\ufffd[2J Ge')
    })

    test('a user is ended: its roles first, as they would work on', async () => {
      const ended = await ledger(`register-user owner --deactivate ${at('admin')} --json`)
      expect(JSON.parse(ended.stdout)).toMatchObject({
        exists: false,
        roles: [],
        transactions: { length: 2 },
      })
    })
  },
)

test('what is sent is shown before, where it stands for ever; not on a chain of one’s own', async () => {
  const real = await startAnvil({ blockTime: 1, chainId: 73_799 })
  try {
    const { producing } = await deployReleaseA(real)
    await configure(`origin: { kind: origin-a, network: volta, producing: '${producing.address}' }`)
    const text = `energyweb: 1
keys: { admin: { env: ADMIN } }
networks: { volta: { preset: volta, rpc: ['${real.url}'] } }
ledgers: { origin: { kind: origin-a, network: volta, producing: '${producing.address}' } }
assets: [{ name: roof, role: producer, channel: export, every: 5s, source: { kind: simulator, profile: solar, peak: 1 kW } }]
`
    await writeFile(join(cwd, 'energyweb.yml'), text)
    const done = await ledger(`register-user admin ${person} --ledger origin --key admin`)
    expect(done.code).toBe(0)
    expect(done.stderr).toMatch(
      /about to send (0x[0-9a-f]{64}) to 0x[0-9a-f]{40} on chain 73799, nonce \d+, for at most \S+ coins\n.*transaction \1/s,
    )
  } finally {
    await real.stop()
  }
})

test.each([
  [
    'grant owner Trader --ledger orign --key admin',
    'the configuration has no ledger "orign"; did you mean "origin"?',
  ],
  ['register-user owner --ledger origin --key admin', 'a user needs an organization'],
  [
    'register-user owner --organization x --deactivate --ledger origin --key admin',
    '--deactivate ends a user: it takes no details of it',
  ],
  ['change-asset roof --ledger origin --key admin --activate', 'roof does not report to origin'],
  ['show --ledger anchors', 'the configuration has no ledger "anchors"'],
])('`ledger %s` ends with a reason', async (words, message) => {
  await configure(`origin: { kind: origin-a, network: local, producing: '0x${'1'.repeat(40)}' }`)
  expect(await ledger(words)).toMatchObject({
    code: exitCodes.usage,
    stderr: expect.stringContaining(message),
  })
})

test('a transaction that waits in the pool is waited for, not doubled', async () => {
  const silent = await startAnvil({ noMining: true })
  try {
    const users = await deployReleaseA(silent)
    const text = `energyweb: 1
keys: { admin: { env: ADMIN } }
networks: { local: { preset: local, rpc: ['${silent.url}'] } }
ledgers: { origin: { kind: origin-a, network: local, producing: '${users.producing.address}' } }
assets: [{ name: roof, role: producer, channel: export, every: 5s, source: { kind: simulator, profile: solar, peak: 1 kW } }]
`
    await writeFile(join(cwd, 'energyweb.yml'), text)
    const from = silent.accounts[0]!.address
    await silent.rpc('eth_sendTransaction', [{ from, to: from, value: '0x1' }])
    expect(await ledger(`register-user admin ${person} --ledger origin --key admin`)).toMatchObject({
      code: exitCodes.unavailable,
      stderr: expect.stringContaining('1 transaction of'),
    })
  } finally {
    await silent.stop()
  }
})
