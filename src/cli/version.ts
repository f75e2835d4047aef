import { readFileSync } from 'node:fs'

/** The version of this package. */
export function version(): string {
  // Two folders up from src/cli and from dist/cli alike.
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  const found = typeof manifest === 'object' && manifest !== null && 'version' in manifest && manifest.version
  return typeof found === 'string' ? found : 'unknown'
}
