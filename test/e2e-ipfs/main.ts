/**
 * Holds everything that we say of IPFS against programs and libraries that nobody here wrote, and prints what was shown with which.
 * `npm run e2e:ipfs`
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')
const counterparts: Readonly<Record<string, readonly string[]>> = {
  'unixfs.test.ts': ['ipfs/ipfs-unixfs-importer', 'ipfs/multiformats'],
  'car.test.ts': ['ipfs/@ipld/car', 'ipfs/ipfs-unixfs-exporter'],
  'archive.test.ts': ['ipfs/@ipld/car', 'ipfs/ipfs-unixfs-exporter'],
  'uuid.test.ts': ['ipfs/uuid'],
  'remotes.test.ts': ['ipfs/kubo-rpc-client', 'ipfs/@ipfs-shipyard/pinning-service-client'],
  'validate.test.ts': ['ipfs/kubo-rpc-client'],
  'helia.test.ts': ['helia/helia'],
  'published-cids.test.ts': [],
  'published-gateway.test.ts': ['helia/helia'],
}
/** What a test is held against that is no library. */
const contracts = 'anvil, with the contracts of @energyweb/issuer and of Origin release B from npm'
const chains: Readonly<Record<string, string>> = {
  'published-cids.test.ts': contracts,
  'published-gateway.test.ts': contracts,
}

interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly assertionResults: readonly {
      readonly title: string
      readonly status: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

const folder = mkdtempSync(join(tmpdir(), 'energyweb-e2e-ipfs-'))
const output = join(folder, 'report.json')
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const words = ['run', 'test/ipfs', '--reporter=json', `--outputFile=${output}`]
spawnSync(process.execPath, [vitest, ...words], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
const { testResults }: Report = JSON.parse(readFileSync(output, 'utf8'))
rmSync(folder, { recursive: true })

function versionOf(place: string): string {
  const [set = '', ...name] = place.split('/')
  const path = join(root, 'test/counterparts', set, 'node_modules', ...name, 'package.json')
  try {
    return `${name.join('/')} ${JSON.parse(readFileSync(path, 'utf8')).version}`
  } catch (error) {
    return `${name.join('/')} is missing (${error instanceof Error ? error.message : error})`
  }
}

let failed = testResults.length === Object.keys(counterparts).length ? 0 : 1
for (const { name, assertionResults } of testResults) {
  const file = name.split('/').at(-1) ?? ''
  const heldAgainst = [chains[file] ?? [], (counterparts[file] ?? []).map(versionOf)].flat()
  console.log(`\n${heldAgainst.join(', ')}`)
  for (const { title, status, failureMessages } of assertionResults) {
    // What was passed over was not shown.
    if (status !== 'passed') failed += 1
    console.log(`  ${status === 'passed' ? 'shown' : status.toUpperCase()}  ${title}`)
    for (const message of failureMessages) console.log(message.replaceAll(/^/gm, '          '))
  }
}
console.log(failed === 0 ? '\neverything was shown' : `\n${failed} were not shown`)
process.exitCode = failed === 0 ? 0 : 1
