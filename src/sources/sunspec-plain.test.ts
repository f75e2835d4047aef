import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { processorTime } from '../../test/support/processor-time.ts'
import { bodyOf, goldenFolder, goldenSourceCases } from '../testing/source-conformance-golden.ts'
import type { SunSpecDevice } from './sunspec-data.ts'
import { plainSunSpecData } from './sunspec-plain.ts'
import { parseAnySunSpecData } from './sunspec-xml.ts'

const folder = goldenFolder('eumel-v2')
const captured = ['measured.xml', 'repeated-ids.xml'].map(name => readFileSync(new URL(name, folder), 'utf8'))
const golden = goldenSourceCases(folder).flatMap(({ answers }) =>
  Object.values(answers).map(answer => Buffer.from(bodyOf(answer, folder)).toString('utf8')),
)

function spelledOut(devices: readonly SunSpecDevice[]) {
  return devices.map(({ models, ...device }) => ({
    ...device,
    models: models.map(model => ({ id: model.id, points: model.ids().map(id => [id, ...model.points(id)]) })),
  }))
}

/** The plain reader may pass, but what it answers must be what the XML parser answers; what that refuses, it must pass. */
function agree(text: string): boolean {
  const plain = plainSunSpecData(text)
  if (plain === undefined) return false
  expect(spelledOut(plain)).toEqual(spelledOut(parseAnySunSpecData(text, 'fuzz')))
  return true
}

const pieces = [
  '<SunSpecData v="">',
  '<sunSpecData>',
  '<SunSpecdata v="1" v="2">',
  '</SunSpecData>',
  '</sunSpecData>',
  '</SunSpecdata>',
  '<d t="2021-03-04T05:06:07Z">',
  '<d sn="1" sn="2">',
  '<d>',
  '<d/>',
  '</d>',
  '</d >',
  '<m id="211">',
  '<m>',
  "<m id='1'>",
  '</m>',
  '<p id="A">1</p>',
  '<p id="A"> 2 </p>',
  '<p id="__proto__">3</p>',
  '<p id="W" sf="1">4</p>',
  '<p id="B">&lt;</p>',
  '<p id="C"/>',
  '<p id="D"></p>',
  '<p>',
  '</p>',
  '<!-- x -->',
  '<![CDATA[x]]>',
  '<?x y?>',
  '<!DOCTYPE a>',
  '&amp;',
  ']]>',
  ' ',
  '\n',
  '\r\n',
  '\t',
  '\u00a0',
  '\ufeff',
  'x',
  '"',
  '<',
  '>',
  '\u0001',
  '\ud800',
]

describe('the plain reader', () => {
  it('reads what was captured, exactly as the XML parser does', () => {
    for (const text of captured) expect(agree(text)).toBe(true)
  })
  it('agrees on every golden document, or leaves it alone', () => {
    const read = golden.filter(agree).length
    expect(read).toBeGreaterThan(10)
    expect(read).toBeLessThan(golden.length)
  })
  // Fails when, say, `trimEnd()` stands in for the XML white space after the root, or a doubled attribute is let through.
  it('never accepts what the XML parser refuses, in documents put together at random', () => {
    let read = 0
    const body = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map(parts => parts.join(''))
    const framed = fc
      .tuple(body, fc.array(fc.constantFrom(...pieces), { maxLength: 3 }))
      .map(
        ([middle, tail]) =>
          `<SunSpecData v=""><d t="x"><m id="211">${middle}</m></d></SunSpecData>${tail.join('')}`,
      )
    fc.assert(
      fc.property(fc.oneof(body, framed), text => {
        if (agree(text)) read++
      }),
      { numRuns: 8_000 },
    )
    expect(read).toBeGreaterThan(50)
  })
  it('never accepts what the XML parser refuses, when a captured document is damaged anywhere', () => {
    const [first = ''] = captured
    const edit = fc.record({
      at: fc.nat({ max: first.length }),
      cut: fc.nat({ max: 12 }),
      put: fc.oneof(fc.constantFrom('', ...pieces), fc.string({ maxLength: 3, unit: 'binary' })),
    })
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), edits => {
        let text = first
        for (const { at, cut, put } of edits) text = text.slice(0, at) + put + text.slice(at + cut)
        agree(text)
      }),
      { numRuns: 3_000 },
    )
  })
  it('is linear in what a hostile device sends', async () => {
    for (const unit of [
      ' ',
      '\n<',
      ' a="',
      '<d ',
      '<p id="',
      ' a=""',
      '><d><m><p id=""></p>',
      '><d>' + '<m id=""></m>',
    ]) {
      const text = `<SunSpecData${unit.repeat(60_000 / unit.length)}`
      expect(await processorTime(() => plainSunSpecData(text))).toBeLessThan(200)
    }
  })
})
