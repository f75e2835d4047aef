import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Many tests wait: for blocks, for processes, for the disk. Four side by side keep two cores busy.
    maxWorkers: Math.max(4, availableParallelism()),
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'contracts/**/*.test.ts', 'web/**/*.test.ts'],
    setupFiles: process.env.PROPERTY_SEED ? ['test/support/property-seed.ts'] : [],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
