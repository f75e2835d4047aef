import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { energyweb } from '../../../test/cli/memory-io.ts'
import { exitCodes } from '../exit-codes.ts'

let cwd: string
const passphrase = 'tulip harbour nine clocks'
const env = { ENERGYWEB_PASSPHRASE: passphrase }
const config = `energyweb: 1 # the first
data: ./data
keys:
  meter: { env: METER_KEY } # an account
assets:
  - name: roof
    role: producer
    channel: export
    every: 1h
    source: { kind: eumel-v2, url: https://roof.example.org, auth: { user: admin, password: { file: ./eumel.password } } }
`
const outside = { METER_KEY: `${'0'.repeat(63)}1`, ...env }

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'sealed-cli-'))
  await writeFile(join(cwd, 'energyweb.yml'), config)
  await writeFile(join(cwd, 'eumel.password'), 'of-the-meter-7\n', { mode: 0o600 })
})
afterEach(() => rm(cwd, { recursive: true }))

const seal = ['config', 'seal', '--to', 'passphrase', '--passphrase-env', 'ENERGYWEB_PASSPHRASE']
const run = (words: readonly string[], environment: Record<string, string> = env) =>
  energyweb(words, { cwd, env: environment })

it('a configuration is sealed with its secrets, checked like a plain one, and nothing plain is left', async () => {
  const sealed = await run([...seal, '--take-secrets', '--remove'], outside)
  expect(sealed.stderr).toBe('')
  expect(sealed).toMatchObject({ code: 0 })
  expect(sealed.stdout).toContain('wrote energyweb.sealed, and opened it again')
  expect(sealed.stdout).toContain('took in: METER_KEY, eumel-password')
  expect(sealed.stdout).toContain('deleted: energyweb.yml, eumel.password')
  expect(sealed.stdout).toContain('flash card')
  expect(await readdir(cwd)).toEqual(['energyweb.sealed'])
  expect((await stat(join(cwd, 'energyweb.sealed'))).mode & 0o777).toBe(0o600)
  const checked = await run(['check', '--json'])
  expect(checked).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(checked.stdout)).toMatchObject({ errors: [], file: join(cwd, 'energyweb.sealed') })
})

it('is shown with its secrets blotted out, and with them only when asked', async () => {
  await run([...seal, '--take-secrets'], outside)
  const { stdout } = await run(['config', 'show'])
  expect(stdout).toContain('energyweb: 1 # the first')
  expect(stdout).toContain('meter: { secret: METER_KEY }')
  expect(stdout).toContain('password: { secret: eumel-password }')
  expect(stdout).toContain('eumel-password: "[redacted]"')
  expect(stdout).not.toContain('of-the-meter-7')
  expect((await run(['config', 'show', '--secrets'])).stdout).toContain('eumel-password: of-the-meter-7')
})

it('tells what opens it without opening it', async () => {
  await run(seal, outside)
  const { code, stdout } = await run(['config', 'show', '--openers', '--json'], {})
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    version: 1,
    openers: [{ kind: 'passphrase', opener: 'passphrase, in the variable ENERGYWEB_PASSPHRASE' }],
  })
})

it('takes the passphrase from the variable in which it is looked for later', async () => {
  const sealed = await run(['config', 'seal', '--to', 'passphrase'], outside)
  expect(sealed).toMatchObject({ code: 0 })
  expect((await run(['config', 'show'])).stdout).toContain('name: roof')
  const unset = await run(
    ['config', 'seal', 'energyweb.yml', '--to', 'passphrase', '--out', 'other.sealed'],
    {
      METER_KEY: outside.METER_KEY,
    },
  )
  expect(unset.stderr).toContain('or set ENERGYWEB_PASSPHRASE')
})

it('opens by a typed passphrase, which is asked for once a command', async () => {
  const typed = [passphrase, passphrase]
  const untold = { METER_KEY: outside.METER_KEY }
  const sealed = await energyweb(['config', 'seal', '--to', 'passphrase'], { cwd, typed, env: untold })
  expect(sealed.code).toBe(0)
  const { code, stderr } = await energyweb(['doctor', '--json'], { cwd, typed: [passphrase], env: {} })
  expect(stderr.match(/passphrase of the configuration/g)).toHaveLength(1)
  expect(code).toBe(exitCodes.failed)
  const wrong = await energyweb(['check'], { cwd, typed: ['tulip'], env: {} })
  expect(wrong.code).toBe(exitCodes.configuration)
  expect(wrong.stderr).toContain(
    "energyweb.sealed can't be opened by its passphrase: the passphrase does not open it",
  )
})

it('counts before a plain file that was left beside it', async () => {
  await run(seal, outside)
  await writeFile(join(cwd, 'energyweb.yml'), 'energyweb: 2\n')
  expect((await run(['check'])).code).toBe(0)
})

it('is sealed anew for another opener, under another key', async () => {
  await run(seal, outside)
  const before = await readFile(join(cwd, 'energyweb.sealed'), 'utf8')
  const other = { ...env, OTHER: 'seven lamps under water' }
  const again = ['config', 'seal', 'energyweb.sealed', '--to', 'passphrase', '--passphrase-env', 'OTHER']
  expect(await run(again, other)).toMatchObject({ code: 0 })
  expect(await readFile(join(cwd, 'energyweb.sealed'), 'utf8')).not.toBe(before)
  expect((await run(['check'])).code).toBe(exitCodes.configuration)
  expect((await run(['check'], { OTHER: other.OTHER })).code).toBe(0)
})

describe('nothing is written', () => {
  it.each([
    ['the configuration is wrong', 'energyweb: 1\n', seal, exitCodes.configuration],
    ['nothing opens it', config, ['config', 'seal'], exitCodes.usage],
    ['the opener is unknown', config, ['config', 'seal', '--to', 'oracle'], exitCodes.usage],
    ['the registers are none', config, ['config', 'seal', '--to', 'tpm:sha256:24'], exitCodes.usage],
    ['it would stand in another folder', config, [...seal, '--out', 'sub/x.sealed'], exitCodes.usage],
    [
      'a secret is missing',
      config.replace('METER_KEY', 'UNSET'),
      [...seal, '--take-secrets'],
      exitCodes.configuration,
    ],
  ])('when %s', async (_why, text, words, code) => {
    await writeFile(join(cwd, 'energyweb.yml'), text)
    expect((await run(words, outside)).code).toBe(code)
    expect((await readdir(cwd)).sort()).toEqual(['energyweb.yml', 'eumel.password'])
  })

  it('over a sealed file that is there', async () => {
    await writeFile(join(cwd, 'energyweb.sealed'), 'mine')
    expect((await run(seal, outside)).code).toBe(exitCodes.usage)
    expect(await readFile(join(cwd, 'energyweb.sealed'), 'utf8')).toBe('mine')
  })
})

describe('secrets in a configuration', () => {
  it.each([
    [
      'a section',
      `${config}secrets: { a: b }\n`,
      ':11:1: secrets: secrets stand in a sealed configuration only',
    ],
    [
      'a reference',
      config.replace('{ env: METER_KEY }', '{ secret: a }'),
      ':4:20: keys.meter.secret: { secret: NAME } stands in a sealed configuration only',
    ],
  ])('that is plain are refused: %s', async (_what, text, message) => {
    await writeFile(join(cwd, 'energyweb.yml'), text)
    const { code, stdout } = await run(['check'])
    expect(code).toBe(exitCodes.configuration)
    expect(stdout).toContain(message)
  })

  it('that a sealed one refers to must be there', async () => {
    const text = `${config.replace('{ env: METER_KEY }', '{ secret: metre }')}secrets: { meter: ${'0'.repeat(63)}1 }\n`
    const { checkConfig } = await import('../../config/check-config.ts')
    const { errors } = await checkConfig(join(cwd, 'energyweb.sealed'), { text, isSealed: true })
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^there is no "metre" under `secrets`.*meter/),
    ])
  })

  it('open the account that they are the key of', async () => {
    await run([...seal, '--take-secrets'], outside)
    const { loadConfig } = await import('../../config/check-config.ts')
    const { configuredAccounts } = await import('../configured-accounts.ts')
    const { config } = await loadConfig(join(cwd, 'energyweb.sealed'), { environment: env })
    const io = { env: {}, hide: () => undefined } as unknown as Parameters<typeof configuredAccounts>[1]
    expect(await configuredAccounts(config, io)).toEqual([
      { key: 'meter', address: '0x7e5f4552091a69125d5dfcb7b8c2659029395bdf' },
    ])
  })
})

it('a plain file under the name of a sealed one is refused', async () => {
  await writeFile(join(cwd, 'energyweb.sealed'), config)
  const { code, stderr } = await run(['check'])
  expect(code).toBe(exitCodes.configuration)
  expect(stderr).toContain('is not sealed, whatever its name says')
})

it('a configuration of the Python applications is sealed as it is, private key and all', async () => {
  const key = 'ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80'
  await writeFile(join(cwd, 'config.json'), JSON.stringify(pythonConfig(key), null, 2))
  expect((await run(['check', 'config.json'])).stdout).toContain('good')
  const words = [...seal, '--remove']
  const sealed = await run([...words.slice(0, 2), 'config.json', ...words.slice(2)])
  expect(sealed).toMatchObject({ code: 0, stderr: '' })
  expect(await readdir(cwd)).not.toContain('config.json')
  expect(await readFile(join(cwd, 'config.sealed'), 'utf8')).not.toContain(key)
  expect((await run(['check', 'config.sealed'])).stdout).toContain('good')
  const shown = (await run(['config', 'show', 'config.sealed'])).stdout
  expect(shown).toContain('"class_name": "DataLoggerV2d1d1"')
  expect(shown).not.toMatch(new RegExp(`${key}|hunter2`))
})

function pythonConfig(wallet_pwd: string): object {
  return {
    producers: [
      {
        name: 'roof',
        'energy-meter': {
          module: 'energyweb.eds.eumel',
          class_name: 'DataLoggerV2d1d1',
          class_parameters: { ip: 'http://192.168.1.20', user: 'admin', password: 'hunter2' },
        },
        'smart-contract': {
          module: 'energyweb.smart_contract.origin_v1',
          class_name: 'OriginProducer',
          class_parameters: {
            asset_id: 2,
            wallet_add: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
            wallet_pwd,
            client_url: 'https://rpc.energyweb.org',
            addresses: { producer: { address: '0x5FbDB2315678afecb367f032d93F642f64180aa3' } },
          },
        },
      },
    ],
  }
}
