import { execFile, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { toBase64 } from '../../src/core/bytes.ts'
import { readCheckpoint } from '../../src/proof/checkpoint.ts'
import { temporaryFolder } from '../storage/support.ts'
import { hasGo, hasNginx, hasPython, startNginx, startPython } from './servers.ts'
import { GrowingLog, keyText, origin } from './support.ts'

/*
 * What is published, served by web servers and read by programs that nobody here wrote: nginx, Python, and the Go
 * project's implementation of tiles. The Go module comes from Debian (golang-golang-x-mod-dev).
 */

const run = promisify(execFile)
const readers = join(import.meta.dirname, 'readers')
const goModules = '/usr/share/gocode'

if (!hasNginx)
  console.warn('!!! nginx is missing: what is published is not served by it (scripts/install-test-tools.sh)')
if (!hasPython)
  console.warn('!!! python3 is missing: what is published is not read by it (scripts/install-test-tools.sh)')

async function publishedLog() {
  const log = await GrowingLog.open()
  const folder = temporaryFolder()
  const older = await log.grow(777)
  await log.publish(folder)
  const newer = await log.grow(66_000)
  await log.publish(folder)
  return { folder, older: readCheckpoint(older), newer: readCheckpoint(newer) }
}

test.skipIf(!hasPython)(
  'Python, over its own file server: tiles and entries give the signed root',
  {
    timeout: 120_000,
  },
  async () => {
    const { folder, newer } = await publishedLog()
    const { url } = await startPython(folder)
    const { stdout } = await run('python3', [join(readers, 'read_tiles.py'), url])
    const root = toBase64(newer.root)
    expect(JSON.parse(stdout)).toEqual({
      origin,
      size: 66_000,
      signed: root,
      tiles: root,
      entries: root,
      upper: [true, true],
    })
  },
)

test.skipIf(!hasNginx)(
  'the Go implementation, over nginx: signature, every leaf, every entry, and consistency',
  {
    timeout: 120_000,
  },
  async context => {
    const binary = join(temporaryFolder(), 'reader')
    const env = { ...process.env, GO111MODULE: 'off', GOPATH: goModules, GOFLAGS: '' }
    const built = hasGo
      ? spawnSync('go', ['build', '-o', binary, '.'], { cwd: join(readers, 'go'), env })
      : undefined
    if (built?.status !== 0) {
      console.warn(
        '!!! Skipped: golang-go or golang-golang-x-mod-dev is missing (scripts/install-test-tools.sh)',
      )
      return context.skip()
    }
    const { folder, older } = await publishedLog()
    const { url } = await startNginx(folder)
    const words = [url, keyText(), String(older.size), toBase64(older.root)]
    const { stdout } = await run(binary, words)
    expect(JSON.parse(stdout)).toEqual({ origin, size: 66_000, entries: 66_000, consistent: true })
    const wrong = [url, keyText(), String(older.size), toBase64(older.root.map(byte => byte ^ 1))]
    await expect(run(binary, wrong)).rejects.toThrow(/cannot verify|proof|inconsistent|invalid/)
    const [note, tile, hidden] = await Promise.all([
      fetch(`${url}/checkpoint`),
      fetch(`${url}/tile/0/000`),
      fetch(`${url}/.publishing/lock`),
    ])
    expect(note.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(tile.headers.get('content-type')).toBe('application/octet-stream')
    expect(tile.headers.get('cache-control')).toMatch(/immutable/)
    expect(hidden.status).toBe(403)
  },
)
