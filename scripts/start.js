// The demonstration: builds first when dist is older than the sources, then `energyweb demo` with the words given.
import './require-node.js'
import { spawn, spawnSync } from 'node:child_process'
import { globSync, statSync } from 'node:fs'

const builtAt = statSync('dist/.built', { throwIfNoEntry: false })?.mtimeMs ?? 0
const sources = [
  ...globSync(['src/**/*.*', 'web/**/*.*', 'scripts/build*']),
  ...['package.json', 'tsconfig.json', 'tsconfig.build.json'],
]
if (sources.some(file => statSync(file).mtimeMs > builtAt)) {
  const built = spawnSync(process.execPath, ['scripts/build.js'], { stdio: 'inherit' })
  if (built.status !== 0) process.exit(1)
}
const demo = spawn(process.execPath, ['bin/energyweb.js', 'demo', ...process.argv.slice(2)], {
  stdio: 'inherit',
})
process.on('SIGTERM', () => demo.kill('SIGTERM'))
// A terminal sends Ctrl-C to both processes; a second one would tell the demonstration to stop at once.
process.on('SIGINT', () => process.stdin.isTTY || demo.kill('SIGINT'))
demo.on('close', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 128)
})
