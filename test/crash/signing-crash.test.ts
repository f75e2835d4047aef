import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signingFaultPoints } from '../../src/gateway/fault-points.ts'
import { p256Signer } from '../../src/keys/index.ts'
import { evidenceKeyOf } from '../../src/proof/evidence-signature.ts'
import { checkLog, databaseName } from '../../src/storage/index.ts'
import { type ChildOptions, runChild } from './run-child.ts'

/*
 * A gateway that signs readings one by one, ended with SIGKILL between a signature and its keeping, behind it, and anywhere, on
 * one data folder. After each end what is signed is a beginning without a hole; at the last each reading has one signature.
 */

const folder = mkdtempSync(join(tmpdir(), 'energyweb-signing-crash-'))
const data = join(folder, 'data')
const origin = 'crash.invalid/signing'
const evidenceKey = evidenceKeyOf(origin, p256Signer(new Uint8Array(32).fill(3)))

beforeAll(() => {
  writeFileSync(
    join(folder, 'energyweb.yml'),
    `energyweb: 1
data: ./data
log: { key: log, evidence: { key: evidence, readings: true }, origin: ${origin}, checkpoint: 1s }
keys: { log: { env: LOG }, evidence: { env: EVIDENCE } }
assets:
  - { name: roof, role: producer, channel: export, capacity: 5 kW, every: 100ms, source: { kind: simulator, profile: solar, peak: 5 kW } }
  - { name: barn, role: producer, channel: export, capacity: 5 kW, every: 150ms, source: { kind: simulator, profile: solar, peak: 5 kW } }
`,
  )
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = (options: Omit<ChildOptions, 'secrets'>) =>
  runChild(folder, { ...options, secrets: { LOG: '07'.repeat(32), EVIDENCE: '03'.repeat(32) } })

/** For each asset which of its readings are signed, in their order: a text of 1 and 0. */
function signedReadings(): readonly string[] {
  const database = new DatabaseSync(join(data, databaseName), { readOnly: true })
  try {
    const rows = database
      .prepare(
        `SELECT s.name, group_concat(CASE WHEN g.entry IS NULL THEN 0 ELSE 1 END, '' ORDER BY e.sequence) AS signed
         FROM streams s JOIN entries e ON e.stream = s.id LEFT JOIN entry_signatures g ON g.entry = e.id
         WHERE e.kind IN ('reading', 'revision') GROUP BY s.name`,
      )
      .all()
    return rows.map(({ signed }) => String(signed))
  } finally {
    database.close()
  }
}

async function mustBeGood(): Promise<number> {
  const { ok, firstBad, signatures } = await checkLog({ folder: data, evidenceKeys: [evidenceKey] })
  expect({ ok, firstBad }).toEqual({ ok: true, firstBad: undefined })
  return signatures
}

describe('a gateway that is killed while it signs readings', () => {
  const rounds = signingFaultPoints.flatMap(point => [1, 2, 7].map(nth => ({ point, nth })))
  it.each(rounds)(
    'dies at $point, passage $nth, and leaves a beginning without a hole',
    async ({ point, nth }) => {
      const ended = await run({ fault: `${point}:${nth}`, killAfter: 100_000 })
      expect(ended, ended.complaint).toMatchObject({ signal: 'SIGKILL' })
      expect(ended.milliseconds, `${point} was never passed`).toBeLessThan(99_000)
      await mustBeGood()
      for (const signed of signedReadings()) expect(signed).toMatch(/^1*0*$/)
    },
    120_000,
  )

  it('dies anywhere', async () => {
    for (const killAfter of [2_500, 3_100, 4_000]) {
      await run({ killAfter })
      await mustBeGood()
      for (const signed of signedReadings()) expect(signed).toMatch(/^1*0*$/)
    }
  }, 120_000)

  it('has one signature of each reading when it was left in peace', async () => {
    const drained = await run({ words: ['drain', '2000'], killAfter: 110_000 })
    expect(drained, drained.complaint).toMatchObject({ code: 0 })
    const signed = signedReadings()
    expect(signed).toHaveLength(2)
    for (const one of signed) expect(one).toMatch(/^1{3,}$/)
    expect(await mustBeGood()).toBe(signed.join('').length)
  }, 120_000)
})
