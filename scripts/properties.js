// Every property for a while, with new examples; words given go to vitest.
import './require-node.js'
import { spawn } from 'node:child_process'

const words = ['run', '--config', 'vitest.properties.config.ts', ...process.argv.slice(2)]
const vitest = spawn('vitest', words, { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => vitest.kill(signal))
vitest.on('close', code => {
  process.exitCode = code ?? 1
})
