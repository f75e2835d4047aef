import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openHttpClient } from '../../src/connections/index.ts'
import { systemClock } from '../../src/core/clock.ts'
import { silentLogger } from '../../src/core/logger.ts'
import { obtainCosignature } from '../../src/gateway/cosign.ts'
import { readCheckpoint } from '../../src/proof/checkpoint.ts'
import { verifyCosignatures } from '../../src/proof/cosignature.ts'
import { formatVerifierKey, parseVerifierKey } from '../../src/proof/verifier-key.ts'
import { type OpenedWitness, openWitness } from '../../src/server/index.ts'
import { type LogStore, openLog } from '../../src/storage/index.ts'
import {
  logKey,
  logName,
  logSigner,
  witnessKey,
  witnessName,
  witnessSigner,
} from '../support/witnessed-log.ts'

/*
 * The wire, against programs that share nothing with ours: Python's standard library with OpenSSL, and Go's own signed notes
 * and trees. Where they are missing the tests skip and say so.
 */

const counterpart = (path: string) => fileURLToPath(new URL(`../counterparts/${path}`, import.meta.url))
const hasOpenssl = [
  ['python3', '--version'],
  ['openssl', 'version'],
].every(([program = '', ...words]) => spawnSync(program, words).status === 0)
const gopath = '/usr/share/gocode'
const hasGo =
  spawnSync('go', ['version']).status === 0 && existsSync(`${gopath}/src/golang.org/x/mod/sumdb/note`)
if (!hasOpenssl) console.warn('SKIPPED: python3 or openssl is missing; see scripts/install-test-tools.sh')
if (!hasGo)
  console.warn('SKIPPED: go or golang-golang-x-mod-dev is missing; see scripts/install-test-tools.sh')

let folder: string
let opened: OpenedWitness[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'witness-counterparts-'))
  opened = []
})

afterEach(async () => {
  await Promise.all(opened.map(one => one.close()))
  await rm(folder, { recursive: true, maxRetries: 3 })
})

async function witnessOf(vkey: string): Promise<OpenedWitness> {
  const witness = await openWitness({
    name: witnessName,
    signer: witnessSigner,
    logs: [parseVerifierKey(vkey)],
    folder: join(folder, 'witness'),
    clock: systemClock,
    log: silentLogger,
    host: '127.0.0.1',
    port: 0,
    prefix: '/w',
  })
  opened.push(witness)
  return witness
}

/** What a program says; it must end well. */
async function say(
  program: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<string[]> {
  const child = spawn(program, words, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const written = { out: '', err: '' }
  child.stdout.on('data', chunk => {
    written.out += chunk
  })
  child.stderr.on('data', chunk => {
    written.err += chunk
  })
  const [code] = await once(child, 'close')
  expect({ code, err: written.err }).toEqual({ code: 0, err: '' })
  return written.out.trim().split('\n')
}

describe.skipIf(!hasOpenssl)('Python and OpenSSL', () => {
  test('get cosignatures that OpenSSL verifies, and are refused as the protocol says', {
    timeout: 90_000,
  }, async () => {
    const program = counterpart('witness-openssl/client.py')
    const [vkey = ''] = await say('python3', [program, folder, 'key', 'python.example.org/log'])
    const { url } = await witnessOf(vkey)
    const ask = async (...words: (string | number)[]) =>
      (
        await say('python3', [
          program,
          folder,
          'ask',
          url,
          formatVerifierKey(witnessKey),
          ...words.map(String),
        ])
      )[0]
    const good = '200 76 known verified'
    expect(await ask(3, 0)).toBe(good)
    expect(await ask(8, 3)).toBe(good)
    expect(await ask(8, 8)).toBe(good)
    expect(await ask(300, 8)).toBe(good)
    expect(await ask(301, 8)).toBe('409 text/x.tlog.size 300')
    expect(await ask(299, 300)).toMatch(/^400 /)
    expect(await ask(400, 300, 'other')).toMatch(/^422 /)
    expect(await ask(300, 300, 'other')).toBe('409 text/x.tlog.size 300')
    expect(await ask(301, 300)).toMatch(/^403 /)
  })
})

describe.skipIf(!hasGo)("Go's signed notes and trees", () => {
  let program: string

  beforeEach(() => {
    program = join(folder, 'witness-go')
    const env = { ...process.env, GO111MODULE: 'off', GOPATH: gopath, GOFLAGS: '' }
    const built = spawnSync('go', ['build', '-o', program, 'main.go'], {
      cwd: counterpart('witness-go'),
      env,
      encoding: 'utf8',
    })
    expect(built.stderr).toBe('')
  }, 120_000)

  test('get cosignatures from our witness that their own library verifies', { timeout: 60_000 }, async () => {
    const [secret = '', vkey = ''] = await say(program, ['key', 'go.example.org/log'])
    const { url } = await witnessOf(vkey)
    const words = ['log', url, formatVerifierKey(witnessKey)]
    expect(await say(program, words, { LOG_KEY: secret, LOG_VKEY: vkey })).toEqual([
      'first: 200, verified 2, unknown 0',
      'next: 200, verified 2, unknown 0',
      'again: 200, verified 2, unknown 0',
      'stale: 409 text/x.tlog.size "8\\n"',
      'far: 200, verified 2, unknown 0',
      expect.stringMatching(/^fork: 422 /),
      expect.stringMatching(/^unproven: 422 /),
      'two faces: 409 text/x.tlog.size "1000\\n"',
    ])
  })

  test('cosign our log, whose checkpoints and proofs they verify, and refuse the one that forks', {
    timeout: 60_000,
  }, async () => {
    const child = spawn(program, ['witness', 'go.example.org/w1', formatVerifierKey(logKey)])
    let said = ''
    child.stdout.on('data', chunk => {
      said += chunk
    })
    try {
      await expect.poll(() => said, { timeout: 10_000 }).toContain('\n')
      const [vkey = '', url = ''] = said.trim().split(' ')
      const key = parseVerifierKey(vkey)
      const http = openHttpClient({
        tls: { allow: 'lan-http', reason: 'a test' },
        plaintextCredentials: true,
      })
      const grow = async (log: LogStore, count: number) => {
        await log.openStream({ name: 'roof' })
        for (let i = 0; i < count; i++) await log.append('roof', 'note', { by: 'a test', text: `${i}` })
        const note = await log.checkpoint({ signer: logSigner, origin: logName })
        return note ?? ''
      }
      const ask = (log: LogStore, note: string, known: number) =>
        obtainCosignature({ note, key, url, http, store: log, known }, AbortSignal.timeout(20_000))
      const [one, two] = await Promise.all(
        ['one', 'two'].map(name => openLog({ folder: join(folder, name) })),
      )
      if (one === undefined || two === undefined) throw new Error('no logs')
      let known = 0
      for (const count of [3, 1, 60, 7]) {
        const note = await grow(one, count)
        // Every other time it must be told by 409 where the witness stands.
        await ask(one, note, count % 2 === 0 ? known : 0)
        known = readCheckpoint(note).size
        const kept = (await one.lastCheckpoint()) ?? ''
        expect(verifyCosignatures(kept, [key])).toHaveLength(1)
      }
      await expect(ask(two, await grow(two, 5), 0)).rejects.toMatchObject({ code: 'log-forked' })
      await expect(ask(two, await grow(two, 90), known)).rejects.toMatchObject({ code: 'log-forked' })
      await Promise.all([one.close(), two.close(), http.close()])
      expect(said).toContain(`cosigned ${known} after `)
    } finally {
      child.kill()
    }
  })
})
