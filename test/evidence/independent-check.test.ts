import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkedByPython } from '../support/independent-check.ts'

/*
 * check.py was written from docs/evidence.md, by Python's standard library alone: it shares no code with us. It looks at what is
 * hashed and signed; what else a verifier finds (the one form, registers, completeness, history) is none of its business.
 */

const folder = join(import.meta.dirname, 'evil')
const manifest: {
  readonly key: string
  readonly files: readonly { file: string; code: string; verdict: string; key: boolean }[]
} = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))

/** Codes of files in which a hash, a path or a signature of the log is wrong. */
const ofHashes: readonly string[] = [
  'not-in-tree',
  'path-length',
  'index-beyond-size',
  'consistency-false',
  'signature-false',
  'key-foreign',
  'checkpoint-malformed',
  'schema-unknown',
  'raw-mismatch',
  'document-invalid',
  'not-json',
]

function answersTo(files: readonly string[]): Promise<readonly string[]> {
  return checkedByPython(
    files.map(file => join(folder, file)),
    manifest.key,
  )
}

describe('a verifier in Python that shares no code with ours', () => {
  it('finds a good file good, down to the signature', async () => {
    const [good] = await answersTo(['good.evidence.json'])
    expect(good).toMatch(/^good: /)
    expect(good).toContain('segments, checkpoint of')
  })

  it('refuses every file in which a hash, a path or a signature is wrong', async () => {
    const files = manifest.files.filter(
      ({ code, verdict }) => ofHashes.includes(code) && verdict === 'refuted',
    )
    expect(files.length).toBeGreaterThan(50)
    const answers = await answersTo(files.map(({ file }) => file))
    expect(answers.filter(line => !line.startsWith('wrong: '))).toEqual([])
  }, 300_000)

  it('finds that more was certified than was counted, where we do', async () => {
    const files = manifest.files.filter(({ code }) => code === 'certified-beyond')
    expect(files.length).toBeGreaterThan(3)
    const answers = await answersTo(files.map(({ file }) => file))
    expect(answers.filter(line => !line.includes('more was certified than was counted'))).toEqual([])
    expect(answers.filter(line => !line.startsWith('good: '))).toEqual([])
  }, 300_000)

  it('finds the energy of a claim false as we do', async () => {
    const files = [
      'claim-false--inflated-by-1-mJ.evidence.json',
      'claim-false--deflated-by-1-mJ.evidence.json',
    ]
    const answers = await answersTo(files)
    for (const line of answers) expect(line).toMatch(/^wrong: .*: the claim is \d+ mJ, the entries say \d+$/)
  })

  it('refuses nothing that we prove', async () => {
    const files = manifest.files.filter(({ verdict }) => verdict === 'proven').map(({ file }) => file)
    const answers = await answersTo(files)
    expect(answers.filter(line => !line.startsWith('good: '))).toEqual([])
  }, 300_000)
})
