/*
 * Fetches the contracts of other makers that tests deploy: compiled artifacts in npm packages. They are GPL (Origin release B) or
 * carry hundreds of packages along (issuer), so that they are never dependencies: the tarballs alone are fetched, compared with the
 * digests below and unpacked into the cache of the test tools. Nothing in them is run on this machine but the contracts on a chain.
 *
 *   node scripts/install-contracts.js <folder of the test tools>
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const packages = {
  'ew-user-registry-contracts@0.0.99':
    'sha512-E7VWefrUM+XEOEMLmI4Bq0Qx6GYB+3bJV4WRkgJilLtKGpQKOyp5jYOoAOj2n2/pcU7FMWNcP6at/tA/oz3TkA==',
  'ew-asset-registry-contracts@0.0.99':
    'sha512-572LwivUM6IpCPC2+NpoDQW3ONP/GYeHL2P7ditppBaksl9ddtHC5QpVKKs43FW1/dwxFPycpIDs4IbpS/s8OQ==',
  'ew-origin-contracts@0.0.99':
    'sha512-feQbTajm48xZIAKV+E8FPW0jLJphsh+Y3EIk2itGHZGGzcXaTIexBO93/wBGGca+qu2xr6Y1LXXhqqA+J2UAcA==',
  '@energyweb/issuer@7.0.1':
    'sha512-GFMZR5K6fyAi9VVgeAobsDng+kVK24LCGguc79Mu7QpK+x+rDyS3yrOJbQeZ52fl3KgMZvRAEXfPYWI8+T2i6Q==',
}

const [tools] = process.argv.slice(2)
if (tools === undefined) throw new Error('which folder?')
const contracts = join(tools, 'contracts')
mkdirSync(contracts, { recursive: true })
for (const [specification, integrity] of Object.entries(packages)) install(specification, integrity)

/** Whole or not at all: tests of several processes look at the folder while it comes into being. */
function install(specification, integrity) {
  const target = join(contracts, specification.replace('/', '__'))
  if (existsSync(target)) return
  const scratch = mkdtempSync(join(contracts, '.new-'))
  try {
    run('npm', ['pack', specification, '--ignore-scripts', '--pack-destination', scratch])
    const [name = ''] = readdirSync(scratch)
    const tarball = join(scratch, name)
    const digest = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`
    if (digest !== integrity) throw new Error(`${specification} is not what it was: ${digest}`)
    run('tar', ['-xzf', tarball, '-C', scratch])
    renameSync(join(scratch, 'package'), target)
  } catch (error) {
    console.error(`!!! Could not install the contracts of ${specification}: ${error.message}`)
    process.exitCode = 1
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function run(program, parameters) {
  const { status, error, stderr } = spawnSync(program, parameters, { encoding: 'utf8', timeout: 240_000 })
  if (status !== 0) throw new Error(error?.message ?? stderr.slice(-300))
}
