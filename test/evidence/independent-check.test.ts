import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

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

async function checkedByPython(files: readonly string[]): Promise<readonly string[]> {
  const run = promisify(execFile)
  const script = join(import.meta.dirname, 'check.py')
  const schemas = join(import.meta.dirname, '../../docs/evidence.documents.json')
  const paths = files.map(file => join(folder, file))
  const { stdout } = await run('python3', [
    script,
    '--schemas',
    schemas,
    '--key',
    manifest.key,
    ...paths,
  ]).catch((error: { stdout: string; code: number }) => {
    // It ends with 1 when any of the files is wrong.
    if (error.code !== 1) throw error
    return error
  })
  return stdout.trimEnd().split('\n')
}

describe('a verifier in Python that shares no code with ours', () => {
  it('finds a good file good, down to the signature', async () => {
    const [good] = await checkedByPython(['good.evidence.json'])
    expect(good).toMatch(/^good: /)
    expect(good).toContain('segments, checkpoint of')
  })

  it('refuses every file in which a hash, a path or a signature is wrong', async () => {
    const files = manifest.files.filter(
      ({ code, verdict }) => ofHashes.includes(code) && verdict === 'refuted',
    )
    expect(files.length).toBeGreaterThan(50)
    const answers = await checkedByPython(files.map(({ file }) => file))
    expect(answers.filter(line => !line.startsWith('wrong: '))).toEqual([])
  }, 120_000)

  it('finds the energy of a claim false as we do', async () => {
    const files = [
      'claim-false--inflated-by-1-mJ.evidence.json',
      'claim-false--deflated-by-1-mJ.evidence.json',
    ]
    const answers = await checkedByPython(files)
    for (const line of answers) expect(line).toMatch(/^wrong: .*: the claim is \d+ mJ, the entries say \d+$/)
  })

  it('refuses nothing that we prove', async () => {
    const files = manifest.files.filter(({ verdict }) => verdict === 'proven').map(({ file }) => file)
    const answers = await checkedByPython(files)
    expect(answers.filter(line => !line.startsWith('good: '))).toEqual([])
  }, 120_000)
})
