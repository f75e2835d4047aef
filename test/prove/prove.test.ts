import { describe, expect, test } from 'vitest'
import type { EnergywebError } from '../../src/core/errors.ts'
import { readCheckpoint } from '../../src/proof/checkpoint.ts'
import {
  chainRecords,
  encodeEvidence,
  type Verification,
  verifyEvidence,
} from '../../src/proof/evidence/index.ts'
import { openHashes } from '../../src/storage/index.ts'
import { receipt, submission, variant } from '../storage/support.ts'
import { counter, interval, key, kWh, limits, may, prove, quarter, record, roofLog, sign } from './support.ts'

const hour = 4 * quarter

function verified(text: string): Verification {
  return verifyEvidence(text, { keys: [key] })
}

/** Names of the steps that are not as they should be, with what they say. */
function trouble({ verdict, steps }: Verification) {
  return {
    verdict,
    steps: steps
      .filter(({ state }) => state === 'false' || state === 'open')
      .map(({ name, text }) => `${name}: ${text}`),
  }
}

const proven = { verdict: 'proven', steps: [] }

test('a period of a counter is shown from the last counted reading before it to the first one after it', async () => {
  const log = await roofLog()
  await record(
    log,
    Array.from({ length: 20 }, (_, i) => counter(i)),
  )
  await sign(log)
  const evidence = await prove(log.folder, { period: { from: may + hour, to: may + 2 * hour } })
  const [own, opening] = evidence.segments
  expect(own).toMatchObject({ first: 5, entries: { length: 6 } })
  expect(opening).toMatchObject({ first: 0, entries: { length: 1 } })
  expect(evidence.claim).toMatchObject({ asset: 'roof', readings: 4, energy: kWh.toString() })
  expect(trouble(verified(encodeEvidence(evidence)))).toEqual(proven)
})

test('a period of intervals is the sum of its intervals', async () => {
  const log = await roofLog()
  await record(
    log,
    Array.from({ length: 20 }, (_, i) => interval(i + 1)),
  )
  await sign(log)
  const evidence = await prove(log.folder, { period: { from: may + hour, to: may + 2 * hour } })
  expect(evidence.claim).toMatchObject({ readings: 4, energy: kWh.toString() })
  expect(trouble(verified(encodeEvidence(evidence)))).toEqual(proven)
})

test('one reading', async () => {
  const log = await roofLog()
  await record(
    log,
    Array.from({ length: 20 }, (_, i) => counter(i)),
  )
  await sign(log)
  const evidence = await prove(log.folder, { period: { from: may + hour, to: may + hour }, raw: true })
  expect(evidence.claim).toMatchObject({ readings: 1, energy: (kWh / 4n).toString() })
  expect(evidence.segments[0]).toMatchObject({ first: 4, entries: { length: 3 } })
  expect(Object.keys(evidence.raw ?? {})).toHaveLength(3)
  expect(trouble(verified(encodeEvidence(evidence)))).toEqual(proven)
})

describe('what stands later', () => {
  const intervals = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => interval(from + i))

  test('a late interval and a revision far behind the period belong to it', async () => {
    const log = await roofLog()
    await record(log, [...intervals(1, 5), ...intervals(7, 12)])
    await record(log, intervals(13, 200))
    await record(log, [interval(6)])
    await record(log, [interval(7, { energy: kWh })])
    await record(log, intervals(201, 210))
    await sign(log)
    const evidence = await prove(log.folder, { period: { from: may + hour, to: may + 2 * hour } })
    expect(evidence.claim).toMatchObject({ readings: 4, energy: ((kWh * 7n) / 4n).toString() })
    expect(evidence.segments.map(({ first, entries }) => [first, first + entries.length - 1])).toEqual([
      [4, 8],
      [199, 201],
      [0, 0],
    ])
    expect(trouble(verified(encodeEvidence(evidence)))).toEqual(proven)
  })

  test('a late reading of a counter is shown and counts nothing', async () => {
    const log = await roofLog()
    await record(
      log,
      [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 6].map(quarters => counter(quarters)),
    )
    await sign(log)
    const evidence = await prove(log.folder, { period: { from: may + hour, to: may + 2 * hour } })
    expect(evidence.claim).toMatchObject({ readings: 3, energy: kWh.toString() })
    const verification = verified(encodeEvidence(evidence))
    expect(trouble(verification)).toEqual(proven)
    expect(verification.readings.map(({ status }) => status)).toContain('late')
  })

  test('a held reading and what the operator said of it', async () => {
    const log = await roofLog()
    await record(
      log,
      [0, 1, 2, 3, 4, 5].map(quarters => counter(quarters)),
    )
    await record(log, [counter(6, { energy: 0n })])
    for (let at = 7; at < 80; at++) await log.append('roof', 'note', { by: 'test', text: `${at}` })
    await log.resolve('roof', { kind: 'reset', initial: 0n, by: 'anna', reason: 'new meter' }, limits)
    await record(
      log,
      [7, 8, 9, 10].map(quarters => counter(quarters, { energy: (BigInt(quarters - 6) * kWh) / 4n })),
    )
    await sign(log)
    const evidence = await prove(log.folder, { period: { from: may + hour, to: may + 2 * hour } })
    const verification = verified(encodeEvidence(evidence))
    expect(trouble(verification)).toEqual(proven)
    expect(evidence.segments[0]?.entries.map(({ kind }) => kind)).toContain('reset')
    expect(verification.readings.map(({ status }) => status)).toContain('held/fall')
  })
})

test('when nothing follows the period it is incomplete after its last reading', async () => {
  const log = await roofLog()
  await record(
    log,
    [0, 1, 2, 3, 4, 5, 6, 7].map(quarters => counter(quarters)),
  )
  await sign(log)
  const evidence = await prove(log.folder, { period: { from: may + hour, to: may + 4 * hour } })
  const verification = verified(encodeEvidence(evidence))
  expect(trouble(verification)).toEqual({
    verdict: 'incomplete',
    steps: [expect.stringContaining('complete up to 2024-05-01T01:45:00.000Z, and incomplete after it')],
  })
  expect(evidence.notes.join()).toContain('entries of the period may still have come later')
})

test('entries behind the newest checkpoint are not shown; a reading that none covers is not proven', async () => {
  const log = await roofLog()
  await record(
    log,
    [0, 1, 2, 3, 4, 5, 6].map(quarters => counter(quarters)),
  )
  await sign(log)
  await record(
    log,
    [7, 8, 9, 10].map(quarters => counter(quarters)),
  )
  const evidence = await prove(log.folder, { period: { from: may + hour, to: may + 2 * hour } })
  expect(evidence.segments[0]).toMatchObject({ first: 5, entries: { length: 3 } })
  expect(verified(encodeEvidence(evidence)).verdict).toBe('incomplete')
  await expect(
    prove(log.folder, { period: { from: may + 2 * hour, to: may + 2 * hour } }),
  ).rejects.toMatchObject({
    code: 'evidence-unavailable',
    message: 'no signed checkpoint covers the reading of 2024-05-01T02:00:00.000Z yet',
  })
})

test('the first period begins with the opening', async () => {
  const log = await roofLog()
  await record(
    log,
    [0, 1, 2, 3, 4, 5].map(quarters => counter(quarters)),
  )
  await sign(log)
  const evidence = await prove(log.folder, { period: { from: may - hour, to: may + hour } })
  expect(evidence.segments).toHaveLength(1)
  expect(evidence.claim).toMatchObject({ readings: 5, energy: kWh.toString() })
  expect(trouble(verified(encodeEvidence(evidence)))).toEqual(proven)
})

test('documents that are bound as a whole', async () => {
  const log = await roofLog({ commitment: 'document' })
  await record(
    log,
    Array.from({ length: 12 }, (_, i) => counter(i)),
  )
  await sign(log)
  const period = { from: may + hour, to: may + 2 * hour }
  expect(trouble(verified(encodeEvidence(await prove(log.folder, { period }))))).toEqual(proven)
  await expect(prove(log.folder, { period, fields: ['energy'] })).rejects.toMatchObject({
    code: 'argument-invalid',
  })
})

describe('fields', () => {
  test('those that tell the energy are enough to prove it; the others are hidden', async () => {
    const log = await roofLog()
    await record(
      log,
      Array.from({ length: 12 }, (_, i) => counter(i)),
    )
    await sign(log)
    const period = { from: may + hour, to: may + 2 * hour }
    const evidence = await prove(log.folder, {
      period,
      fields: ['measuredAt', 'from', 'status', 'total', 'energy'],
    })
    expect(evidence.claim).toMatchObject({ energy: kWh.toString(), devices: [] })
    const text = encodeEvidence(evidence)
    expect(text).not.toContain('S-1')
    expect(trouble(verified(text))).toEqual(proven)
  })

  test('without them the energy is not claimed', async () => {
    const log = await roofLog()
    await record(
      log,
      Array.from({ length: 12 }, (_, i) => counter(i)),
    )
    await sign(log)
    const period = { from: may + hour, to: may + 2 * hour }
    const evidence = await prove(log.folder, { period, fields: ['serial'] })
    expect(evidence.claim.energy).toBe(null)
    expect(verified(encodeEvidence(evidence)).verdict).toBe('incomplete')
  })
})

describe('what was erased', () => {
  test('is sealed, with the erasure that says who did it and why; it is never called verified', async () => {
    const log = await roofLog()
    await record(
      log,
      Array.from({ length: 20 }, (_, i) => counter(i)),
    )
    await log.erase({ streams: ['roof'], range: { first: 5, last: 8 }, by: 'anna', reason: 'a request' })
    await sign(log)
    const evidence = await prove(log.folder, { period: { from: may + hour, to: may + 2 * hour } })
    const verification = verified(encodeEvidence(evidence))
    expect(verification.verdict).toBe('incomplete')
    expect(verification.steps.map(({ text }) => text).join()).toContain('erased by anna')
    expect(evidence.segments[0]?.entries.filter(entry => 'sealed' in entry)).toHaveLength(4)
  })

  test('before the period does not keep it from being proven, but for the name', async () => {
    const log = await roofLog()
    await record(
      log,
      Array.from({ length: 20 }, (_, i) => counter(i)),
    )
    await log.erase({ streams: ['roof'], range: { first: 0, last: 3 }, by: 'anna', reason: 'old' })
    await sign(log)
    const evidence = await prove(log.folder, { period: { from: may + hour, to: may + 2 * hour } })
    expect(evidence.claim).toMatchObject({ channel: 'export', readings: 4, energy: kWh.toString() })
    expect(trouble(verified(encodeEvidence(evidence)))).toEqual({
      verdict: 'incomplete',
      steps: [expect.stringContaining('opening is not shown')],
    })
  })
})

describe('an earlier audit', () => {
  test('is gone on from by a path', async () => {
    const log = await roofLog()
    await record(
      log,
      Array.from({ length: 12 }, (_, i) => counter(i)),
    )
    await sign(log)
    const first = await prove(log.folder, { period: { from: may + hour, to: may + 2 * hour } })
    await record(
      log,
      Array.from({ length: 12 }, (_, i) => counter(12 + i)),
    )
    await sign(log)
    const { size, root } = readCheckpoint(first.checkpoint)
    const second = await prove(log.folder, {
      period: { from: may + 2 * hour, to: may + 3 * hour },
      previous: [{ size, root }],
    })
    const options = { keys: [key], previous: encodeEvidence(first) }
    expect(trouble(verifyEvidence(encodeEvidence(second), options))).toEqual(proven)
    const without = await prove(log.folder, { period: { from: may + 2 * hour, to: may + 3 * hour } })
    expect(verifyEvidence(encodeEvidence(without), options).verdict).toBe('incomplete')
  })
})

describe('what can not be proven is said', () => {
  test('a time without a reading names the nearest ones', async () => {
    const log = await roofLog()
    await record(
      log,
      [0, 1, 4, 5].map(quarters => counter(quarters)),
    )
    await sign(log)
    await expect(
      prove(log.folder, { period: { from: may + 2 * quarter, to: may + 2 * quarter } }),
    ).rejects.toMatchObject({
      code: 'evidence-unavailable',
      message: 'the log has no reading of 2024-05-01T00:30:00.000Z',
      hint: 'The last one before is of 2024-05-01T00:15:00.000Z, the first one after is of 2024-05-01T01:00:00.000Z.',
    })
    await expect(
      prove(log.folder, { period: { from: may + 40 * hour, to: may + 41 * hour } }),
    ).rejects.toMatchObject({
      message: 'the log has no reading after 2024-05-02T16:00:00.000Z up to 2024-05-02T17:00:00.000Z',
    })
  })

  test('a log without a checkpoint', async () => {
    const log = await roofLog()
    await record(log, [counter(0)])
    await expect(prove(log.folder, { period: { from: may, to: may } })).rejects.toMatchObject({
      code: 'evidence-unavailable',
      message: 'the log has no signed checkpoint',
    })
  })
})

describe('receipts', () => {
  /** Every reading is registered some entries later. */
  async function registeredLog() {
    const log = await roofLog()
    await log.openLine('roof/origin', 'roof')
    let first = 0
    const register = async (nonce: number, last: number) => {
      const call = submission({ first, last, reading: last, value: BigInt(nonce) })
      const { id } = await log.create(call, variant(nonce))
      await log.markMined(id, receipt(nonce))
      await log.finalise([id])
      first = last + 1
    }
    const sequences: number[] = []
    for (let i = 0; i < 14; i++) {
      const { appended } = await log.record('roof', [counter(i)], limits)
      sequences.push(appended.at(-1)?.sequence ?? 0)
      const due = sequences[i - 2]
      if (due !== undefined) await register(i, due)
    }
    await sign(log)
    return log
  }
  const period = { from: may + hour, to: may + 2 * hour }

  test('those of the period are in the file, also where they came after it', async () => {
    const log = await registeredLog()
    const evidence = await prove(log.folder, { period })
    expect(trouble(verified(encodeEvidence(evidence)))).toEqual(proven)
    const { receipts } = chainRecords(evidence)
    const covered = evidence.segments[0]?.entries.flatMap((entry, i) =>
      entry.kind === 'reading' ? [(evidence.segments[0]?.first ?? 0) + i] : [],
    )
    for (const sequence of covered?.slice(1, 5) ?? []) {
      expect(receipts.some(({ first, last }) => Number(first) <= sequence && sequence <= Number(last))).toBe(
        true,
      )
    }
  })

  test('can be left out', async () => {
    const log = await registeredLog()
    const evidence = await prove(log.folder, { period, receipts: false })
    expect(chainRecords(evidence).receipts).toEqual([])
    expect(trouble(verified(encodeEvidence(evidence)))).toEqual(proven)
  })
})

test('random histories: what is made is never refuted, and is proven unless the log itself leaves it open', async () => {
  const random = (seed: number) => () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return seed / 2 ** 31
  }
  const log = await roofLog()
  const names = Array.from({ length: 6 }, (_, i) => `asset-${i}`)
  for (const [i, name] of names.entries()) {
    const next = random(i + 1)
    await log.openStream({ name, commitment: i % 3 === 2 ? 'document' : 'fields' })
    const make = i % 2 === 0 ? counter : interval
    const order = Array.from({ length: 120 }, (_, at) => at + 1)
    // Some come late, some twice with another value, some never.
    for (let at = 1; at < order.length; at++) {
      if (next() < 0.15) order.splice(at, 2, order[at + 1] ?? 0, order[at] ?? 0)
    }
    for (const at of order) {
      if (next() < 0.05) await log.append(name, 'note', { by: 'test', text: 'x' })
      if (next() < 0.1 || at === 0) continue
      // A counter that falls is held, until somebody says what that was.
      const falls = i % 2 === 0 && next() < 0.03
      const energy = falls ? 1n : i % 2 === 0 ? BigInt(1_000 + at) * kWh : kWh
      await log.record(name, [make(at, { energy })], limits)
      const other = next() < 0.5 ? energy + kWh / 2n : energy / 2n
      if (!falls && next() < 0.1) await log.record(name, [make(at, { energy: other })], limits)
      const { heldReadings } = await log.register(name)
      if (heldReadings > 0 && next() < 0.3)
        await log.resolve(name, { kind: 'write-off', by: 'a', reason: 'b' }, limits)
    }
  }
  await sign(log)
  const next = random(99)
  const hashes = await openHashes()
  const verdicts = new Map<string, number>()
  for (let round = 0; round < 120; round++) {
    const asset = names[round % names.length] ?? ''
    const from = may + Math.floor(next() * 100) * quarter
    const period = { from, to: from + Math.floor(next() * 20) * quarter }
    const evidence = await prove(log.folder, { asset, period, hashes }).catch(
      (error: EnergywebError) => error.code,
    )
    if (typeof evidence === 'string') {
      expect(evidence).toBe('evidence-unavailable')
      continue
    }
    const result = verifyEvidence(encodeEvidence(evidence), { keys: [key], hashes })
    verdicts.set(result.verdict, (verdicts.get(result.verdict) ?? 0) + 1)
    if (result.verdict !== 'proven') {
      const open = trouble(result)
      expect({ asset, period, ...open, verdict: open.verdict }).toMatchObject({ verdict: 'incomplete' })
    }
  }
  expect(verdicts.get('proven')).toBeGreaterThan(60)
})
