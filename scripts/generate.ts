// Catalogue, JSON Schemas and generated pages, from the files that they describe. With --check nothing is written: stale
// files are named, and the exit code tells.
import './require-node.js'
import { generateLedgers } from './generate-ledgers.ts'
import { generateMetrics } from './generate-metrics.ts'
import { generateNetworks } from './generate-networks.ts'
import { generateSources } from './generate-sources.ts'

const check = process.argv.includes('--check')
const changed = [
  ...(await generateNetworks({ check })),
  ...(await generateSources({ check })),
  ...(await generateLedgers({ check })),
  ...(await generateMetrics({ check })),
]
// The others load what these have just written.
const { generateConfig } = await import('./generate-config.ts')
const { generateCli } = await import('./generate-cli.ts')
const { generateEvidence } = await import('./generate-evidence.ts')
changed.push(
  ...(await generateConfig({ check })),
  ...(await generateCli({ check })),
  ...(await generateEvidence({ check })),
)
for (const file of changed) console.log(`${check ? 'stale' : 'written'}: ${file}`)
if (check && changed.length > 0) process.exitCode = 1
