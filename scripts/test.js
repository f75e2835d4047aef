// Every test, by vitest; words given go to it.
import './require-node.js'
import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

// Hundreds of processes load the same modules: with their compiled code at hand, all tests take a third less of the processor.
const compiled = fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url))
const env = { NODE_COMPILE_CACHE: compiled, ...process.env }
// Filled before they start: a process that a test kills leaves none of its own.
spawnSync(
  process.execPath,
  ['--input-type=module', '--eval', "import './src/cli/main.ts'; import './src/index.ts'"],
  { env },
)
const vitest = spawn('vitest', ['run', ...process.argv.slice(2)], { stdio: 'inherit', env })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => vitest.kill(signal))
vitest.on('close', code => {
  process.exitCode = code ?? 1
})
