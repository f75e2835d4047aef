import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * Installs the packages of a counterpart beside it, once: they are none of the project's own, are never shipped and run in
 * processes of their own. Install scripts are not run.
 *
 * @param name - a folder of this one
 * @returns why the counterpart is missing; undefined when it is there
 */
export function installCounterpart(name: string): string | undefined {
  const folder = fileURLToPath(new URL(`./${name}/`, import.meta.url))
  if (existsSync(`${folder}node_modules/.package-lock.json`)) return undefined
  const parameters = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']
  let stderr = ''
  // Test files run side by side: where another installs the same packages meanwhile, the second try finds them.
  for (let tries = 0; tries < 3; tries++) {
    const tried = spawnSync('npm', parameters, { cwd: folder, encoding: 'utf8', timeout: 240_000 })
    if (tried.status === 0) return undefined
    stderr = tried.stderr
  }
  return `its packages could not be installed (npm install in test/counterparts/${name}): ${stderr?.slice(0, 200)}`
}
