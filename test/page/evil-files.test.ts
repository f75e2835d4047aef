import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Manifest } from '../evidence/vectors.ts'
import type { Tab } from '../support/chromium.ts'
import { codesOf, program, settled, textOf, typeInto, VerifierPage, verdictOf } from './verifier-page.ts'

/*
 * Every file that is broken in one way, in a real browser: what is not proven is never green, and its code is there to read.
 */

const folder = join(import.meta.dirname, '../evidence/evil')
const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))
const page = new VerifierPage()

beforeAll(async () => {
  if (program !== undefined) await page.start()
})

afterAll(() => page.close())

async function check(tab: Tab, file: string, previous: string | undefined): Promise<void> {
  await tab.evaluate('document.querySelector("#report").replaceChildren()')
  await tab.choose('#file', [join(folder, file)])
  if (previous !== undefined) {
    await tab.until('document.querySelector("label[for=previous]")')
    await tab.choose('#previous', [join(folder, previous)])
  }
  await tab.until(settled)
}

const groups = [true, false].flatMap(key => [true, false].map(witness => ({ key, witness })))

describe.skipIf(program === undefined)('files that are broken in one way', () => {
  test.each(groups)(
    'with trusted keys of log: $key, witness: $witness',
    async given => {
      const lines = manifest.files.filter(
        ({ key, witness }) => key === given.key && witness === given.witness,
      )
      const tab = await page.open({ keys: given.key ? manifest.key : '' })
      if (given.witness) {
        await tab.evaluate('document.querySelector(".fields details").open = true')
        await typeInto(tab, '#witnesses', manifest.witness)
      }
      for (const { file, code, verdict, previous } of lines) {
        await check(tab, file, previous)
        expect([file, await verdictOf(tab)]).toEqual([file, verdict])
        expect([file, await codesOf(tab)]).toEqual([file, expect.arrayContaining([code])])
        expect(await textOf(tab)).toContain(code)
      }
      page.expectQuiet(tab)
    },
    300_000,
  )

  test('the good file has something of everything, and is green', async () => {
    const tab = await page.open({ keys: manifest.key })
    await check(tab, 'good.evidence.json', 'earlier.evidence.json')
    expect(await verdictOf(tab)).toBe('proven')
    page.expectQuiet(tab)
  })
})
