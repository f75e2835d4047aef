import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { wrapByPassphrase } from '../../src/config/sealed/passphrase-opener.ts'
import { sealText } from '../../src/config/sealed/seal-text.ts'
import { energyweb } from '../cli/memory-io.ts'

/*
 * A secret stands somewhere in a configuration, as it should or by mistake, and the file may be broken in any way: no command
 * that looks at it may tell the secret.
 */

let cwd: string
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'no-secret-told-'))
})
afterAll(() => rmSync(cwd, { recursive: true }))

const passphrase = 'tulip harbour nine clocks'
const commands: readonly (readonly string[])[] = [
  ['check'],
  ['check', '--json'],
  ['config', 'show'],
  ['config', 'show', '--json'],
  ['log', 'ls'],
]

/** What all of them say of a file. */
async function saidOf(name: string, text: string): Promise<string> {
  writeFileSync(join(cwd, name), text, { mode: 0o600 })
  const env = { ENERGYWEB_PASSPHRASE: passphrase }
  let said = ''
  for (const words of commands) {
    const { stdout, stderr, code } = await energyweb(
      [...words, ...(words[0] === 'log' ? ['-c', name] : [name])],
      { cwd, env },
    )
    said += `\n$ ${words.join(' ')} (${code})\n${stdout}${stderr}`
  }
  return said
}

/** Long enough that no other text has it by chance, of signs that mean something in YAML too. */
const secrets = fc
  .tuple(fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{9,20}$/), fc.constantFrom('', '!', '#7', ': x', '"', '&w'))
  .map(([word, sign]) => `Zq${word}${sign}`)

const wrap = (key: Uint8Array) => wrapByPassphrase(key, passphrase, { cost: { n: 2 ** 14, r: 8, p: 1 } })

const places: Readonly<Record<string, (secret: string) => string>> = {
  'a password in place of a reference': s => ours(`password: ${s}`),
  'a password in quotes': s => ours(`password: ${JSON.stringify(s)}`),
  'a password in a list': s => ours(`password: [${JSON.stringify(s)}]`),
  'a password as a key': s => ours(`password: { ${JSON.stringify(s)} }`),
  'a password under an unknown key': s => ours(`password: { value: ${JSON.stringify(s)} }`),
  "a password in the variable's place": s => ours(`password: { file: [${JSON.stringify(s)}] }`),
  'a tag': s => ours(`password: !${s}`),
  'an alias': s => ours(`password: *${s}`),
  'a block': s => ours(`password: |${s}`),
  'a directive': s => `%${s}\n${ours('password: { env: P }')}`,
  'the user of an address': s =>
    ours('password: { env: P }', `https://admin:${encodeURIComponent(s)}@roof.example.org`),
  'the query of an address': s =>
    ours('password: { env: P }', `https://roof.example.org/?key=${encodeURIComponent(s)}`),
  'no address': s => ours('password: { env: P }', s),
  'a key in place of a reference': s =>
    `${ours('password: { env: P }')}keys: { roof: ${JSON.stringify(s)} }\n`,
  'a key in a wrong field': s =>
    `${ours('password: { env: P }')}keys: { roof: { privateKey: ${JSON.stringify(s)} } }\n`,
  'a key of many digits in place of a variable': s =>
    `${ours('password: { env: P }')}keys: { roof: { env: ac${s
      .replaceAll(/[^a-f0-9]/gi, 'd')
      .padEnd(62, '0')
      .slice(0, 62)} } }\n`,
  'a pin': s =>
    `${ours('password: { env: P }')}keys: { roof: { pkcs11: /lib/x.so, token: ew, label: a, pin: ${JSON.stringify(s)} } }\n`,
  'a node': s =>
    `${ours('password: { env: P }')}networks: { n: { chainId: 1, rpc: ['https://node.example.org/${s.replaceAll(/\W/g, '')}0123456789'] } }\n`,
  'a header': s =>
    `${ours('password: { env: P }')}networks: { n: { chainId: 1, rpc: [{ url: 'https://node.example.org', headers: { authorization: ${JSON.stringify(s)} } }] } }\n`,
  'a section of secrets': s =>
    `${ours('password: { secret: meter }')}secrets: { meter: ${JSON.stringify(s)} }\n`,
  'secrets that are a list': s => `${ours('password: { secret: meter }')}secrets: [${JSON.stringify(s)}]\n`,
  'a secret of several lines': s =>
    `${ours('password: { secret: meter }')}secrets:\n  meter: |\n    ${s.replaceAll('\n', ' ')}\n    second\n`,
}

function ours(password: string, url = 'https://roof.example.org'): string {
  return `energyweb: 1
assets:
  - name: roof
    role: producer
    channel: export
    every: 1h
    source:
      kind: eumel-v2
      url: ${JSON.stringify(url)}
      auth:
        user: admin
        ${password}
`
}

/** A file of the Python applications; the secret stands where they had one, or under a name that nobody takes. */
function old(secret: string, at: 'password' | 'pasword' | 'wallet_pwd' | 'module' | 'pwd'): string {
  const is = (name: string, otherwise: unknown) => (at === name ? secret : otherwise)
  return JSON.stringify(
    {
      producers: [
        {
          name: 'roof',
          'energy-meter': {
            module: is('module', 'energyweb.eds.eumel'),
            class_name: 'DataLoggerV2d1d1',
            class_parameters: {
              ip: 'http://192.168.1.20',
              user: 'admin',
              password: is('password', 'of-the-meter'),
              ...(at === 'pasword' && { pasword: secret }),
              ...(at === 'pwd' && { more: { pwd: secret } }),
            },
          },
          'smart-contract': {
            module: 'energyweb.smart_contract.origin_v1',
            class_name: 'OriginProducer',
            class_parameters: {
              asset_id: 2,
              wallet_add: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
              wallet_pwd: is(
                'wallet_pwd',
                'ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
              ),
              client_url: 'https://rpc.energyweb.org',
              addresses: { producer: { address: '0x5FbDB2315678afecb367f032d93F642f64180aa3' } },
            },
          },
        },
      ],
    },
    null,
    2,
  )
}

const ourFiles = fc
  .tuple(secrets, fc.constantFrom(...Object.entries(places)))
  .map(([secret, [place, write]]) => ({ place, secret, text: write(secret), format: 'yaml' as const }))
const oldFiles = fc
  .tuple(secrets, fc.constantFrom('password', 'pasword', 'wallet_pwd', 'module', 'pwd'))
  .map(([secret, at]) => ({ place: `old ${at}`, secret, text: old(secret, at), format: 'json' as const }))

/** Cut off, a sign lost, or one put in. */
const breaks = fc.oneof(
  { weight: 2, arbitrary: fc.constant((text: string) => text) },
  {
    weight: 1,
    arbitrary: fc
      .double({ min: 0, max: 1, noNaN: true })
      .map(at => (text: string) => text.slice(0, Math.ceil(at * text.length))),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(2),
        fc.constantFrom('', ...'{}[]:,&*!%|>\'"\t-?@`\n'),
      )
      .map(([at, lost, put]) => (text: string) => {
        const from = Math.floor(at * text.length)
        return text.slice(0, from) + put + text.slice(from + lost)
      }),
  },
)

/** Any eight letters of it in a row. */
function isTold(secret: string, said: string): boolean {
  const word = /^\w+/.exec(secret)?.[0] ?? secret
  for (let at = 0; at + 8 <= word.length; at++) if (said.includes(word.slice(at, at + 8))) return true
  return false
}

/** A line that became a key of the file itself is named: that a key is unknown can't be said without it. */
const isTopKey = (text: string) => /^\W{0,2}Zq[^\n:]*:( |$)/m.test(text)

it('no command tells a secret, however the file is broken and whether it is sealed', {
  timeout: 600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(ourFiles, oldFiles), breaks, fc.boolean(), async (file, broken, isSealed) => {
      const text = broken(file.text)
      fc.pre(!isTopKey(text))
      const ending = file.format === 'json' ? 'json' : 'yml'
      const said = isSealed
        ? await saidOf('a.sealed', await sealText(text, [wrap], { format: file.format }))
        : await saidOf(`a.${ending}`, text)
      if (isTold(file.secret, said)) expect.fail(`${file.place}: ${text}\n${said}`)
    }),
    { numRuns: 40 },
  )
})

it.each(Object.entries(places))('%s is told by no command', { timeout: 60_000 }, async (_, write) => {
  const secret = 'ZqhunterTwo77x'
  expect(isTold(secret, await saidOf('a.yml', write(secret)))).toBe(false)
})

it('what was a secret yesterday and stands in a comment beside the others is not shown, nor what an alias names', async () => {
  const text = `${ours('password: { secret: meter }')}secrets:
  # meter: yesterdays-one
  meter: &m todays-one # was the-one-before
  # and the-last-one
info: { title: *m }
# after-all-of-them
`
  writeFileSync(join(cwd, 'c.sealed'), await sealText(text, [wrap], { format: 'yaml' }))
  const { code, stdout } = await energyweb(['config', 'show', 'c.sealed'], {
    cwd,
    env: { ENERGYWEB_PASSPHRASE: passphrase },
  })
  expect(code).toBe(0)
  expect(stdout).not.toMatch(/-one|after-all/)
  expect(stdout).toContain('meter: "[redacted]"')
  expect(stdout).toContain('title: "[redacted]"')
})

it('an old file that is wrong is not shown, and one that is right is blotted', async () => {
  writeFileSync(
    join(cwd, 'old.json'),
    old('ZqhunterTwo77x', 'password').replace('DataLoggerV2d1d1', 'Nothing'),
  )
  const wrong = await energyweb(['config', 'show', 'old.json'], { cwd })
  expect(wrong).toMatchObject({ code: exitCodes.configuration, stdout: '' })
  expect(wrong.stderr).toContain('It is not shown')
  writeFileSync(join(cwd, 'old.json'), old('ZqhunterTwo77x', 'pasword'))
  const right = await energyweb(['config', 'show', 'old.json'], { cwd })
  expect(right.code).toBe(0)
  expect(right.stdout).toContain('"pasword": "[redacted]"')
})

it('a module that is none of the old package is blotted: a secret may have been pasted there', async () => {
  writeFileSync(join(cwd, 'old.json'), old('ZqhunterTwo77x', 'module'))
  const { code, stdout } = await energyweb(['config', 'show', 'old.json'], { cwd })
  expect(code).toBe(0)
  expect(stdout).toContain('"module": "[redacted]"')
  expect(stdout).toContain('"module": "energyweb.smart_contract.origin_v1"')
})
