import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { EnergywebError } from '../core/errors.ts'

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

export interface LocateAnvilOptions {
  platform?: string
  architecture?: string
  /** Where to look, as folders or file URLs; default this package, then the working folder. */
  from?: readonly string[]
}

/**
 * Path of the binary that `@foundry-rs/anvil` installs for this platform. The binary itself and not the
 * package's wrapper: the wrapper is a second process, which would outlive or orphan the first.
 * @throws dependency-missing
 */
export function locateAnvil(options: LocateAnvilOptions = {}): string {
  const platform = options.platform ?? process.platform
  const architecture = options.architecture ?? process.arch
  const name = `@foundry-rs/anvil-${platform}-${architectures[architecture] ?? architecture}`
  const file = platform === 'win32' ? 'anvil.exe' : 'anvil'
  for (const start of options.from ?? [import.meta.url, pathToFileURL(join(process.cwd(), 'here')).href]) {
    const folder = folderOf(name, start)
    const binary = folder === undefined ? undefined : join(folder, 'bin', file)
    if (binary !== undefined && existsSync(binary)) return binary
  }
  throw new EnergywebError('dependency-missing', `The EVM node anvil is not installed (${name}).`, {
    hint: 'npm install --save-dev @foundry-rs/anvil (without --omit=optional: the binary is an optional dependency of it).',
  })
}

/** The folder of a package, seen from a file; through the package that depends on it where nothing is hoisted. */
function folderOf(name: string, start: string): string | undefined {
  const direct = resolvePackage(name, start)
  if (direct !== undefined) return direct
  const parent = resolvePackage('@foundry-rs/anvil', start)
  return parent === undefined ? undefined : resolvePackage(name, join(parent, 'package.json'))
}

function resolvePackage(name: string, start: string): string | undefined {
  try {
    return dirname(createRequire(start).resolve(`${name}/package.json`))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}
