import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fromBase64url, toBase64url } from '../../src/core/bytes.ts'
import { p256Signer } from '../../src/keys/index.ts'
import { readCheckpoint } from '../../src/proof/checkpoint.ts'
import { decodeEvidence, type EvidenceSegment, encodeEvidence } from '../../src/proof/evidence/index.ts'
import { Rebuilder } from '../../src/proof/evidence/rebuild.ts'
import { entrySignature, evidenceKeyOf, evidenceSignature } from '../../src/proof/evidence-signature.ts'
import { nobleHashes } from '../../src/proof/hashes.ts'
import { addSignatures } from '../../src/proof/signed-note.ts'
import { formatVerifierKey, keyInWords } from '../../src/proof/verifier-key.ts'
import { roofEvidence, roofLog } from './roof-log.ts'
import { codesOf, program, settled, textOf, typeInto, VerifierPage, verdictOf } from './verifier-page.ts'

/* A key of hardware in the field for keys of the page, in a real browser. */

const page = new VerifierPage()
const roof = roofLog({ readings: 40 })
const { key } = roof.log
const plain = await roofEvidence(roof, { from: 8, to: 32 })
const evidence = decodeEvidence(plain)
const { origin } = readCheckpoint(evidence.checkpoint)
const signer = p256Signer(new Uint8Array(32).fill(3))
const by = { key: evidenceKeyOf(origin, signer), signer }
const evidenceKey = formatVerifierKey(by.key)
const stranger = formatVerifierKey(evidenceKeyOf(origin, p256Signer(new Uint8Array(32).fill(4))))

async function signedSegment(
  segment: EvidenceSegment,
  number: number,
  count: number,
): Promise<EvidenceSegment> {
  const rebuilt = new Rebuilder(nobleHashes).rebuild(segment, number)
  const entries = await Promise.all(
    segment.entries.map(async (entry, i) => {
      const { leaf = '', sequence = 0, stream = '', kind } = rebuilt.entries[i] ?? {}
      if (kind !== 'reading' || i >= count) return entry
      const signature = await entrySignature({ stream, sequence, leaf: fromBase64url(leaf) }, by)
      return { ...entry, signed: toBase64url(Uint8Array.of(...by.key.id, ...signature)) }
    }),
  )
  return { ...segment, entries }
}

/** The file with the lines of the evidence key, and its signatures of the first so many entries. */
async function signedFile(count: number): Promise<string> {
  const line = await evidenceSignature(evidence.checkpoint, by)
  const segments = await Promise.all(evidence.segments.map((one, i) => signedSegment(one, i, count)))
  return encodeEvidence({
    ...evidence,
    segments,
    checkpoint: addSignatures(evidence.checkpoint, [line]),
  })
}

const some = await signedFile(11)
const files = {
  plain: page.keep('plain.evidence.json', plain),
  some: page.keep('some.evidence.json', some),
  false: page.keep(
    'false.evidence.json',
    some.replace(/"signed":"(.{20})(.)/, (_, head, one) => `"signed":"${head}${one === 'A' ? 'B' : 'A'}`),
  ),
}

beforeAll(async () => {
  if (program !== undefined) await page.start()
})
afterAll(() => page.close())

describe.skipIf(program === undefined)('an evidence key on the verifier web page', () => {
  test('must have signed beside the log key, and the page says what it has signed, and who else has', async () => {
    const tab = await page.open({ keys: `${key}\n${evidenceKey}`, files: [files.some] })
    await tab.until(settled)
    expect(await verdictOf(tab)).toBe('proven')
    const said = await textOf(tab)
    expect(said).toMatch(/It has signed 1\d of the 24 readings of the period one by one/)
    expect(await tab.evaluate('document.querySelectorAll("[data-state]").length')).toBe(13)
    const signers = await tab.evaluate(
      '[...document.querySelectorAll(".part-facts dt")].find(({ textContent }) => textContent === "Signed by").nextElementSibling.textContent',
    )
    expect(signers).toContain(`the log key ${key.split('+').slice(0, 2).join('+')}`)
    expect(signers).toContain(`the evidence key ${keyInWords(by.key)}`)
    expect(signers).toMatch(/1\d of 24 readings one by one by /)
    await tab.evaluate('document.querySelector(".part-readings summary").click()')
    expect(
      await tab.evaluate(
        '[...document.querySelectorAll(".part-readings tbody tr")].filter(row => row.textContent.includes("signed by itself")).length',
      ),
    ).toBeGreaterThan(9)
    page.expectQuiet(tab)
  })

  test('that has not signed leaves the file incomplete; without it the file is proven', async () => {
    const tab = await page.open({ keys: `${key}\n${evidenceKey}`, files: [files.plain] })
    await tab.until(settled)
    expect(await verdictOf(tab)).toBe('incomplete')
    expect(await codesOf(tab)).toContain('evidence-key-missing')
    await typeInto(tab, '#keys', key)
    await tab.until('document.querySelector("[data-verdict=proven]")')
    page.expectQuiet(tab)
  })

  test('is told apart from another one, whose lines are only counted', async () => {
    const tab = await page.open({ keys: `${key}\n${stranger}`, files: [files.some] })
    await tab.until(settled)
    expect(await verdictOf(tab)).toBe('incomplete')
    expect(await textOf(tab)).toContain('1 key that you have not named')
    page.expectQuiet(tab)
  })

  test('refutes a file in which one of its signatures is false', async () => {
    const tab = await page.open({ keys: `${key}\n${evidenceKey}`, files: [files.false] })
    await tab.until(settled)
    expect(await verdictOf(tab)).toBe('refuted')
    expect(await codesOf(tab)).toContain('signature-false')
    page.expectQuiet(tab)
  })

  test('that is none is refused in its field', async () => {
    const tab = await page.open({ keys: `${key}\n${evidenceKey.slice(0, -6)}`, files: [files.some] })
    await tab.until('document.querySelector("#keys-problem").textContent !== ""')
    expect(await tab.evaluate('document.querySelector("#keys").getAttribute("aria-invalid")')).toBe('true')
  })
})
