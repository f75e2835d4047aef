import { expect, test } from 'vitest'
import { encodeEvidence, type Verification, verifyEvidence } from '../../src/proof/evidence/index.ts'
import { counter, interval, key, kWh, may, prove, quarter, record, roofLog, sign } from './support.ts'

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
