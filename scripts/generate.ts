// Catalogue, JSON Schemas and generated pages, from the files that they describe. With --check nothing is written: stale
// files are named, and the exit code tells.
import './require-node.js'
import { generateCli } from './generate-cli.ts'
import { generateConfig } from './generate-config.ts'
import { generateNetworks } from './generate-networks.ts'
import { generateSources } from './generate-sources.ts'

const check = process.argv.includes('--check')
const changed = [
  ...(await generateNetworks({ check })),
  ...(await generateSources({ check })),
  ...(await generateConfig({ check })),
  ...(await generateCli({ check })),
]
for (const file of changed) console.log(`${check ? 'stale' : 'written'}: ${file}`)
if (check && changed.length > 0) process.exitCode = 1
