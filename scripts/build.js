// Plain tsc to dist/, and the data files that the code reads beside itself.
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
writeFileSync('dist/.built', `${new Date().toISOString()}\n`)
