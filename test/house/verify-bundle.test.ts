import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { beforeAll, describe, expect, it } from 'vitest'

/*
 * What a web page gets by `import { verifyEvidence } from 'energyweb/verify'`.
 */

const root = join(import.meta.dirname, '../..')
const evil = join(root, 'test/evidence/evil')
/** Bytes that the whole of it may take, compressed: our own part, Ed25519, SHA-2 and SHA-3. */
const budget = 40_000

let code = ''
let modules: readonly string[] = []

beforeAll(async () => {
  const bundle = await rolldown({ input: join(root, 'src/proof/verify.ts'), platform: 'browser' })
  const { output } = await bundle.generate({ format: 'iife', name: 'energyweb', minify: true })
  await bundle.close()
  expect(output).toHaveLength(1)
  code = output[0].code
  modules = output[0].moduleIds.map(id => relative(root, id))
})

describe('the verifier as a library', () => {
  it('is made of core, proof and @noble alone', () => {
    const strangers = modules.filter(
      id => !/^(src\/(core|proof)|node_modules\/@noble\/(hashes|ed25519))\//.test(id),
    )
    expect(strangers).toEqual([])
    // The code itself is too long for a message.
    expect(/["'`]node:|\brequire\(|\bfetch\(|XMLHttpRequest|WebSocket/.exec(code)?.[0]).toBeUndefined()
  })

  it(`takes no more than ${budget} bytes of a page, compressed`, () => {
    expect(gzipSync(code, { level: 9 }).length).toBeLessThan(budget)
  })

  it('verifies where there is nothing but JavaScript and text encoding', () => {
    const context = createContext({ TextEncoder, TextDecoder })
    runInContext(code, context)
    const { key } = JSON.parse(readFileSync(join(evil, 'manifest.json'), 'utf8'))
    const verify = (name: string) => {
      const text = readFileSync(join(evil, name), 'utf8')
      const call = `energyweb.verifyEvidence(${JSON.stringify(text)}, { keys: [${JSON.stringify(key)}] }).verdict`
      return runInContext(call, context)
    }
    expect(verify('good.evidence.json')).toBe('proven')
    expect(verify('claim-false--inflated-by-1-mJ.evidence.json')).toBe('refuted')
  })
})
