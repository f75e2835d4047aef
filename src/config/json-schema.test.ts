import { glob, readFile } from 'node:fs/promises'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { configJsonSchema } from './json-schema.ts'
import { sampleConfig } from './sample-config.ts'

// The published file as an editor sees it: read from the disk, by a validator that nobody here wrote.
const root = new URL('../../', import.meta.url)
const published = JSON.parse(await readFile(new URL('docs/configuration.schema.json', root), 'utf8'))
// Our marks of secret and personal fields are no keywords of JSON Schema.
const validate = new Ajv2020({
  allErrors: true,
  strictTypes: false,
  keywords: ['secret', 'personal'],
}).compile(published)

/** Where the schema says no. */
function wrong(text: string): string[] {
  if (validate(parse(text))) return []
  return [...new Set((validate.errors ?? []).map(({ instancePath }) => instancePath))].sort()
}

test('the published schema is what the code says, in the dialect that it names', () => {
  expect(published).toEqual(JSON.parse(JSON.stringify(configJsonSchema())))
  expect(published.$schema).toBe('https://json-schema.org/draft/2020-12/schema')
})

test('every example fits', async () => {
  const all = await Array.fromAsync(glob('examples/**/*.{yml,yaml}', { cwd: root }))
  const files = all.filter(file => !file.startsWith('examples/prometheus/'))
  expect(files.length).toBeGreaterThan(1)
  for (const file of files)
    expect([file, wrong(await readFile(new URL(file, root), 'utf8'))]).toEqual([file, []])
})

test('the sample of init fits', () => {
  expect(wrong(sampleConfig())).toEqual([])
})

const asset = (source: string) => `energyweb: 1
assets: [{ name: a, role: producer, channel: export, every: 1m, source: ${source} }]
`

test.each([
  ['a misspelt key', `${asset('{ kind: simulator, profile: solar, peak: 1 kW }')}datta: ./data\n`, ''],
  ['a missing asset', 'energyweb: 1\n', ''],
  ['a misspelt option', asset('{ kind: simulator, profile: solar, peek: 1 kW }'), '/assets/0/source'],
  ['a misspelt kind', asset('{ kind: simulater }'), '/assets/0/source/kind'],
  [
    'a secret in plain text',
    `${asset('{ kind: simulator, profile: solar, peak: 1 kW }')}keys: { a: { keystore: k, password: x } }`,
    '/keys/a/password',
  ],
  [
    'a list that is none',
    `${asset('{ kind: simulator, profile: solar, peak: 1 kW }')}modules: ./a.ts`,
    '/modules',
  ],
])('%s does not fit', (_, text, where) => {
  expect(wrong(text)).toContain(where)
})

test('with modules any kind may be; without, an editor can name a misspelt one', () => {
  expect(wrong(`${asset('{ kind: my-meter, anything: 1 }')}modules: [./my-meter.ts]`)).toEqual([])
  expect(wrong(asset('{ kind: my-meter, anything: 1 }'))).toContain('/assets/0/source/kind')
})
