/**
 * Real servers with every fault of TLS, before every kind of connection that a gateway opens: each must be refused by its name, and
 * the right ones let in. `npm run e2e:tls`
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasNamespaces, rebindingRows } from '../tls/rebinding.ts'
import { TlsWorld, worldTools } from '../tls/world.ts'

if (!worldTools) process.exit(2)
const folder = mkdtempSync(join(tmpdir(), 'energyweb-tls-'))
const nginx = spawnSync('nginx', ['-v'], { encoding: 'utf8' }).stderr.trim().replace('nginx version: ', '')
const openssl = execFileSync('openssl', ['version'], { encoding: 'utf8' }).trim()
console.log(
  `counterparts: ${nginx}, ${openssl}; our own TLS: OpenSSL ${process.versions.openssl}, Node ${process.version}\n`,
)

const world = await TlsWorld.open(folder)
const rows = [...(await world.table()), ...(hasNamespaces ? await rebindingRows(folder) : [])]
await world.close()
rmSync(folder, { recursive: true })

const byFault = Map.groupBy(rows, ({ fault, expected }) => `${fault.padEnd(44)} ${expected}`)
for (const [fault, some] of byFault) {
  const wrong = some.filter(row => !isProved(row))
  const kinds = some.map(({ kind }) => kind).join(', ')
  console.log(`${fault.padEnd(74)} ${wrong.length === 0 ? `ok: ${kinds}` : 'NOT PROVED'}`)
  for (const { kind, found, wasReached } of wrong) {
    console.log(`    ${kind}: ${found}${wasReached ? ', and reached what is behind' : ''}`)
  }
}
const proved = rows.filter(isProved).length
console.log(`\n${proved} of ${rows.length} proved`)
process.exitCode = proved === rows.length ? 0 : 1

function isProved({ expected, found, hint, wasReached }: (typeof rows)[number]): boolean {
  const isIn = expected === 'let in'
  return found === expected && wasReached === isIn && (isIn || hint !== undefined)
}
