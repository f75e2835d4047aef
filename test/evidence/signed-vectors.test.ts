import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { rolldown } from 'rolldown'
import { describe, expect, it } from 'vitest'
import { parseAnyVerifierKey } from '../../src/proof/ecdsa-key.ts'
import { withEvidenceKeys } from '../../src/proof/evidence/evidence-keys.ts'
import { verifyEvidence } from '../../src/proof/evidence/index.ts'
import { byOpenSsl } from '../../src/storage/openssl-signatures.ts'
import { energyweb } from '../cli/memory-io.ts'
import { checkedByPython } from '../support/independent-check.ts'
import { makeSignedFolder, type SignedManifest } from './signed-vectors.ts'

/*
 * Files of signed readings, whole and spoilt, held against every verifier that there is: ours by OpenSSL, ours as a browser runs it, the
 * command, and the one in Python that shares no code with us. All must say the same of each.
 */

const folder = join(import.meta.dirname, 'signed')
const pathOf = (file: string) => join(folder, file)
const read = (file: string) => readFileSync(pathOf(file), 'utf8')
const manifest: SignedManifest = JSON.parse(read('manifest.json'))
const { key, evidenceKey, files } = manifest
const cases = files.map(line => [line.file, line] as const)

it('comes out the same whenever it is made', async () => {
  const made = await makeSignedFolder()
  expect(read('manifest.json')).toBe(made.manifest)
  expect(readdirSync(folder).sort()).toEqual([...made.files.keys(), 'manifest.json'].sort())
  expect([...made.files].filter(([name, text]) => read(name) !== text).map(([name]) => name)).toEqual([])
})

describe('a file of signed readings', () => {
  it.each(cases)('%s', (file, line) => {
    const trusted = parseAnyVerifierKey(evidenceKey)
    for (const by of [trusted, byOpenSsl(trusted)]) {
      const plain = verifyEvidence(read(file), { keys: [key] })
      const { verdict, readings } = withEvidenceKeys(plain, [by])
      const each = withEvidenceKeys(plain, [by], { eachReading: true }).verdict
      const signed = readings.filter(({ signedBy }) => signedBy !== undefined).length
      expect({ file, verdict, each, signed }).toEqual(line)
    }
  })

  it('is as good as any other to who does not ask for the key, unless it can not be read', () => {
    const verdicts = files.map(({ file }) => verifyEvidence(read(file), { keys: [key] }).verdict)
    const expected = files.map(({ file, verdict, signed }) =>
      file.includes('erased') ? 'incomplete' : verdict === 'refuted' && signed === 0 ? 'refuted' : 'proven',
    )
    expect(verdicts).toEqual(expected)
  })

  it('is held by a browser for what it is', async () => {
    const call = await inBrowser()
    expect(files.map(({ file }) => ({ file, ...call(read(file)) }))).toEqual(files)
  }, 120_000)

  it('ends the command as its verdict says', async () => {
    const codes = { proven: 0, refuted: 1, incomplete: 2 }
    for (const { file, verdict, each } of files) {
      const words = ['verify', pathOf(file), '--key', key, '--evidence-key', evidenceKey]
      const { code } = await energyweb(words)
      const { code: codeOfEach } = await energyweb([...words, '--each-reading'])
      expect({ file, code, codeOfEach }).toEqual({ file, code: codes[verdict], codeOfEach: codes[each] })
    }
  }, 120_000)

  it('is refused by a verifier in Python where we refuse it, and only there', async () => {
    const answers = await checkedByPython(
      files.map(({ file }) => pathOf(file)),
      key,
      evidenceKey,
    )
    const words = answers.map(line => line.split(': ')[0])
    const told = files.map(({ file }, i) => `${file} ${words[i]}`)
    expect(told).toEqual(
      files.map(({ file, verdict }) => `${file} ${verdict === 'refuted' ? 'wrong' : 'good'}`),
    )
  }, 120_000)
})

/** `energyweb/verify` and `energyweb/verify-ecdsa` in one script, where there is nothing but JavaScript. */
async function inBrowser(): Promise<(text: string) => object> {
  const root = join(import.meta.dirname, '../../src/proof')
  const door = 'energyweb:both'
  const bundle = await rolldown({
    input: door,
    platform: 'browser',
    plugins: [
      {
        name: 'both doors',
        resolveId: id => (id === door ? id : null),
        load: id =>
          id === door
            ? `export * from '${join(root, 'verify.ts')}'; export * from '${join(root, 'verify-ecdsa.ts')}'`
            : null,
      },
    ],
  })
  const { output } = await bundle.generate({ format: 'iife', name: 'energyweb' })
  await bundle.close()
  const context = createContext({ TextEncoder, TextDecoder })
  runInContext(output[0].code, context)
  const script = `text => {
    const key = energyweb.parseAnyVerifierKey(${JSON.stringify(evidenceKey)})
    const plain = energyweb.verifyEvidence(text, { keys: [${JSON.stringify(key)}] })
    const { verdict, readings } = energyweb.withEvidenceKeys(plain, [key])
    const each = energyweb.withEvidenceKeys(plain, [key], { eachReading: true }).verdict
    return JSON.stringify({ verdict, each, signed: readings.filter(one => one.signedBy !== undefined).length })
  }`
  const run = runInContext(`(${script})`, context)
  return text => JSON.parse(run(text))
}
