import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

/** Tells which files of packages are loaded with a module. */
const script = `
import { registerHooks } from 'node:module'
const loaded = new Set()
registerHooks({
  load(url, context, next) {
    const name = /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1]
    if (name !== undefined) loaded.add(name)
    return next(url, context)
  },
})
await import(process.argv[1])
console.log(JSON.stringify([...loaded].sort()))
`

async function packagesOf(path: string): Promise<string[]> {
  const file = fileURLToPath(new URL(`../../${path}`, import.meta.url))
  const words = ['--input-type=module', '--eval', script, file]
  const { stdout } = await promisify(execFile)(process.execPath, words)
  return JSON.parse(stdout) as string[]
}

// Every gateway opens it, those without such contracts too: it took a second before.
test('the door of the ledgers loads no chain client; that comes with what needs it', async () => {
  expect(await packagesOf('src/ledgers/index.ts')).not.toContain('viem')
  expect(await packagesOf('src/ledgers/records/index.ts')).toContain('viem')
})
