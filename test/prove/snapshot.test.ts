import { expect, test } from 'vitest'
import { encodeEvidence, verifyEvidence } from '../../src/proof/evidence/index.ts'
import { openLogReader } from '../../src/storage/index.ts'
import { counter, key, kWh, may, prove, quarter, record, roofLog, sign } from './support.ts'

const count = 1_200
const period = { from: may + 4 * quarter, to: may + (count - 8) * quarter }

async function longLog() {
  const log = await roofLog()
  await record(
    log,
    Array.from({ length: count }, (_, i) => counter(i)),
  )
  await sign(log)
  return log
}

const erasure = {
  streams: ['roof'],
  range: { first: 10, last: 1_100 },
  by: 'anna',
  reason: 'a request',
} as const

test('evidence is of one state of the log, whatever is erased, appended and signed while it is made', async () => {
  const log = await longLog()
  const before = encodeEvidence(await prove(log.folder, { period, raw: true }))
  let disturbed = 0
  const onProgress = async () => {
    disturbed += 1
    if (disturbed > 1) return
    await log.erase(erasure)
    await record(log, [counter(count)])
    await sign(log)
  }
  const during = encodeEvidence(await prove(log.folder, { period, raw: true, onProgress }))
  expect(disturbed).toBeGreaterThan(2)
  // The times at which it was made are the same in these tests.
  expect(during).toBe(before)
  const { verdict, evidence } = verifyEvidence(during, { keys: [key] })
  expect([verdict, evidence?.claim.energy]).toEqual(['proven', ((BigInt(count - 12) * kWh) / 4n).toString()])

  const after = verifyEvidence(encodeEvidence(await prove(log.folder, { period })), { keys: [key] })
  expect(after.verdict).toBe('incomplete')
})

test('a snapshot ends with the outermost work, also where that fails or closes the log', async () => {
  const log = await longLog()
  const reader = openLogReader({ folder: log.folder })
  const sizes: number[] = []
  const look = async () => void sizes.push(reader.head().size)
  await reader.snapshot(async () => {
    await look()
    await record(log, [counter(count)])
    await reader.snapshot(look)
    await look()
  })
  await look()
  const [first = 0] = sizes
  expect(sizes).toEqual([first, first, first, first + 1])

  const failure = new Error('the work failed')
  await expect(reader.snapshot(() => Promise.reject(failure))).rejects.toBe(failure)
  await record(log, [counter(count + 1)])
  expect(reader.head().size).toBe(first + 2)
  // Nothing holds on to old pages any more: what is erased is gone.
  expect(await log.erase(erasure)).toMatchObject({ remains: undefined })
  await reader.snapshot(async () => reader.close())
})
