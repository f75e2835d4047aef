import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { composeGateway, loadConfig } from '../../src/config/index.ts'
import type { GatewayStatus } from '../../src/gateway/index.ts'
import { p256Signer, verifierKey } from '../../src/keys/index.ts'
import { energyweb } from '../cli/memory-io.ts'
import { checkpointsIn } from '../e2e-keys/checkpoints.ts'

/* Another key under the same name, put in its place while the gateway was down. */

const origin = 'gateway.example.org/exchanged'
const keyOf = (byte: number) =>
  verifierKey(origin, p256Signer(new Uint8Array(32).fill(byte)).publicKey('p256'), 'evidence')
const idOf = (byte: number) => keyOf(byte).split('+')[1] ?? ''
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'energyweb-exchanged-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))

const configOf = (evidence = 'evidence') => `energyweb: 1
data: ./data
keys: { log: { env: LOG }, ${evidence}: { env: EVIDENCE } }
log: { key: log, evidence: ${evidence}, origin: ${origin}, checkpoint: 1s }
assets:
  - { name: roof, role: producer, channel: export, capacity: 5 kW, every: 200ms, source: { kind: simulator, profile: solar, peak: 5 kW } }
`

interface Run {
  readonly log?: number
  readonly evidence: number
  readonly text?: string
}

const secretsOf = ({ log = 7, evidence }: Run) => ({
  LOG: `0${log}`.repeat(32),
  EVIDENCE: `0${evidence}`.repeat(32),
})

/** Runs the gateway until its status is as wanted, and answers that status. */
async function runUntil(run: Run, wanted: (status: GatewayStatus) => boolean): Promise<GatewayStatus> {
  const environment = secretsOf(run)
  const { config } = await loadConfig(join(folder, 'energyweb.yml'), {
    text: run.text ?? configOf(),
    environment,
  })
  const gateway = await composeGateway(config, { environment })
  const ending = new AbortController()
  const running = gateway.run({ signal: ending.signal, signals: false })
  try {
    for (;;) {
      await new Promise(resolve => setTimeout(resolve, 100))
      const status = await gateway.status().catch(() => undefined)
      if (status !== undefined && wanted(status)) return status
    }
  } finally {
    ending.abort()
    await running
  }
}

const isSigned = ({ evidenceKey }: GatewayStatus) => evidenceKey?.size !== undefined
const keyIn = ({ keys }: GatewayStatus, name: string) => keys.find(({ key }) => key === name)
const signedBy = (byte: number) =>
  checkpointsIn(join(folder, 'data')).filter(({ keyIds }) => keyIds.includes(idOf(byte))).length

test('an evidence key that is another one is refused until the right one is back, or has a name of its own', {
  timeout: 240_000,
}, async () => {
  await runUntil({ evidence: 3 }, isSigned)
  expect(signedBy(3)).toBeGreaterThan(0)

  const refused = await runUntil(
    { evidence: 4 },
    status => keyIn(status, 'evidence')?.state === 'refused' && status.evidenceKey?.trouble !== undefined,
  )
  expect(keyIn(refused, 'evidence')?.trouble).toMatch(
    /^the key evidence is another one than the log knows by that name: 04[0-9a-f]{128}, not 04[0-9a-f]{128}$/,
  )
  expect(signedBy(4)).toBe(0)

  await runUntil({ evidence: 3 }, isSigned)
  const unsigned = checkpointsIn(join(folder, 'data')).filter(({ keyIds }) => !keyIds.includes(idOf(3)))
  expect(unsigned).toEqual([])

  const text = configOf('evidence-2')
  const renamed = await runUntil({ evidence: 4, text }, isSigned)
  expect(renamed.evidenceKey?.key).toBe(keyOf(4))
  expect(signedBy(4)).toBeGreaterThan(0)
})

test('another key of the log signs on, and is told by status and doctor', { timeout: 120_000 }, async () => {
  const run = { log: 8, evidence: 3 }
  const status = await runUntil(run, one => keyIn(one, 'log')?.exchanged !== undefined)
  expect(keyIn(status, 'log')).toMatchObject({ state: 'ready', trouble: undefined })
  expect(keyIn(status, 'evidence')?.exchanged).toBeUndefined()
  const { writeFileSync } = await import('node:fs')
  writeFileSync(join(folder, 'energyweb.yml'), configOf())
  const env = secretsOf(run)
  const doctor = await energyweb(['doctor', '-c', join(folder, 'energyweb.yml'), '--json'], { env })
  expect(doctor.stdout).toContain('the key log is another one than the log knows by that name')
  const check = await energyweb(['check', join(folder, 'energyweb.yml'), '--live'], {
    env: secretsOf({ evidence: 4 }),
  })
  expect(check.stdout).toContain('the key evidence is another one than the log knows by that name')
  expect(check.code).toBe(1)
})
