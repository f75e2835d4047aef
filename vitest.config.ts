import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longest-first.ts'
import { coveredTests, testProjects } from './test/support/test-projects.ts'

export default defineConfig({
  test: {
    // Many tests wait: for blocks, for processes, for the disk. Four side by side keep two cores busy; with six, some wait so long that they fail.
    maxWorkers: Math.max(4, availableParallelism()),
    sequence: { sequencer: LongestFirst },
    projects: testProjects(
      ['src/**/*.test.ts', 'test/**/*.test.ts', 'contracts/**/*.test.ts', 'web/**/*.test.ts'],
      { without: process.env.TESTS_COVERED_ELSEWHERE === '1' ? coveredTests : [] },
    ),
    // A busy machine is no reason to fail; what hangs is found all the same.
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
})
