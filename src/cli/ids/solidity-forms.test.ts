import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { energyweb } from '../../../test/cli/memory-io.ts'
import { limits, readings, temporaryFolder, testLog } from '../../../test/storage/support.ts'
import { contentIdentifiers } from './content-identifiers.ts'
import { solidityForms } from './solidity-forms.ts'

const kept = { string: ' constant', bytes: ' constant', bytes16: ' constant', bytes32: ' constant' }

/** Compiles a contract with a constant for each literal; answers what the compiler has against it. */
async function compile(forms: readonly { readonly type: string; readonly literal: string }[]) {
  const { default: compiler } = await import('solc')
  const lines = forms.map(
    ({ type, literal }, i) => `  ${type}${kept[type as keyof typeof kept]} c${i} = ${literal};`,
  )
  const content = `// SPDX-License-Identifier: Apache-2.0\npragma solidity >=0.8.0;\ncontract Pasted {\n${lines.join('\n')}\n}`
  const input = {
    ...{ language: 'Solidity', sources: { 'Pasted.sol': { content } } },
    settings: { outputSelection: { '*': { '*': ['evm.bytecode.object'] } } },
  }
  const { errors = [] } = JSON.parse(compiler.compile(JSON.stringify(input)))
  return errors.map(({ formattedMessage }: { formattedMessage: string }) => formattedMessage)
}

test('every literal is taken by the compiler as it is, for the type that it is printed with', async () => {
  const log = await testLog()
  await log.openStream({ name: 'roof' })
  await log.record('roof', readings(3), limits)
  const ended = await energyweb(['id', 'show', 'roof/2', '--data', log.folder, '--json'])
  const { identifiers } = JSON.parse(ended.stdout) as { identifiers: { solidity: object }[] }
  const forms = identifiers.flatMap(({ solidity }) =>
    Object.entries(solidity).map(([type, literal]) => ({ type, literal })),
  )
  expect(forms.length).toBeGreaterThan(20)
  expect(new Set(forms.map(({ type }) => type))).toEqual(new Set(['string', 'bytes', 'bytes16', 'bytes32']))
  expect(await compile(forms)).toEqual([])
  // The compiler would notice: half a literal is of no such type.
  const [first] = forms.filter(({ type }) => type === 'bytes16')
  const half = { type: 'bytes16', literal: first?.literal.slice(0, 20) ?? '' }
  expect((await compile([half])).join()).toContain('not implicitly convertible')
}, 60_000)

test('a CID has its bytes, and its digest; of version 0 too', () => {
  const all = contentIdentifiers(randomBytes(10), 'file')
  const [v1] = all.filter(({ kind }) => kind === 'CIDv1')
  const [v0] = all.filter(({ kind }) => kind === 'CIDv0')
  const literals = (one: (typeof all)[number] | undefined) =>
    Object.fromEntries(
      (one === undefined ? [] : solidityForms(one)).map(({ type, literal }) => [type, literal]),
    )
  expect(literals(v1).bytes).toBe(`hex"01551220${literals(v1).bytes32?.slice(2)}"`)
  expect(literals(v0).bytes).toBe(`hex"1220${literals(v0).bytes32?.slice(2)}"`)
})

test('id show --solidity prints one row a literal', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'a.txt'), 'hello world')
  const { code, stdout } = await energyweb(['id', 'show', './a.txt', '--solidity'], { cwd: folder })
  expect(code).toBe(0)
  expect(stdout).toMatch(/^of +kind +type +literal +by\n/)
  expect(stdout).toMatch(/CIDv1 +string +"bafkrei[a-z2-7]{52}"/)
  expect(stdout).toMatch(/CIDv1 +bytes +hex"01551220[0-9a-f]{64}"/)
  expect(stdout).toMatch(/UUIDv8 +bytes32 +0x[0-9a-f]{32}0{32} /)
})
