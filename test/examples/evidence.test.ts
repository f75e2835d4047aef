import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { counter, key, record, roofLog, sign, temporaryFolder } from '../prove/support.ts'

const root = join(import.meta.dirname, '../..')
const example = join(root, 'examples/evidence.ts')

/** Has Node find the package's doors in its sources. */
const hooks = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  const doors = { energyweb: 'src/index.ts', 'energyweb/verify': 'src/proof/verify.ts' }
  registerHooks({
    resolve: (specifier, context, next) =>
      next(Object.hasOwn(doors, specifier) ? ${JSON.stringify(`file://${root}/`)} + doors[specifier] : specifier, context),
  })`)}`

test('the example proves a period, publishes and follows the log, and finds an entry in its files', async () => {
  const log = await roofLog()
  await record(
    log,
    Array.from({ length: 300 }, (_, i) => counter(i)),
  )
  await sign(log)
  const cwd = temporaryFolder()
  const period = ['2024-05-01T00:00:00Z', '2024-05-03T00:00:00Z']
  const words = ['--import', hooks, example, log.folder, 'roof', key, ...period]
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd })
  expect(stdout.split('\n')).toEqual([
    'proven: 172800000000 mJ by 192 readings',
    expect.stringMatching(/^published: 30\d entries$/),
    expect.stringMatching(/^followed: 30\d new entries of 1 streams$/),
    expect.stringMatching(/^entry 30\d stands in the tree that was signed$/),
    '',
  ])
  expect(existsSync(join(cwd, 'month.evidence.json'))).toBe(true)
})

test('it stands in the guide as it is here', () => {
  const guide = readFileSync(join(root, 'docs/in-a-program.md'), 'utf8')
  expect(guide).toContain(`\`\`\`ts\n${readFileSync(example, 'utf8')}\`\`\``)
})
