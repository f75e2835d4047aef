import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { type Command, flagOf } from '../../src/cli/command.ts'
import { commandTable } from '../../src/cli/command-table.ts'
import { energyweb } from './memory-io.ts'

/*
 * Addresses are pasted with keys in them, in the wrong place and mistyped: no command tells what may be one, whatever it thinks of
 * the address.
 */

const cwd = mkdtempSync(join(tmpdir(), 'no-address-told-'))
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

/** Nothing listens there. */
const host = '127.0.0.1:9'

/** Any eight letters of it in a row. */
function isTold(secret: string, said: string): boolean {
  for (let at = 0; at + 8 <= secret.length; at++) if (said.includes(secret.slice(at, at + 8))) return true
  return false
}

const secretsOf = (address: string) => address.match(/Zq\w+/g) ?? []

async function saidTo(words: readonly string[]): Promise<string> {
  const { stdout, stderr } = await energyweb(words, { cwd, signal: AbortSignal.timeout(5_000) })
  return stdout + stderr
}

/** They run for long, or set something up. */
const notTried = ['demo', 'init', 'run', 'witness serve', 'log publish']

const commands: readonly (readonly [string, Command])[] = await Promise.all(
  commandTable
    .filter(({ name }) => !notTried.includes(name))
    .map(async ({ name, load }) => [name, await load()] as const),
)

/** Every command line with the address in one place and something in all others that must be there. */
function linesWith(address: string, [name, command]: readonly [string, Command]): string[][] {
  const given = Object.entries(command.arguments)
  const needed = given.map(([, { required, choices }]) => (required ? (choices?.[0] ?? '1') : undefined))
  const options = Object.entries(command.options).filter(([, option]) => option.placeholder !== undefined)
  const neededOptions = options.filter(([, { required }]) => required === true)
  const line = (words: readonly (string | undefined)[], own?: string) => [
    ...name.split(' '),
    ...words.filter(word => word !== undefined),
    ...neededOptions.flatMap(([key, option]) => (key === own ? [] : [flagOf(key, option), '1'])),
  ]
  return [
    ...given.map((_, place) => line(needed.with(place, address))),
    ...options.flatMap(([key, option]) => [
      [...line(needed, key), flagOf(key, option), address],
      [...line(needed, key), `${flagOf(key, option)}=${address}`],
    ]),
  ]
}

it.each(commands)(
  'energyweb %s tells no key of an address in any place',
  {
    timeout: 120_000,
  },
  async (...of) => {
    for (const address of [
      `https://Zquser77:Zqgeheimes77@${host}/Zqpath77901234567?key=Zqquery77#Zqsplitter77`,
      `https://Zquser77:Zqgeheimes77@${host}9999/Zqpath77901234567?key=Zqquery77`,
    ]) {
      for (const line of linesWith(address, of)) {
        const said = await saidTo(line)
        const told = secretsOf(address).filter(secret => isTold(secret, said))
        expect(told, `${line.join(' ')}\n${said}`).toEqual([])
      }
    }
  },
)

const secrets = fc.stringMatching(/^Zq[A-Za-z0-9]{14,24}\d[a-z][A-Z]$/)
/** What means something in an address; before an @ people forget to encode it. */
const signs = fc.constantFrom('', '!', '%', '%2F', '/', '#', '?', ':', '@', '=', '&', '\\', ' ')

/** With a secret somewhere, and often no address at all. */
const addresses = fc
  .record({
    scheme: fc.constantFrom('https://', 'http://', 'HTTPS://', 'ftp://', 'wss://'),
    secret: secrets,
    sign: signs,
    port: fc.constantFrom('', ':9', ':99999', ':x'),
    write: fc.constantFrom(
      (s: string) => ({ user: `${s}@`, path: '' }),
      (s: string) => ({ user: `admin:${s}@`, path: '' }),
      (s: string) => ({ user: `${s}:${s}@`, path: '/api' }),
      (s: string) => ({ user: '', path: `/v3/${encodeURIComponent(s)}` }),
      (s: string) => ({ user: '', path: `/v3/key=${encodeURIComponent(s)}` }),
      (s: string) => ({ user: '', path: `/v3?key=${encodeURIComponent(s)}` }),
      (s: string) => ({ user: '', path: `/?${s}` }),
      (s: string) => ({ user: '', path: `/x#token=${encodeURIComponent(s)}` }),
      (s: string) => ({ user: '', path: `/x;key=${encodeURIComponent(s)}` }),
    ),
  })
  .map(({ scheme, secret, sign, port, write }) => {
    const { user, path } = write(secret.slice(0, 9) + sign + secret.slice(9))
    return { secret, address: `${scheme}${user}127.0.0.1${port}${path}` }
  })

const takers: readonly ((address: string) => readonly string[])[] = [
  address => ['log', 'follow', address, '--key', 'x+00000000+AA=='],
  address => ['log', 'follow', address, '--lan-http'],
  address => [
    'ipfs',
    'validate',
    'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy',
    '--from',
    address,
  ],
  address => [
    'ipfs',
    'validate',
    'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy',
    '--lan-http',
    '--from',
    address,
  ],
  address => ['verify', 'may.evidence.json', '--rpc', address],
  address => ['ledger', 'conform', '--rpc', address, '--lan-http'],
  address => [
    'log',
    'check',
    '--chain-of-files',
    '.',
    '--rpc',
    address,
    '--contract',
    `0x${'1'.repeat(40)}`,
    '--asset-id',
    '2',
    '--role',
    'producer',
  ],
  address => ['config', 'convert', 'old.json', '--rpc', address],
  address => ['config', 'convert', 'old.json', '--watttime', address],
]

/** To the machine that this leads to, the key is a name: whoever asks a name server tells it. */
const isHost = (address: string) => URL.canParse(address) && !/^127/.test(new URL(address).hostname)

it('no key in an address is told by a command that takes one', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      addresses,
      fc.constantFrom(...takers),
      fc.boolean(),
      async ({ secret, address }, line, json) => {
        fc.pre(!isHost(address))
        const said = await saidTo([...line(address), ...(json ? ['--json'] : [])])
        if (isTold(secret, said)) expect.fail(`${line(address).join(' ')}\n${said}`)
      },
    ),
    { numRuns: Number(process.env.RUNS ?? 300) },
  )
})
