import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defaultExclude, type TestProjectInlineConfiguration } from 'vitest/config'

const root = fileURLToPath(new URL('../..', import.meta.url))
/**
 * Mocks modules, stubs globals, asks what the whole process holds, or loads a compiler that listens to its process: right only
 * in a process of its own.
 */
const needsOwnProcess = /\bvi\.|\bprocess\.memoryUsage\(|'solc'/

/** The tests that concern the laws of proof: `npm run coverage` runs them, and looks whether they take every branch. */
export const coveredTests: readonly string[] = [
  'src/proof/**/*.test.ts',
  'test/proof/**/*.test.ts',
  'test/evidence/**/*.test.ts',
  'test/prove/signed-readings.test.ts',
]

/**
 * The test files of some patterns as two projects. Those of `src` share their processes: a process for each would load the same
 * modules again, which is most of what such a file takes. All others, and those that touch their process, have one of their own.
 */
export function testProjects(
  patterns: readonly string[],
  { without = [] }: { readonly without?: readonly string[] } = {},
): TestProjectInlineConfiguration[] {
  const ofSource = patterns.filter(pattern => pattern.startsWith('src/'))
  const shared = globSync(ofSource, { cwd: root })
    .filter(file => !needsOwnProcess.test(readFileSync(`${root}/${file}`, 'utf8')))
    .toSorted()
  const left = [...defaultExclude, ...without]
  const seed = process.env.PROPERTY_SEED ? ['test/support/property-seed.ts'] : []
  return [
    {
      extends: true,
      test: {
        name: 'alone',
        include: [...patterns],
        exclude: [...left, ...shared],
        setupFiles: seed,
      },
    },
    {
      extends: true,
      test: {
        name: 'shared',
        include: shared,
        exclude: left,
        setupFiles: [...seed, 'test/support/left-as-found.ts'],
        isolate: false,
      },
    },
  ]
}
