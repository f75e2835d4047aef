import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeEvidence, verifyEvidence } from '../../src/proof/evidence/index.ts'
import type { ProveOptions } from '../../src/storage/index.ts'
import { counter, interval, key, may, prove, quarter, record, roofLog, sign } from '../prove/support.ts'
import type { Tab } from '../support/chromium.ts'
import { program, settled, textOf, VerifierPage, verdictOf } from './verifier-page.ts'

/*
 * Files that were made from a real log on a disk: the page comes to the same as the library, step by step, and draws the path
 * of a reading of each kind.
 */

const page = new VerifierPage()

beforeAll(async () => {
  if (program !== undefined) await page.start()
})

afterAll(() => page.close())

const day = 96
const period = { from: may + day * quarter, to: may + 2 * day * quarter }

interface Kind {
  readonly name: string
  readonly reading: typeof counter
  readonly commitment?: 'fields' | 'document'
  readonly options?: Partial<ProveOptions>
  readonly bars: number
  /** What stands in the drawn path. */
  readonly path: string
}

const kinds: readonly Kind[] = [
  {
    name: 'a counter with its raw bytes',
    reading: counter,
    options: { raw: true },
    bars: 96,
    path: 'The meter’s answer',
  },
  { name: 'intervals', reading: interval, bars: 96, path: 'Each field is hashed' },
  {
    name: 'documents hashed as a whole',
    reading: counter,
    commitment: 'document',
    bars: 96,
    path: 'hashed in one go',
  },
  {
    name: 'some fields',
    reading: counter,
    options: { fields: ['measuredAt', 'from', 'status', 'total', 'energy'] },
    bars: 96,
    path: 'Some of its fields are shown',
  },
]

/** States of the steps, as the page shows them. */
function statesOf(tab: Tab): Promise<string[]> {
  return tab.evaluate(
    '[...document.querySelectorAll(".step")].map(step => step.id.slice(5) + " " + step.dataset.state)',
  )
}

describe.skipIf(program === undefined)('a file from a log', () => {
  test.each(kinds)('$name', async ({ reading, commitment = 'fields', options = {}, bars, path }) => {
    const log = await roofLog({ commitment })
    await record(
      log,
      Array.from({ length: 3 * day }, (_, i) => reading(i + 1)),
    )
    await sign(log)
    const text = encodeEvidence(await prove(log.folder, { period, ...options }))
    const expected = verifyEvidence(text, { keys: [key] })
    expect(expected.verdict).toBe('proven')

    const tab = await page.open({ keys: key, files: [page.keep('roof.evidence.json', text)] })
    await tab.until(settled)
    expect(await verdictOf(tab)).toBe(expected.verdict)
    expect(await statesOf(tab)).toEqual(expected.steps.map(step => `${step.name} ${step.state}`))
    expect(
      await tab.evaluate('document.querySelector(".plot .bars").getAttribute("d").split("z").length - 1'),
    ).toBe(bars)
    await tab.until('document.querySelector(".stage-holds")')
    const said = await textOf(tab)
    expect(said).toContain('delivered 24 kWh')
    expect(said).toContain(path)
    page.expectQuiet(tab)
  })

  test('one reading, of which there is nothing to draw', async () => {
    const log = await roofLog()
    await record(
      log,
      Array.from({ length: 20 }, (_, i) => counter(i + 1)),
    )
    await sign(log)
    const instant = may + 8 * quarter
    const text = encodeEvidence(await prove(log.folder, { period: { from: instant, to: instant } }))
    const tab = await page.open({ keys: key, files: [page.keep('one.evidence.json', text)] })
    await tab.until(settled)
    expect(await verdictOf(tab)).toBe(verifyEvidence(text, { keys: [key] }).verdict)
    expect(await tab.evaluate('document.querySelector(".plot")')).toBeNull()
    await tab.until('document.querySelector(".stage-holds")')
    expect(await textOf(tab)).toMatch(/Instant\s+1 May 2024, 02:00 UTC/)
    page.expectQuiet(tab)
  })
})
