import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/check-config.ts'
import { openConfiguredTokenKey } from '../../src/config/open-token-key.ts'
import { passphraseOpener, wrapByPassphrase } from '../../src/config/sealed/passphrase-opener.ts'
import { environmentOf } from '../../src/config/secrets.ts'
import { named } from '../storage/machine.ts'
import { noSofthsm, pin, Softhsm, softhsmLibrary } from '../support/softhsm.ts'

const reason = noSofthsm()

/** The environments of processes that this one has started to hold a library. */
function environmentsOfChildren(): readonly string[] {
  return readdirSync('/proc').flatMap(name => {
    try {
      const parent = /\) \S (\d+) /.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]
      const isHolder = readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('token-child')
      if (Number(parent) !== process.pid || !isHolder) return []
      return [readFileSync(`/proc/${name}/environ`, 'utf8')]
    } catch {
      // No process, or one that is gone.
      return []
    }
  })
}

describe.skipIf(reason !== undefined)(named('the library of a token', reason), () => {
  let tokens: Softhsm
  let folder: string
  beforeAll(() => {
    tokens = new Softhsm()
    tokens.addToken('ew')
    tokens.makeKey('ew', { label: 'meter', type: 'EC:secp256k1' })
    folder = mkdtempSync(join(tmpdir(), 'energyweb-environment-'))
  })
  afterAll(() => {
    tokens.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  test('sees no secret of a sealed configuration, and nothing that opens one', async () => {
    const text = `energyweb: 1
keys:
  meter: { pkcs11: ${softhsmLibrary}, token: ew, label: meter, pin: { secret: pin } }
assets:
  - name: roof
    role: producer
    channel: export
    every: 1h
    source: { kind: eumel-v2, url: https://roof.example.org, auth: { user: admin, password: { env: METER } } }
secrets: { pin: '${pin}', other: of-a-pinning-service }
`
    const given = {
      ...tokens.environment,
      METER: 'of-the-meter',
      ENERGYWEB_PASSPHRASE: 'of-the-file',
      GATEWAY_PASSPHRASE: 'tulip harbour nine clocks',
    }
    const cost = { n: 2 ** 14, r: 8, p: 1 }
    const from = { env: 'GATEWAY_PASSPHRASE' }
    const wrapped = await wrapByPassphrase(new Uint8Array(32), given.GATEWAY_PASSPHRASE, { from, cost })
    await passphraseOpener.unwrap(wrapped, {
      folder,
      environment: { GATEWAY_PASSPHRASE: given.GATEWAY_PASSPHRASE },
    })
    const path = join(folder, 'energyweb.sealed')
    const { config } = await loadConfig(path, { text, environment: given, isSealed: true })
    const key = config.keys?.meter
    if (key === undefined || !('pkcs11' in key)) throw new Error('there is no such key')
    // As the gateway has it: with the secrets of the sealed file beside the variables.
    const environment = environmentOf(config, given)
    const opened = await openConfiguredTokenKey(key, { config, environment, expect: 'secp256k1' })
    const [seen = '', ...more] = environmentsOfChildren()
    opened.close()
    expect(more).toEqual([])
    expect(seen).toContain('SOFTHSM2_CONF')
    const values = seen.split('\0').map(variable => variable.slice(variable.indexOf('=') + 1))
    for (const secret of [
      pin,
      'of-a-pinning-service',
      'of-the-meter',
      'of-the-file',
      given.GATEWAY_PASSPHRASE,
    ])
      expect(values).not.toContain(secret)
  })
})
