// Installs the packages of every counterpart in test/counterparts that has some, so that no test needs the registry for it. It runs
// before anything of ours is installed, under whatever Node is there; `installCounterpart` finds what it has left.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../test/counterparts/', import.meta.url))
const words = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']
let failed = false
for (const name of readdirSync(root).sort()) {
  const folder = `${root}${name}`
  const isNeeded =
    existsSync(`${folder}/package.json`) && !existsSync(`${folder}/node_modules/.package-lock.json`)
  if (!isNeeded) continue
  const { status } = spawnSync('npm', words, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 600_000,
  })
  console.log(`${name}: ${status === 0 ? 'installed' : 'could not be installed'}`)
  failed ||= status !== 0
}
process.exitCode = failed ? 1 : 0
