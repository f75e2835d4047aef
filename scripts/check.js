// Format, lint, types, and that core, proof and the web page need nothing of Node.
import './require-node.js'
import { runAll } from './run-all.js'

const good = await runAll([
  ['biome', 'ci', '--error-on-warnings', '.'],
  ['tsc', '-p', 'tsconfig.json'],
  ['tsc', '-p', 'tsconfig.browser.json'],
  ['tsc', '-p', 'tsconfig.web.json'],
])
process.exitCode = good ? 0 : 1
