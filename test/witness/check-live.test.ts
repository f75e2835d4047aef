import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../src/core/clock.ts'
import { silentLogger } from '../../src/core/logger.ts'
import { formatVerifierKey, type VerifierKey } from '../../src/proof/verifier-key.ts'
import { type OpenedWitness, openWitness } from '../../src/server/index.ts'
import { openLog, readWitnessFolder } from '../../src/storage/index.ts'
import { energyweb } from '../cli/memory-io.ts'
import {
  logKey,
  logName,
  logSigner,
  witnessKey,
  witnessName,
  witnessSigner,
} from '../support/witnessed-log.ts'

/*
 * `check --live` says whether a witness is there and knows our log, and makes it cosign nothing.
 */

let cwd: string
let witness: OpenedWitness | undefined

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'witness-live-'))
})

afterEach(async () => {
  await witness?.close()
  witness = undefined
  await rm(cwd, { recursive: true, maxRetries: 3 })
})

async function serve(logs: readonly VerifierKey[]): Promise<string> {
  witness = await openWitness({
    name: witnessName,
    signer: witnessSigner,
    logs,
    folder: join(cwd, 'witness'),
    clock: systemClock,
    log: silentLogger,
    host: '127.0.0.1',
    port: 0,
  })
  return witness.url
}

async function check(url: string) {
  await writeFile(
    join(cwd, 'energyweb.yml'),
    `energyweb: 1
log:
  key: log
  origin: ${logName}
  witnesses: [{ url: '${url}', key: ${formatVerifierKey(witnessKey)}, tls: { allow: lan-http, reason: a test } }]
keys: { log: { env: LOG } }
assets: [{ name: roof, role: consumer, channel: import, capacity: 10 kW, every: 1h, source: { kind: simulator, profile: load, peak: 10 kW } }]
`,
  )
  const { code, stdout } = await energyweb(['check', '--live', '--json'], {
    cwd,
    env: { LOG: '07'.repeat(32) },
  })
  return { code, witness: JSON.parse(stdout).live.witnesses[0] }
}

async function signOnce(): Promise<void> {
  const log = await openLog({ folder: join(cwd, 'data') })
  await log.openStream({ name: 'roof' })
  await log.append('roof', 'note', { by: 'a test', text: 'one' })
  await log.checkpoint({ signer: logSigner, origin: logName })
  await log.close()
}

test('a witness that knows our log is good, before and after the first checkpoint', async () => {
  const url = await serve([logKey])
  expect(await check(url)).toMatchObject({
    code: 0,
    witness: { ok: true, said: expect.stringMatching(/nothing was signed yet/) },
  })
  await signOnce()
  expect(await check(url)).toMatchObject({ code: 0, witness: { said: 'knows our log and its key' } })
  expect(await readWitnessFolder(join(cwd, 'witness'))).toEqual([])
})

test('one that does not, that is something else, or that is not there is told', async () => {
  await signOnce()
  const url = await serve([{ ...logKey, name: 'gateway.example.org/shed' }])
  expect((await check(url)).witness).toMatchObject({
    ok: false,
    error: { code: 'witness-refused', message: expect.stringMatching(/does not know our log/) },
  })
  await witness?.close()
  witness = undefined
  expect((await check(url)).witness).toMatchObject({ ok: false, error: { code: 'source-unreachable' } })
  const server = createServer((_, response) => response.writeHead(200).end('<html>')).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  expect((await check(`http://127.0.0.1:${port}`)).witness).toMatchObject({
    error: { code: 'witness-refused', message: expect.stringMatching(/answers 200: <html>/) },
  })
  server.close()
})
