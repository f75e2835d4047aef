import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Runs a program; throws with what it said when it fails. */
export function run(program: string, ...parameters: string[]): string {
  return execFileSync(program, parameters, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Runs a program whatever comes of it: for cleaning up. */
export function attempt(program: string, ...parameters: string[]): boolean {
  return spawnSync(program, parameters, { stdio: 'ignore' }).status === 0
}

/** Why a test that needs these programs, and root if asked, can't run here; undefined when it can. */
export function missing(options: {
  programs: readonly string[]
  root?: boolean
  loop?: boolean
}): string | undefined {
  if (options.root && process.getuid?.() !== 0) return 'it needs root'
  const absent = options.programs.filter(program => !attempt('sh', '-c', `command -v ${program}`))
  if (absent.length > 0) return `${absent.join(', ')} is not installed: sh scripts/install-test-tools.sh`
  if (options.loop && !existsSync('/dev/loop-control')) return 'there are no loop devices'
  return undefined
}

/** The name of a test that says loudly, in every report, why it did not run. */
export function named(name: string, reason: string | undefined): string {
  if (reason === undefined) return name
  process.stderr.write(`\n!!! SKIPPED: ${name}: ${reason}\n\n`)
  return `${name} [SKIPPED: ${reason}]`
}
