import { createPublicKey } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import type { CommandIo } from '../../src/cli/io.ts'
import { Printer } from '../../src/cli/printer.ts'
import { tokenWrap } from '../../src/cli/sealed/given-token.ts'
import { openSealed } from '../../src/config/sealed/open-sealed.ts'
import { commitmentOf } from '../../src/config/sealed/sealed-cipher.ts'
import { parseSealed } from '../../src/config/sealed/sealed-format.ts'
import { energyweb } from '../cli/memory-io.ts'
import { named } from '../storage/machine.ts'
import { noSofthsm, pin, Softhsm, softhsmLibrary } from '../support/softhsm.ts'
import { noSwtpm, Swtpm, tpmLibrary } from '../support/swtpm.ts'

/* A configuration whose key is wrapped by one that lives in a token; OpenSC's client opens it as well. */

const config = `energyweb: 1
assets:
  - { name: roof, role: producer, channel: export, every: 1h, source: { kind: simulator, profile: solar, peak: 5 kW } }
`
const noToken = noSofthsm()
const noTpm = noSwtpm()

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'sealed-token-'))
  writeFileSync(join(cwd, 'energyweb.yml'), config)
  return () => rmSync(cwd, { recursive: true, force: true })
})

const sealedText = () => readFileSync(join(cwd, 'energyweb.sealed'), 'utf8')

function opener() {
  const { header } = parseSealed(sealedText(), 'energyweb.sealed')
  const found = header.openers.find(one => one.kind === 'pkcs11')
  if (found?.kind !== 'pkcs11') throw new Error('no token opens it')
  return { header, found }
}

describe.skipIf(noToken !== undefined)(named('a token opens a configuration (SoftHSM)', noToken), () => {
  let tokens: Softhsm
  beforeAll(() => {
    tokens = new Softhsm()
    tokens.addToken('ew')
    tokens.makeKey('ew', { label: 'seal', type: 'rsa:2048', id: '01' })
    tokens.makeKey('ew', { label: 'evidence', type: 'EC:prime256v1', id: '02' })
  })
  afterAll(() => tokens.remove())

  const run = (words: readonly string[], more: Parameters<typeof energyweb>[1] = {}) =>
    energyweb(words, { cwd, env: { ...tokens.environment, TOKEN_PIN: pin }, ...more })
  const seal = (...words: string[]) =>
    run([
      ...['config', 'seal', '--pkcs11', softhsmLibrary, '--token', 'ew', '--pin-env', 'TOKEN_PIN'],
      ...words,
    ])

  it('is sealed for a key that another client made, and opened wherever a configuration is', async () => {
    expect(await seal('--label', 'seal', '--remove')).toMatchObject({ code: 0, stderr: '' })
    expect((await run(['config', 'show'])).stdout).toContain('kind: simulator')
    expect(await run(['check'])).toMatchObject({ code: 0 })
    const shown = await run(['config', 'show', '--openers'])
    expect(shown.stdout).toContain('opens by: key seal of the token ew, its PIN in the variable TOKEN_PIN')
  })

  it("is opened by OpenSC's client from the description of the format", async () => {
    await seal('--label', 'seal')
    const { header, found } = opener()
    const [wrapped, plain, spki] = ['wrapped', 'plain', 'spki'].map(name => join(cwd, name)) as [
      string,
      string,
      string,
    ]
    writeFileSync(wrapped, found.key)
    tokens.tool(
      'ew',
      ...['--decrypt', '--mechanism', 'RSA-PKCS-OAEP', '--hash-algorithm', 'SHA-1', '--mgf', 'MGF1-SHA1'],
      ...['--id', '01', '--input-file', wrapped, '--output-file', plain],
    )
    expect(found.hash).toBe('sha1')
    expect(commitmentOf(readFileSync(plain), header.salt)).toEqual(header.commitment)
    tokens.tool('ew', '--read-object', '--type', 'pubkey', '--id', '01', '--output-file', spki)
    const key = createPublicKey({ key: readFileSync(spki), format: 'der', type: 'spki' })
    const { createHash } = await import('node:crypto')
    const bytes = key.export({ format: 'der', type: 'spki' })
    expect(createHash('sha256').update(bytes).digest()).toEqual(Buffer.from(found.publicKey))
  })

  it('has its key made in the token, which can never leave it', async () => {
    expect(await seal('--label', 'made', '--generate')).toMatchObject({ code: 0 })
    const objects = tokens.tool('ew', '--list-objects', '--type', 'privkey')
    expect(objects).toMatch(
      /label:\s+made\n.*\n\s+Usage:\s+decrypt.*\n\s+Access:.*, never extractable, local/,
    )
    const { found } = opener()
    expect(found.key).toHaveLength(3_072 / 8)
    expect(found.label).toBe('made')
    // No key is ever replaced.
    const again = await run(['config', 'seal', 'energyweb.sealed', ...pkcs11Words('made'), '--generate'])
    expect(again.stderr).toContain('the token ew has a key made already')
  })

  it('has no key left in it when the sealing fails after that one was made', async () => {
    const list = () => tokens.tool('ew', '--list-objects')
    const before = list()
    // Beside it goes to a TPM that is not there; or the file that was written can't be put in its place.
    const noTpm = { ...tokens.environment, TOKEN_PIN: pin, TPM2TOOLS_TCTI: 'none', PATH: '/nowhere' }
    const beside = [...pkcs11Words('lost'), '--generate', '--to', 'pkcs11', '--to', 'tpm']
    const failed = await run(['config', 'seal', ...beside], { env: noTpm })
    expect(failed.code).not.toBe(0)
    expect(failed.stderr).toContain('The key lost that was made for it was taken out of the token again.')
    expect(list()).toBe(before)
    mkdirSync(join(cwd, 'energyweb.sealed.new'))
    const unplaced = await seal('--label', 'lost', '--generate', '--id', '0abc')
    expect(unplaced.code).not.toBe(0)
    expect(list()).toBe(before)
  })

  it('keeps the key that was there when one is to be made by its name', async () => {
    const list = () => tokens.tool('ew', '--list-objects')
    const before = list()
    const taken = await seal('--label', 'seal', '--generate', '--id', '01')
    expect(taken.stderr).toContain('the token ew has a key seal already')
    expect(list()).toBe(before)
  })

  it('which key stays is told when the token goes away before it can be taken out', async () => {
    const said: string[] = []
    const output = { isTerminal: false, columns: 100, write: async (text: string) => void said.push(text) }
    const env = { ...tokens.environment, TOKEN_PIN: pin }
    const io = { stdout: output, stderr: output, env, cwd, hide: () => undefined } as unknown as CommandIo
    const named = { pkcs11: softhsmLibrary, token: 'ew', serial: undefined, label: 'stays', id: '0def' }
    const given = { ...named, pinEnv: 'TOKEN_PIN', pinFile: undefined, generate: true }
    const { wrap, takeBack } = await tokenWrap(given, {
      io,
      printer: new Printer(io, { json: false }),
      folder: cwd,
    })
    await wrap(new Uint8Array(32))
    tokens.takeAway()
    await takeBack()
    tokens.bringBack()
    expect(said.join('')).toContain('the key stays (id 0def) that was made for it stays in the token ew')
    await takeBack()
    expect(tokens.tool('ew', '--list-objects')).not.toContain('stays')
  })

  const pkcs11Words = (label: string) => [
    ...['--pkcs11', softhsmLibrary, '--token', 'ew', '--pin-env', 'TOKEN_PIN', '--label', label],
  ]

  it('is edited without the plain text ever leaving memory', async () => {
    await seal('--label', 'seal', '--remove')
    const editor = join(cwd, 'editor')
    writeFileSync(editor, '#!/bin/sh\nsed -i s/1h/2h/ "$1"\n', { mode: 0o700 })
    const env = { ...process.env, ...tokens.environment, TOKEN_PIN: pin, EDITOR: editor, VISUAL: '' }
    const before = opener().found
    expect(await run(['config', 'edit'], { env })).toMatchObject({ code: 0 })
    expect(opener().found).toEqual(before)
    expect((await run(['config', 'show'])).stdout).toContain('every: 2h')
  })

  it('asks for the PIN where a person sits, and takes it from ENERGYWEB_TOKEN_PIN', async () => {
    const words = ['config', 'seal', '--pkcs11', softhsmLibrary, '--token', 'ew', '--label', 'seal']
    expect(await run(words, { typed: [pin] })).toMatchObject({ code: 0 })
    const typed = await run(['config', 'show'], { typed: [pin] })
    expect(typed).toMatchObject({ code: 0, stderr: expect.stringContaining('PIN of the token ew: ') })
    const env = { ...tokens.environment, ENERGYWEB_TOKEN_PIN: pin }
    expect(await run(['config', 'show'], { env })).toMatchObject({ code: 0, stderr: '' })
    const nobody = await run(['config', 'show'], { env: tokens.environment })
    expect(nobody.code).toBe(exitCodes.configuration)
    expect(nobody.stderr).toContain('nobody is there to ask for the PIN of the token ew')
  })

  it('that is away opens nothing, and what is there in its place does not either', async () => {
    await seal('--label', 'seal')
    tokens.takeAway()
    try {
      const away = await run(['check'])
      expect(away).toMatchObject({ code: exitCodes.unavailable, stdout: '' })
      expect(away.stderr).toMatch(/its key seal of the token ew, .*\nhint: Is the token there/)
    } finally {
      tokens.bringBack()
    }
    const other = new Softhsm()
    other.addToken('ew')
    other.makeKey('ew', { label: 'seal', type: 'rsa:2048', id: '01' })
    const env = { ...other.environment, TOKEN_PIN: pin }
    const refused = await run(['check'], { env })
    other.remove()
    expect(refused).toMatchObject({ code: exitCodes.configuration, stdout: '' })
    expect(refused.stderr).toContain('is another than the one that it was encrypted for')
  })

  it('a wrong PIN is tried once and not repeated', async () => {
    await seal('--label', 'seal')
    const wrong = await run(['check'], { env: { ...tokens.environment, TOKEN_PIN: '99887766' } })
    expect(wrong.code).toBe(exitCodes.configuration)
    expect(wrong.stderr).toContain('the PIN is wrong')
    expect(`${wrong.stderr}${wrong.stdout}`).not.toContain('99887766')
    // SoftHSM counts: one was tried.
    expect(tokens.slots()).toContain('user PIN count low')
    expect(await run(['check'])).toMatchObject({ code: 0 })
  })

  it('is refused for a key of a curve, for no key, and for one whose name is not said', async () => {
    expect((await seal('--label', 'evidence')).stderr).toContain('is none of RSA')
    expect((await seal('--label', 'nothing')).stderr).toContain('has no private key nothing')
    expect((await seal()).stderr).toContain('which key of the token is meant is not said')
    expect((await seal('--generate')).stderr).toContain('a key that is made needs a label')
    expect((await seal('--to', 'pkcs11', '--to', 'pkcs11', '--label', 'seal')).stderr).toContain(
      'one token can open a file',
    )
    expect((await run(['config', 'seal', '--to', 'pkcs11', '--label', 'seal'])).stderr).toContain(
      'a token needs the library of its maker',
    )
  })

  it('loads no library that came along with the file, or that others can change', async () => {
    const beside = join(cwd, 'libsofthsm2.so')
    copyFileSync(softhsmLibrary, beside)
    const words = [
      '--pkcs11',
      './libsofthsm2.so',
      '--token',
      'ew',
      '--label',
      'seal',
      '--pin-env',
      'TOKEN_PIN',
    ]
    const refused = await run(['config', 'seal', ...words])
    expect(refused).toMatchObject({ code: exitCodes.configuration })
    expect(refused.stderr).toMatch(/libsofthsm2\.so is not loaded: (others can write|it lies in)/)
    await seal('--label', 'seal')
    const [first, second = '', ...rest] = sealedText().split('\n')
    const moved = [first, second.replace(softhsmLibrary, beside), ...rest].join('\n')
    const environment = { ...tokens.environment, TOKEN_PIN: pin }
    await expect(openSealed(moved, join(cwd, 'energyweb.sealed'), { environment })).rejects.toThrow(
      /is not loaded: /,
    )
  })

  it('beside a passphrase each of the two is enough', async () => {
    mkdirSync(join(cwd, 'x'))
    const env = { ...tokens.environment, TOKEN_PIN: pin, PASS: 'tulip harbour nine clocks' }
    const words = ['config', 'seal', ...pkcs11Words('seal'), '--to', 'passphrase', '--passphrase-env', 'PASS']
    expect(await run(words, { env })).toMatchObject({ code: 0 })
    expect(await run(['check'], { env: { ...tokens.environment, TOKEN_PIN: pin } })).toMatchObject({
      code: 0,
    })
    expect(await run(['check'], { env: { PASS: 'tulip harbour nine clocks' } })).toMatchObject({ code: 0 })
  })
})

describe.skipIf(noTpm !== undefined)(named('a TPM as a token (swtpm, tpm2-pkcs11)', noTpm), () => {
  let tpm: Swtpm
  beforeAll(async () => {
    tpm = await Swtpm.start('ewtpm')
  })
  afterAll(() => tpm.remove())

  it('makes the key in itself and opens with SHA-256; unplugged it opens nothing', async () => {
    const env = { ...tpm.environment, TPM_PIN: tpm.pin }
    const where = [
      '--pkcs11',
      tpmLibrary ?? '',
      '--token',
      'ewtpm',
      '--label',
      'seal',
      '--pin-env',
      'TPM_PIN',
    ]
    const sealed = await energyweb(['config', 'seal', ...where, '--generate', '--remove'], { cwd, env })
    expect(sealed).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^There is no copy of this key.*\n$/),
    })
    expect(opener().found).toMatchObject({ hash: 'sha256' })
    expect(await energyweb(['check'], { cwd, env })).toMatchObject({ code: 0 })
    tpm.unplug()
    const away = await energyweb(['check'], { cwd, env })
    expect(away).toMatchObject({ code: exitCodes.unavailable, stdout: '' })
    tpm.plugIn()
    expect(await energyweb(['check'], { cwd, env })).toMatchObject({ code: 0 })
  })
})
