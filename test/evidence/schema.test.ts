import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { entryKinds } from '../../src/core/entry.ts'
import type { Manifest } from './vectors.ts'

const folder = join(import.meta.dirname, 'evil')
const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))
const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/evidence.schema.json'), 'utf8'))
const validate = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(schema)

/** What is well formed, and refused for what no JSON Schema can say. */
const beyond = ['a-period-that-ends-before-it-begins', 'a-day-that-is-none', 'minus-zero']

describe("the file's JSON Schema", () => {
  it('knows every kind of entry', () => {
    expect(schema.$defs.kind.enum).toEqual(entryKinds)
  })

  it.each(['good', 'earlier', 'earlier-whole'])('takes the file %s', name => {
    expect(validate(JSON.parse(readFileSync(join(folder, `${name}.evidence.json`), 'utf8')))).toBe(true)
  })

  it('takes the signature of an entry, and none of another length', () => {
    const text = readFileSync(join(folder, 'good.evidence.json'), 'utf8')
    const signed = (digits: number) =>
      JSON.parse(text.replace('"entries":[\n{', `$&"signed":"${'A'.repeat(digits)}",`))
    expect(validate(signed(91))).toBe(true)
    expect(validate(signed(90))).toBe(false)
  })

  it.each(manifest.files.filter(({ code }) => code === 'malformed' || code === 'version-unknown'))(
    'refuses $file, where a schema can tell',
    ({ file }) => {
      const taken = validate(JSON.parse(readFileSync(join(folder, file), 'utf8')))
      expect(taken).toBe(beyond.some(name => file.includes(name)))
    },
  )

  it.each(
    manifest.files.filter(({ code }) =>
      ['not-in-tree', 'claim-false', 'forked', 'total-falls', 'anchor-unbound'].includes(code),
    ),
  )('takes $file: it is well formed, and false', ({ file }) => {
    expect(validate(JSON.parse(readFileSync(join(folder, file), 'utf8')))).toBe(true)
  })
})
