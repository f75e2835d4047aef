// Tests of the laws of proof, and that they take every branch of them.
import './require-node.js'
import { spawn } from 'node:child_process'

const vitest = spawn('vitest', ['run', '--config', 'vitest.coverage.config.ts', ...process.argv.slice(2)], {
  stdio: 'inherit',
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => vitest.kill(signal))
vitest.on('close', code => {
  process.exitCode = code ?? 1
})
