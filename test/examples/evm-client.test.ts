import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { temporaryFolder } from '../prove/support.ts'

const root = join(import.meta.dirname, '../..')
const example = join(root, 'examples/evm-client.ts')

/** Has Node find the package's doors in its sources. */
const hooks = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  const doors = { energyweb: 'src/index.ts', 'energyweb/evm': 'src/evm.ts' }
  registerHooks({
    resolve: (specifier, context, next) =>
      next(Object.hasOwn(doors, specifier) ? ${JSON.stringify(`file://${root}/`)} + doors[specifier] : specifier, context),
  })`)}`

let anvil: Anvil
beforeAll(async () => {
  anvil = await startAnvil({ blockTime: 1 })
})
afterAll(() => anvil?.stop())

test('the example creates a contract, calls it durably, is refused, and reads its events', async () => {
  const words = ['--import', hooks, example, anvil.url, join(temporaryFolder(), 'data')]
  const env = { ...process.env, KEY: anvil.accounts[0]?.privateKey }
  const { stdout } = await promisify(execFile)(process.execPath, words, { env })
  expect(stdout.split('\n')).toEqual([
    'synced: true',
    'Anchored: 12 entries, 0 before',
    'newest: 30 entries',
    'refused: a larger size is anchored',
    'event: 12 entries',
    'event: 30 entries',
    '',
  ])
})

test('it stands in the guide as it is here', () => {
  const guide = readFileSync(join(root, 'docs/evm-client.md'), 'utf8')
  expect(guide).toContain(`\`\`\`ts\n${readFileSync(example, 'utf8')}\`\`\``)
})
