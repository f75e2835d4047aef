import { expect, test } from 'vitest'
import { counter, may, prove, quarter, record, roofLog, sign } from './support.ts'

const hour = 4 * quarter

test('a period is shown from the last counted reading before it to the first one after it', async () => {
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
  console.log(JSON.stringify(evidence, null, 1))
})
