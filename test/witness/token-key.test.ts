import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openTokenKey } from '../../src/keys/index.ts'
import { readCheckpoint } from '../../src/proof/checkpoint.ts'
import { verifyCosignatures } from '../../src/proof/cosignature.ts'
import { addSignatures, parseSignature } from '../../src/proof/signed-note.ts'
import { cosignerKeyOf, formatVerifierKey } from '../../src/proof/verifier-key.ts'
import { named } from '../storage/machine.ts'
import { noSofthsm, pin, Softhsm, softhsmLibrary } from '../support/softhsm.ts'
import { logKey, noteOf, requestOf, witnessName } from '../support/witnessed-log.ts'
import { freePort, type Running, start } from './processes.ts'

/* A witness as a person starts it, whose key lives in a token. */

const reason = noSofthsm()

describe.skipIf(reason !== undefined)(named('a witness whose key is in a token', reason), () => {
  let cwd: string
  let tokens: Softhsm
  let running: Running | undefined

  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'witness-token-'))
    tokens = new Softhsm()
    tokens.addToken('ew')
    tokens.makeKey('ew', { label: 'witness', type: 'EC:edwards25519' })
    tokens.makeKey('ew', { label: 'meter', type: 'EC:secp256k1', id: '02' })
    await writeFile(join(cwd, 'token.pin'), `${pin}\n`, { mode: 0o600 })
  })
  afterEach(async () => {
    await running?.stop('SIGKILL')
    tokens.remove()
    await rm(cwd, { recursive: true, maxRetries: 3 })
  })

  const serve = (port: number, ...more: string[]) => {
    const words = ['witness', 'serve', '--name', witnessName, '--data', 'state', ...more]
    const where = ['--log', formatVerifierKey(logKey), '--listen', `127.0.0.1:${port}`]
    return start([...words, ...where], { cwd, env: tokens.environment })
  }
  const inToken = ['--pkcs11', softhsmLibrary, '--token', 'ew', '--pin-file', 'token.pin']

  test('cosigns, answers 503 while the token is away, and cosigns again when it is back', {
    timeout: 120_000,
  }, async () => {
    const place = { library: softhsmLibrary, token: 'ew', pin, environment: tokens.environment }
    const opened = await openTokenKey({ ...place, key: { label: 'witness' }, expect: 'ed25519' })
    opened.close()
    const key = cosignerKeyOf(witnessName, opened.publicKey)
    const port = await freePort()
    running = serve(port, ...inToken, '--label', 'witness')
    const { said } = running
    const slow = { timeout: 40_000, interval: 100 }
    await expect.poll(said, slow).toContain('the witness listens')
    const ask = async (tree: Parameters<typeof requestOf>[0]) => {
      const body = await requestOf(tree)
      return fetch(`http://127.0.0.1:${port}/add-checkpoint`, { method: 'POST', body })
    }
    const first = await ask({ size: 3 })
    expect(first.status).toBe(200)
    const note = await noteOf({ size: 3 })
    const whole = addSignatures(note, [parseSignature((await first.text()).trimEnd())])
    expect(verifyCosignatures(whole, [key])).toHaveLength(1)
    expect(readCheckpoint(whole).size).toBe(3)

    tokens.takeAway()
    // Nobody asks for anything: it is told all the same.
    await expect.poll(said, slow).toContain('the key witness is away')
    expect((await ask({ size: 5, old: 3 })).status).toBe(503)
    tokens.bringBack()
    await expect.poll(said, slow).toContain('the key witness is back')
    expect((await ask({ size: 5, old: 3 })).status).toBe(200)
    expect(await running.stop()).toBe(0)
  })

  test('says what is wrong with the key that is named', { timeout: 60_000 }, async () => {
    for (const [more, words] of [
      [[], /the key of a witness is in a file or in a token/],
      [['--key', 'a.json', ...inToken], /the key of a witness is in a file or in a token/],
      [inToken, /which of the token's keys is meant is not said/],
      [[...inToken, '--label', 'meter'], /the key meter of the token ew is of secp256k1, not of ed25519/],
    ] as const) {
      const refused = serve(0, ...more)
      expect(await refused.ended).not.toBe(0)
      expect(refused.said()).toMatch(words)
    }
  })
})
