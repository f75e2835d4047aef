import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findingMeanings, longestEvidence, verifyEvidence } from '../../src/proof/evidence/index.ts'
import { formatManifest, type Manifest, makeFolder } from './vectors.ts'

const folder = join(import.meta.dirname, 'evil')
const read = (name: string) => readFileSync(join(folder, name))
const manifest: Manifest = JSON.parse(read('manifest.json').toString())
const { key, witness } = manifest

describe('the good file', () => {
  it('has something of everything, and is proven', () => {
    const told = { keys: [key], witnesses: [witness], previous: read('earlier.evidence.json') }
    const result = verifyEvidence(read('good.evidence.json'), told)
    expect(result.verdict).toBe('proven')
    expect(result.steps.filter(({ state }) => state !== 'holds').map(({ name }) => name)).toEqual([
      'chain-records',
    ])
  })
})

describe('a file that is broken in one way', () => {
  it.each(manifest.files.map(line => [line.file, line] as const))('%s', (_, line) => {
    const result = verifyEvidence(read(line.file), {
      keys: line.key ? [key] : [],
      witnesses: line.witness ? [witness] : [],
      ...(line.previous !== undefined && { previous: read(line.previous) }),
    })
    const findings = result.steps.flatMap(step => step.findings)
    expect(findings.map(({ code }) => code)).toContain(line.code)
    expect(findings.find(({ code }) => code === line.code)?.text).not.toBe('')
    expect({ verdict: result.verdict, findings }).toMatchObject({ verdict: line.verdict })
  })

  it('is there for every code', () => {
    const shown = new Set<string>(manifest.files.map(({ code }) => code))
    // A file that is too large is not kept, but made below; what chains say, and
    // what somebody demands beyond the file, no file can cause by itself.
    expect(Object.keys(findingMeanings).filter(code => !shown.has(code))).toEqual([
      'too-large',
      'evidence-key-missing',
      'gap',
      'chain-contradicts',
      'chain-unknown',
    ])
    expect(manifest.files.map(({ file, code }) => file.startsWith(`${code}--`))).not.toContain(false)
  })

  it('comes out the same whenever it is made', async () => {
    const made = await makeFolder()
    expect(read('manifest.json').toString()).toBe(formatManifest(made.manifest))
    expect(readdirSync(folder).sort()).toEqual([...made.files.keys(), 'manifest.json'].sort())
    const changed = [...made.files].filter(([name, bytes]) => Buffer.compare(read(name), bytes) !== 0)
    expect(changed.map(([name]) => name)).toEqual([])
  })
})

describe('a file of bad manners', () => {
  const firstCode = (text: string | Uint8Array) => verifyEvidence(text).steps[0]?.findings[0]?.code

  it('is refused when it is larger than any that has to be read', () => {
    expect(firstCode(new Uint8Array(longestEvidence + 1))).toBe('too-large')
    expect(firstCode(`[${'{},'.repeat(4_000_000)}{}]`)).toBe('too-large')
    expect(firstCode(`[${'0,'.repeat(17_000_000)}0]`)).toBe('too-large')
  })

  it('may nest ten million times without harm', () => {
    expect(firstCode('['.repeat(10_000_000))).toBe('too-deep')
    expect(firstCode('{"a":'.repeat(2_000_000))).toBe('too-deep')
  })

  it('may be one text of twenty million characters, or as many members', () => {
    expect(firstCode(`{"notes":["${'a'.repeat(20_000_000)}"]}`)).toBe('malformed')
    expect(firstCode(`{${Array.from({ length: 300_000 }, (_, i) => `"a${i}":0`).join(',')}}`)).toBe(
      'malformed',
    )
  })
})
