import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { decodeEvidence } from '../../src/proof/evidence/index.ts'
import { openLogReader } from '../../src/storage/index.ts'

const config = `energyweb: 1
data: ./data
log: { key: log, origin: prove.invalid/gateway, checkpoint: 1h }
keys: { log: { env: LOG_KEY } }
assets:
  - name: house
    role: consumer
    every: 1s
    source: { kind: simulator, profile: load, peak: 5 kW }
    channel: import
`
const env = { LOG_KEY: '07'.repeat(32) }

function times(folder: string): readonly string[] {
  try {
    const log = openLogReader({ folder })
    try {
      const documents = log.entries('house', { after: -1, limit: 100 }).map(({ document }) => document)
      return documents.flatMap(document =>
        typeof document?.measuredAt === 'string' ? [document.measuredAt] : [],
      )
    } finally {
      log.close()
    }
  } catch {
    // The gateway has not made the log yet.
    return []
  }
}

const bin = fileURLToPath(new URL('../../bin/energyweb.js', import.meta.url))

/** A process of the bin, on the sources. */
function start(cwd: string, words: readonly string[]) {
  const child = spawn(process.execPath, [bin, ...words], {
    cwd,
    env: { ...process.env, ...env, ENERGYWEB_SOURCE: '1' },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const written = { stdout: '', stderr: '' }
  child.stdout.on('data', chunk => {
    written.stdout += chunk
  })
  child.stderr.on('data', chunk => {
    written.stderr += chunk
  })
  return { child, ended: once(child, 'close').then(([code]) => ({ code, ...written })) }
}

test('a running gateway signs a checkpoint when a proof needs one, and its configuration tells the key', {
  timeout: 120_000,
}, async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'energyweb-prove-'))
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true, maxRetries: 3 }))
  writeFileSync(join(cwd, 'energyweb.yml'), config)
  const gateway = start(cwd, ['run', '--log-level', 'silent'])
  const data = join(cwd, 'data')
  await expect.poll(() => times(data).length, { timeout: 60_000, interval: 300 }).toBeGreaterThan(4)
  const [, from = '', , to = ''] = times(data)

  const words = ['prove', 'house', '--from', from, '--to', to, '--out', 'house.json', '--json']
  const made = await start(cwd, words).ended
  expect(made).toMatchObject({ code: 0, stderr: '' })
  const { verdict, check, claim } = JSON.parse(made.stdout)
  expect({ verdict, readings: claim.readings, channel: claim.channel }).toEqual({
    verdict: 'proven',
    readings: 2,
    channel: 'import',
  })
  const checked = await start(cwd, check.split(' ').slice(1)).ended
  expect(checked.code).toBe(0)
  expect(checked.stdout).toMatch(/^PROVEN: house took in /)
  const { notes } = decodeEvidence(readFileSync(join(cwd, 'house.json')))
  expect(notes.join('\n')).toMatch(/came by simulator; driver tested with a simulator; clock /)

  // Standard input does as well as a file.
  const piped = start(cwd, ['verify', '-', '--key', check.split(' ').at(-1)])
  createReadStream(join(cwd, 'house.json')).pipe(piped.child.stdin)
  expect((await piped.ended).code).toBe(0)

  gateway.child.kill('SIGTERM')
  expect((await gateway.ended).code).toBe(0)
})
