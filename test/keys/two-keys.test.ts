import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newKeystore, verifierKey, writeKeystore } from '../../src/keys/index.ts'
import { checkpointsIn, filesWith, opensslVerifies } from '../e2e-keys/checkpoints.ts'
import { KeysGateway, until } from '../e2e-keys/gateway.ts'
import { named } from '../storage/machine.ts'
import { noSwtpm, Swtpm, tpmLibrary } from '../support/swtpm.ts'

/* A gateway whose evidence key lives in a TPM that nobody here wrote; `npm run e2e:keys` has the long form, with a chain. */

const reason = noSwtpm()
const origin = 'gateway.example.org/two-keys'
const password = 'seven lamps under water'

/** Readings in the log without a signature of their own. */
function unsignedReadings(data: string): number {
  const database = new DatabaseSync(join(data, 'log.db'), { readOnly: true })
  try {
    const row = database
      .prepare(
        "SELECT count(*) AS count FROM entries WHERE kind = 'reading' AND id NOT IN (SELECT entry FROM entry_signatures)",
      )
      .get()
    return Number(row?.count)
  } finally {
    database.close()
  }
}

describe.skipIf(reason !== undefined)(named('an evidence key in a TPM', reason), () => {
  let folder: string
  let tpm: Swtpm
  let gateway: KeysGateway | undefined

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'energyweb-two-keys-'))
    tpm = await Swtpm.start('ewtpm')
    tpm.makeKey('ewtpm', 'evidence')
  })
  afterEach(async () => {
    await gateway?.stop()
    tpm.remove()
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  })

  test('signs checkpoints and readings; pulled out, all goes on without it; plugged in, it signs what waited', {
    timeout: 180_000,
  }, async () => {
    const log = await newKeystore({ algorithm: 'ed25519', password })
    await writeKeystore(join(folder, 'log.json'), log.text)
    const spki = tpm.publicKey('ewtpm', 'evidence')
    const evidenceKey = verifierKey(origin, spki.subarray(-65), 'evidence')
    const keyId = evidenceKey.split('+')[1] ?? ''
    gateway = new KeysGateway(folder, {
      config: `energyweb: 1
info: { title: Two keys }
data: ./data
keys:
  log: { keystore: ./log.json, password: { env: LOG_PASSWORD } }
  evidence: { pkcs11: ${tpmLibrary}, token: ewtpm, label: evidence, pin: { env: TPM_PIN } }
log: { key: log, evidence: { key: evidence, readings: true }, origin: ${origin}, checkpoint: 1s }
assets:
  - { name: roof, role: producer, capacity: 10 kW, every: 1s, channel: export, source: { kind: simulator, profile: solar, peak: 10 kW } }
`,
      environment: { ...tpm.environment, TPM_PIN: tpm.pin, LOG_PASSWORD: password },
    })
    const running = gateway
    running.start()
    const data = join(folder, 'data')
    const all = () => checkpointsIn(data)
    const signed = () => all().filter(({ keyIds }) => keyIds.includes(keyId))
    const evidence = async () => (await running.status())?.evidenceKey
    expect(await until(async () => (await running.status()) !== undefined, { seconds: 60 })).toBe(true)
    expect(await until(() => signed().length >= 2, { seconds: 60 })).toBe(true)
    expect(await evidence()).toMatchObject({ name: 'evidence', key: evidenceKey, awaySince: null })

    tpm.unplug()
    const before = all().length
    expect(await until(() => all().length >= before + 3, { seconds: 30 })).toBe(true)
    expect(await until(async () => (await evidence())?.awaySince !== null, { seconds: 30 })).toBe(true)
    expect(await until(async () => ((await evidence())?.readings?.waiting ?? 0) > 3, { seconds: 60 })).toBe(
      true,
    )
    const waiting = all().filter(({ keyIds }) => !keyIds.includes(keyId))
    expect(waiting.length).toBeGreaterThan(0)

    tpm.plugIn()
    const isSigned = (size: number) => signed().some(one => one.size === size)
    expect(await until(() => waiting.every(({ size }) => isSigned(size)), { seconds: 90 })).toBe(true)
    expect(await until(async () => (await evidence())?.awaySince === null, { seconds: 30 })).toBe(true)
    // Readings that came while it was away have their signatures, too.
    expect(await until(() => unsignedReadings(data) < 3, { seconds: 60 })).toBe(true)
    expect((await evidence())?.readings?.signed).toBeGreaterThan(3)
    const [newest] = signed().slice(-1)
    if (newest === undefined) throw new Error('nothing is signed')
    expect(opensslVerifies(newest, { publicKey: spki, keyId, folder })).toBe(true)
    const bent = { ...newest, text: newest.text.replace(/\n\d+\n/, '\n1\n') }
    expect(opensslVerifies(bent, { publicKey: spki, keyId, folder })).toBe(false)
    expect(await running.stop()).toBe(0)
    expect(filesWith([tpm.pin, password], folder)).toEqual([])
    expect(running.text).not.toContain(tpm.pin)
  })
})
