import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newKeystore } from '../../src/keys/index.ts'
import { readCheckpoint } from '../../src/proof/checkpoint.ts'
import { verifyCosignatures } from '../../src/proof/cosignature.ts'
import { addSignatures, parseSignature } from '../../src/proof/signed-note.ts'
import { cosignerKeyOf, formatVerifierKey } from '../../src/proof/verifier-key.ts'
import { readWitnessFolder, witnessFaultPoints } from '../../src/storage/index.ts'
import { logKey, noteOf, requestOf, witnessName } from '../support/witnessed-log.ts'
import { freePort, type Running, start } from './processes.ts'

/*
 * A witness that is ended with SIGKILL at each step of a cosignature, and at any moment while it works, never goes back
 * behind a cosignature that somebody has, and never cosigns two forks.
 */

const password = 'correct horse battery staple'
let cwd: string
let url: string
let port: number
let running: Running | undefined

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'witness-crash-'))
  port = await freePort()
  url = `http://127.0.0.1:${port}/add-checkpoint`
  const { text, publicKey } = await newKeystore({
    algorithm: 'ed25519',
    password,
    cost: { n: 1024, r: 8, p: 1 },
  })
  await writeFile(join(cwd, 'key.json'), text, { mode: 0o600 })
  key = cosignerKeyOf(witnessName, publicKey)
})

afterAll(async () => {
  await running?.stop('SIGKILL')
  await rm(cwd, { recursive: true, maxRetries: 3 })
})

let key: ReturnType<typeof cosignerKeyOf>

async function serve(env: Readonly<Record<string, string>> = {}): Promise<Running> {
  const words = ['witness', 'serve', '--key', 'key.json', '--name', witnessName, '--data', 'state']
  const where = ['--log', formatVerifierKey(logKey), '--listen', `127.0.0.1:${port}`, '--password-env', 'PW']
  running = start([...words, ...where], { cwd, env: { PW: password, ...env } })
  const { said } = running
  await expect.poll(said, { timeout: 20_000, interval: 50 }).toContain('the witness listens')
  return running
}

/** Undefined when the witness died of it. */
async function ask(tree: Parameters<typeof requestOf>[0]) {
  try {
    const response = await fetch(url, { method: 'POST', body: await requestOf(tree) })
    return { status: response.status, body: await response.text() }
  } catch {
    return undefined
  }
}

async function sizeKept(): Promise<number> {
  const [log] = await readWitnessFolder(join(cwd, 'state'))
  if (log?.checkpoint === undefined) return 0
  expect(verifyCosignatures(log.checkpoint, [key])).toHaveLength(1)
  return readCheckpoint(log.checkpoint).size
}

test('ended at each step it has the old state or the new one, and goes on from it', {
  timeout: 120_000,
}, async () => {
  let size = 2
  const first = await serve()
  expect((await ask({ size }))?.status).toBe(200)
  await first.stop('SIGKILL')
  for (const point of witnessFaultPoints) {
    const witness = await serve({ ENERGYWEB_FAULT: point })
    expect(await ask({ size: size + 3, old: size })).toBeUndefined()
    expect(await witness.ended).toBe('SIGKILL')
    const kept = await sizeKept()
    expect(kept).toBe(point === 'storage/witness-file-kept' ? size + 3 : size)
    const again = await serve()
    // The log, which has no answer, asks again; a fork never gets what the log did not get.
    expect((await ask({ size: kept + 4, old: kept, other: 5 }))?.status).toBe(422)
    expect((await ask({ size: kept, old: kept }))?.status).toBe(200)
    size = kept + 1
    expect((await ask({ size, old: kept }))?.status).toBe(200)
    await again.stop('SIGKILL')
  }
})

test('ended at any moment it never goes back behind a cosignature that somebody has', {
  timeout: 120_000,
}, async () => {
  await rm(join(cwd, 'state'), { recursive: true, force: true })
  let known = 0
  for (let round = 0; round < 6; round++) {
    const witness = await serve()
    setTimeout(() => witness.child.kill('SIGKILL'), 150 + 70 * round)
    let old = await sizeKept()
    expect(old).toBeGreaterThanOrEqual(known)
    for (;;) {
      const answer = await ask({ size: old + 1, old })
      if (answer === undefined) break
      expect(answer.status).toBe(200)
      const note = await noteOf({ size: old + 1 })
      const signed = addSignatures(note, [parseSignature(answer.body.trimEnd())])
      expect(verifyCosignatures(signed, [key])).toHaveLength(1)
      old += 1
      known = old
    }
    expect(await witness.ended).toBe('SIGKILL')
    const kept = await sizeKept()
    expect([known, known + 1]).toContain(kept)
  }
  expect(known).toBeGreaterThan(0)
})
