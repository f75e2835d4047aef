import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { startAnvil } from '../../src/testing/anvil.ts'
import { deployReleaseB, hasReleaseB } from '../support/release-b.ts'

const root = join(import.meta.dirname, '../..')
const example = join(root, 'examples/registries.ts')

/** Has Node find the package's doors in its sources. */
const hooks = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  const doors = { 'energyweb/evm': 'src/evm.ts', 'energyweb/registries': 'src/registries.ts' }
  registerHooks({
    resolve: (specifier, context, next) =>
      next(Object.hasOwn(doors, specifier) ? ${JSON.stringify(`file://${root}/`)} + doors[specifier] : specifier, context),
  })`)}`

test.skipIf(!hasReleaseB())('the example registers a user, once, and lists the plants', async () => {
  const anvil = await startAnvil({ blockTime: 1 })
  try {
    const b = await deployReleaseB(anvil)
    const [admin, meter, owner] = anvil.accounts
    await b.createProducer({ meter: meter!.address, owner: owner!.address })
    const words = [
      '--import',
      hooks,
      example,
      anvil.url,
      '31337',
      b.assetLookup.address,
      anvil.accounts[5]!.address,
    ]
    const env = { ...process.env, ADMIN_KEY: admin!.privateKey }
    const run = () => promisify(execFile)(process.execPath, words, { env })
    const told = (count: number) =>
      `release B on chain 31337\nSonne eG is registered, in ${count} transactions\nplant 0: 0 Wh\n`
    expect((await run()).stdout).toBe(told(1))
    expect((await run()).stdout).toBe(told(0))
  } finally {
    await anvil.stop()
  }
})

test('it stands in the guide as it is here', () => {
  const guide = readFileSync(join(root, 'docs/ledgers/registries.md'), 'utf8')
  expect(guide).toContain(`\`\`\`ts\n${readFileSync(example, 'utf8')}\`\`\``)
})
