import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { entryColumns } from './entry-csv.ts'

test('the documentation has every column, in this order', () => {
  const page = readFileSync(new URL('../../docs/storage.md', import.meta.url), 'utf8')
  const rows = entryColumns.map(({ name, description }) => `| \`${name}\` | ${description} |`)
  expect(page).toContain(`\n${rows.join('\n')}\n`)
})
