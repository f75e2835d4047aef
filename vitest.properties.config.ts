import { globSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const atDepth = fileURLToPath(new URL('test/support/fast-check-at-depth.ts', import.meta.url))
const hasProperties = (file: string) => /from 'fast-check'/.test(readFileSync(file, 'utf8'))

/** `npm run properties`: each property is tried for 20 seconds (`PROPERTY_SECONDS`), with new examples. */
export default defineConfig({
  plugins: [
    {
      name: 'properties-at-depth',
      enforce: 'pre',
      resolveId: (name, importer) => (name === 'fast-check' && importer !== atDepth ? atDepth : undefined),
    },
  ],
  test: {
    maxWorkers: availableParallelism(),
    include: globSync('{src,test,contracts,web}/**/*.test.ts').filter(hasProperties),
    // Several properties of one test follow one another, and what one finds is shrunk.
    testTimeout: 600_000,
    hookTimeout: 60_000,
  },
})
