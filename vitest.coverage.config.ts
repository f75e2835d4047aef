import { defineConfig } from 'vitest/config'
import { coveredTests, testProjects } from './test/support/test-projects.ts'

/** `npm run coverage`: every branch of the laws of proof is taken by a test that concerns them. */
export default defineConfig({
  test: {
    projects: testProjects(coveredTests),
    testTimeout: 120_000,
    coverage: {
      enabled: true,
      provider: 'v8',
      include: ['src/proof/**/*.ts'],
      exclude: ['**/*.test.ts'],
      reporter: ['text'],
      thresholds: { branches: 100, functions: 100, lines: 100, statements: 100 },
    },
  },
})
