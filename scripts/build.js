// Plain tsc to dist/, the data files that the code reads beside itself, and the verifier web page.
import './require-node.js'
import { cpSync, existsSync, globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runAll } from './run-all.js'

rmSync('dist', { recursive: true, force: true })
if (!(await runAll([['tsc', '-p', 'tsconfig.build.json']]))) process.exit(1)
for (const file of globSync('src/**/{golden,generated}/**/*', { withFileTypes: true })) {
  if (!file.isFile() || file.name.endsWith('.ts')) continue
  const from = join(file.parentPath, file.name)
  const to = from.replace(/^src/, 'dist')
  mkdirSync(dirname(to), { recursive: true })
  if (!existsSync(to)) cpSync(from, to)
}
// Only Node 24 reads this file, and by now it is one.
const { buildPage } = await import('./build-page.ts')
writeFileSync('dist/verify.html', await buildPage())
writeFileSync('dist/.built', `${new Date().toISOString()}\n`)
