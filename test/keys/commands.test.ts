import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { named } from '../storage/machine.ts'
import { Registries } from '../support/registries.ts'
import { noSofthsm, pin, Softhsm, softhsmLibrary } from '../support/softhsm.ts'

/* The commands as a person types them, one after the other on one token. */

const reason = noSofthsm()
const bin = fileURLToPath(new URL('../../bin/energyweb.js', import.meta.url))

describe.skipIf(reason !== undefined)(named('commands about keys in a token', reason), () => {
  let tokens: Softhsm
  let folder = ''
  let anvil: Anvil

  beforeAll(async () => {
    tokens = new Softhsm()
    tokens.addToken('ew')
    folder = mkdtempSync(join(tmpdir(), 'energyweb-token-commands-'))
    writeFileSync(join(folder, 'token.pin'), `${pin}\n`, { mode: 0o600 })
    writeFileSync(join(folder, 'empty.pin'), '\n', { mode: 0o600 })
    anvil = await startAnvil()
  })
  afterAll(async () => {
    await anvil?.stop()
    tokens.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  function energyweb(words: string): Promise<{ code: number; stdout: string; stderr: string }> {
    const env = { ...process.env, ...tokens.environment, ENERGYWEB_SOURCE: '1' }
    return new Promise(resolve => {
      execFile(
        process.execPath,
        [bin, ...words.split(' ')],
        { cwd: folder, env },
        (error, stdout, stderr) => {
          resolve({
            code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1,
            stdout,
            stderr,
          })
        },
      )
    })
  }
  const there = `--pkcs11 ${softhsmLibrary} --token ew --pin-file token.pin`
  const keyOf = (label: string) =>
    `{ pkcs11: ${softhsmLibrary}, token: ew, label: ${label}, pin: { file: ./token.pin } }`

  test('make keys, show them, and have the token vouch for them', { timeout: 120_000 }, async () => {
    const made = await energyweb(`keys new ${there} --label meter --json`)
    expect(made).toMatchObject({ code: 0, stderr: '' })
    const meter = JSON.parse(made.stdout)
    expect(meter).toMatchObject({
      label: 'meter',
      algorithm: 'secp256k1',
      address: expect.stringMatching(/^0x/),
    })
    // Another client finds what was made.
    expect(tokens.tool('ew', '--list-objects', '--type', 'privkey')).toMatch(
      /label: +meter[\s\S]*Access: +sensitive, always sensitive, never extractable, local/,
    )
    expect(await energyweb(`keys new ${there} --label meter`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the token ew has a key meter already'),
    })
    const log = await energyweb(`keys new ${there} --label log --log --origin keys.invalid/roof`)
    expect(log.stdout).toMatch(/verifier key +keys\.invalid\/roof\+[0-9a-f]{8}\+/)
    expect(
      (await energyweb(`keys new ${there} --label evidence --evidence --origin keys.invalid/roof`)).stdout,
    ).toMatch(/verifier key +keys\.invalid\/roof\+[0-9a-f]{8}\+Aj/)

    const shown = await energyweb(`keys show ${there} --json`)
    const all = shown.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(all.map(({ label }) => label).sort()).toEqual(['evidence', 'log', 'meter'])
    expect(all.find(({ label }) => label === 'meter')).toEqual(meter)

    const tokensThere = await energyweb(`keys show --pkcs11 ${softhsmLibrary}`)
    expect(tokensThere).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ew +SoftHSM project/m) })

    const attested = await energyweb(`keys attest ${there} --label meter`)
    expect(attested).toMatchObject({ code: 0, stdout: expect.stringContaining('never left it') })
    tokens.tool(
      'ew',
      '--keypairgen',
      '--key-type',
      'EC:secp256k1',
      '--label',
      'loose',
      '--id',
      '0b',
      '--extractable',
    )
    const loose = await energyweb(`keys attest ${there} --label loose`)
    expect(loose).toMatchObject({ code: 1, stdout: expect.stringMatching(/stays in the token +NO/) })
  })

  test('say what is there when a name is wrong', { timeout: 120_000 }, async () => {
    for (const [words, code, said] of [
      [`keys attest --pkcs11 ${softhsmLibrary} --label x`, 2, /There is ew \(SoftHSM project/],
      [`keys show --pkcs11 ${softhsmLibrary} --token no --pin-file token.pin`, 4, /There is ew \(serial/],
      [`keys show ${there} --label roof`, 2, /It has evidence \(id .*meter \(id /],
      ['keys show --pkcs11 /etc/hostname --token ew --pin-file token.pin', 1, /is no PKCS#11 library/],
      ['keys show', 2, /a key is in a file or in a token/],
      [`keys new key.json ${there} --label x`, 2, /a key is made in a file or in a token/],
      [`keys new ${there} --label x --type rsa`, 2, /secp256k1, p256, ed25519/],
      [`keys new ${there} --label x --log --type p256`, 2, /ed25519, not p256/],
      [`keys new ${there}`, 2, /needs a label/],
      [`keys show ${there.replace('token.pin', 'empty.pin')}`, 3, /the first line of .*empty\.pin is empty/],
    ] as const) {
      const { code: ended, stderr } = await energyweb(words)
      expect({ words, ended, stderr }).toEqual({ words, ended: code, stderr: expect.stringMatching(said) })
    }
  })

  test('check and doctor open the token, and a registry is asked whether it knows the account', {
    timeout: 240_000,
  }, async () => {
    const registries = await Registries.deploy(anvil)
    const meter = JSON.parse((await energyweb(`keys show ${there} --label meter --json`)).stdout)
    await registries.register('consumer', meter.address)
    await registries.register('consumer', anvil.accounts[3]?.address ?? '')
    const write = (id: number, more = '') =>
      writeFileSync(
        join(folder, 'energyweb.yml'),
        `energyweb: 1
log: { key: log, origin: keys.invalid/roof }
keys: { log: ${keyOf('log')}, meter: ${keyOf('meter')}${more} }
networks: { local: { preset: local, rpc: ['${anvil.url}'] } }
ledgers: { origin: { kind: origin-a, network: local, consuming: '${registries.address('consumer')}' } }
assets:
  - name: house
    role: consumer
    channel: import
    every: 1m
    source: { kind: simulator, profile: load, peak: 5 kW }
    report: [{ ledger: origin, assetId: ${id}, key: meter }]
`,
      )
    write(0)
    const good = await energyweb('check --live')
    expect(good.stdout).toContain(meter.address)
    expect(good.stdout).toMatch(/^key log +token +ok +keys\.invalid\/roof\+[0-9a-f]{8}\+/m)
    expect(good).toMatchObject({ code: 0 })
    const doctor = await energyweb('doctor')
    expect(doctor.stdout).toMatch(
      /key meter opens in the token ew \(SoftHSM project SoftHSM v2, serial \w+\)/,
    )
    expect(doctor.stdout).toMatch(/key log opens in the token ew/)

    write(1)
    const other = await energyweb('check --live')
    expect(other.code).not.toBe(0)
    expect(other.stdout + other.stderr).toMatch(/takes readings from 0x\w+ only/)

    write(0, `, half: { pkcs11: ${softhsmLibrary}, label: x, pin: { file: ./token.pin } }`)
    const half = await energyweb('check')
    expect(half.code).toBe(3)
    expect(half.stdout + half.stderr).toContain('needs `token` or `serial`')

    write(0)
    tokens.takeAway()
    try {
      expect((await energyweb('doctor')).stdout).toMatch(/key meter can't be used/)
      const live = await energyweb('check --live')
      expect(live).toMatchObject({
        code: 4,
        stdout: expect.stringMatching(/^key log +token +FAIL +key-unav/m),
      })
    } finally {
      tokens.bringBack()
    }
  })
})
