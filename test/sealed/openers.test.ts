import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSealed } from '../../src/config/sealed/open-sealed.ts'
import { wrapByPassphrase } from '../../src/config/sealed/passphrase-opener.ts'
import { sealText } from '../../src/config/sealed/seal-text.ts'
import { parseSealed } from '../../src/config/sealed/sealed-format.ts'
import { wrapBySystemd } from '../../src/config/sealed/systemd-opener.ts'
import { wrapByTpm } from '../../src/config/sealed/tpm-opener.ts'
import { missing, named } from '../storage/machine.ts'
import { type SoftwareTpm, startTpm } from './software-tpm.ts'

const text = 'energyweb: 1\nsecrets: { meter: of-the-meter-7 }\n'
const noTpm = missing({ programs: ['swtpm', 'tpm2_unseal'] })
const noSystemd = missing({ programs: ['systemd-creds'], root: true })
const as = { format: 'yaml' } as const

describe.skipIf(noTpm !== undefined)(named('the TPM of a machine (swtpm, tpm2-tools)', noTpm), () => {
  let here: SoftwareTpm
  let elsewhere: SoftwareTpm
  beforeAll(async () => {
    ;[here, elsewhere] = await Promise.all([startTpm(), startTpm()])
  })
  afterAll(() => {
    here.stop()
    elsewhere.stop()
  })
  const sealedHere = (pcrs?: string) =>
    sealText(text, [key => wrapByTpm(key, { environment: here.environment, pcrs })], as)
  const openAt = (sealed: string, tpm: SoftwareTpm) =>
    openSealed(sealed, 'roof.sealed', { environment: tpm.environment })

  it('opens again and again, and leaves nothing behind in the TPM', async () => {
    const sealed = await sealedHere()
    for (let round = 0; round < 3; round++) expect((await openAt(sealed, here)).text).toBe(text)
    for (const what of ['handles-transient', 'handles-loaded-session'])
      expect(execFileSync('tpm2_getcap', [what], { env: here.environment }).toString()).toBe('')
  })

  it('opens nothing on another machine, and says which opener it was', async () => {
    const sealed = await sealedHere()
    await expect(openAt(sealed, elsewhere)).rejects.toMatchObject({
      code: 'config-sealed',
      message: "roof.sealed can't be opened by its TPM: another TPM sealed it, or this one was cleared since",
    })
  })

  it('bound to a state of the machine, opens in that state alone', async () => {
    const sealed = await sealedHere('sha256:7,16')
    expect((await openAt(sealed, here)).text).toBe(text)
    here.extend(16)
    await expect(openAt(sealed, here)).rejects.toMatchObject({
      code: 'config-sealed',
      message: expect.stringContaining(
        'its TPM, in the state of PCR sha256:7,16: the machine is in another state than when it was sealed',
      ),
    })
    // Sealed anew, as after an update, it opens again.
    expect((await openAt(await sealedHere('sha256:7,16'), here)).text).toBe(text)
  })

  it('whose policy is taken off the header is not opened by it', async () => {
    const { header } = parseSealed(await sealedHere('sha256:23'), 'a')
    const { sealAgain } = await import('../../src/config/sealed/seal-text.ts')
    const [opener] = header.openers
    if (opener?.kind !== 'tpm') throw new Error('it is a TPM')
    const { pcrs: _, ...bare } = opener
    const changed = sealAgain(text, { dataKey: new Uint8Array(32), openers: [bare], format: 'yaml' })
    here.extend(23)
    await expect(openAt(changed, here)).rejects.toMatchObject({ code: 'config-sealed' })
  })

  it('that is gone leaves the passphrase', async () => {
    const pass = 'seven lamps under green water'
    const sealed = await sealText(
      text,
      [
        key => wrapByTpm(key, { environment: here.environment }),
        key => wrapByPassphrase(key, pass, { cost: { n: 2 ** 14, r: 8, p: 1 } }),
      ],
      as,
    )
    expect((await openAt(sealed, here)).by).toBe('tpm')
    const environment = { ...elsewhere.environment, ENERGYWEB_PASSPHRASE: pass }
    expect(await openSealed(sealed, 'roof.sealed', { environment })).toMatchObject({ text, by: 'passphrase' })
    const nowhere = { ...process.env, TPM2TOOLS_TCTI: 'swtpm:host=127.0.0.1,port=1' }
    await expect(openSealed(sealed, 'roof.sealed', { environment: nowhere })).rejects.toThrow(
      /roof\.sealed can't be opened\nTPM: .+\npassphrase: nobody is there to ask/,
    )
  })
})

it('a machine without the programs says what is missing', async () => {
  const environment = { PATH: '/nonexistent' }
  await expect(wrapByTpm(new Uint8Array(32), { environment })).rejects.toMatchObject({
    code: 'dependency-missing',
    hint: 'On Debian: apt-get install tpm2-tools.',
  })
})

describe.skipIf(noSystemd !== undefined)(named('credentials of systemd (systemd-creds)', noSystemd), () => {
  const sealed = () => sealText(text, [key => wrapBySystemd(key, { with: 'host' })], as)

  it('open by the key of the machine', async () => {
    expect((await openSealed(await sealed(), 'roof.sealed')).text).toBe(text)
  })

  it('of another machine are refused', async () => {
    const given = await sealed()
    const { header } = parseSealed(given, 'a')
    const [opener] = header.openers
    if (opener?.kind !== 'systemd') throw new Error('it is of systemd')
    // The first 16 bytes say which kind of key; after them everything depends on the machine's.
    const credential = Buffer.from(opener.credential)
    const at = credential.length - 20
    credential.writeUInt8(credential.readUInt8(at) ^ 1, at)
    const { sealAgain } = await import('../../src/config/sealed/seal-text.ts')
    const other = sealAgain(text, {
      dataKey: new Uint8Array(32),
      openers: [{ ...opener, credential }],
      format: 'yaml',
    })
    await expect(openSealed(other, 'roof.sealed')).rejects.toMatchObject({
      code: 'config-sealed',
      message: expect.stringContaining('its systemd credential, with key host: systemd-creds refused'),
    })
  })

  it('that systemd hands to the service are taken as they are', async () => {
    const given = await sealed()
    const [opener] = parseSealed(given, 'a').header.openers
    if (opener?.kind !== 'systemd') throw new Error('it is of systemd')
    const folder = await mkdtemp(join(tmpdir(), 'credentials-'))
    const words = ['decrypt', '--name=energyweb-key', '-', join(folder, 'energyweb-key')]
    execFileSync('systemd-creds', words, { input: opener.credential.toString('base64'), stdio: 'pipe' })
    const environment = { PATH: '/nonexistent', CREDENTIALS_DIRECTORY: folder }
    expect((await openSealed(given, 'roof.sealed', { environment })).text).toBe(text)
    await writeFile(join(folder, 'energyweb-key'), 'too short', { mode: 0o600 })
    await expect(openSealed(given, 'roof.sealed', { environment })).rejects.toThrow(
      'is no key of a configuration',
    )
    await rm(folder, { recursive: true })
  })
})
