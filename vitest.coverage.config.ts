import { defineConfig } from 'vitest/config'

/** `npm run coverage`: every branch of the laws of proof is taken by a test that concerns them. */
export default defineConfig({
  test: {
    include: [
      'src/proof/**/*.test.ts',
      'test/proof/**/*.test.ts',
      'test/evidence/**/*.test.ts',
      'test/prove/signed-readings.test.ts',
    ],
    setupFiles: process.env.PROPERTY_SEED ? ['test/support/property-seed.ts'] : [],
    testTimeout: 60_000,
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
