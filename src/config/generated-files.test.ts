import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { generateConfig } from '../../scripts/generate-config.ts'
import { checkConfig } from './check-config.ts'

test('the reference page and the JSON Schema say what the schema says', async () => {
  // Bring them up to date with: npm run generate
  expect(await generateConfig({ check: true })).toEqual([])
})

test('the example has no errors', async () => {
  const text = await readFile(new URL('../../examples/config.yml', import.meta.url), 'utf8')
  const { errors } = await checkConfig('examples/config.yml', { text })
  expect(errors).toEqual([])
})
