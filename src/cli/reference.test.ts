import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { cliReference } from './reference.ts'

test('docs/cli.md is what the commands say of themselves (else: node scripts/generate-cli.ts)', async () => {
  const committed = await readFile(new URL('../../docs/cli.md', import.meta.url), 'utf8')
  expect(committed === (await cliReference()), 'docs/cli.md is up to date').toBe(true)
})
