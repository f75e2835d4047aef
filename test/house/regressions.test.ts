import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const page = readFileSync(resolve(root, 'docs/regressions.md'), 'utf8')
const rows = [...page.matchAll(/^\| (U\d+) \|.*\| (.*) \|$/gm)].map(([, number = '', files = '']) => ({
  number,
  files: [...files.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file),
}))

it('names every lesson but those of what there is not yet', () => {
  const without = [14, 20]
  const all = Array.from({ length: 23 }, (_, i) => i + 1).filter(number => !without.includes(number))
  expect(rows.map(({ number }) => number)).toEqual(all.map(number => `U${number}`))
})

it.each(rows)('$number stands in each of its tests', ({ number, files }) => {
  expect(files).not.toEqual([])
  for (const file of files) {
    expect(readFileSync(resolve(root, file), 'utf8'), file).toMatch(new RegExp(`\\b${number}\\b`))
  }
})
