import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

/*
 * The import table is held by the linter; this holds the linter. A room that a rule forgets is found here.
 */

const root = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'energyweb-imports-'))

/** What each room may import of the others. */
const table: Readonly<Record<string, readonly string[]>> = {
  core: [],
  proof: ['core'],
  dispatcher: ['core'],
  connections: ['core'],
  sources: ['connections', 'core'],
  keys: ['core'],
  logging: ['connections', 'core'],
  storage: ['core', 'proof'],
  ledgers: ['connections', 'core', 'proof'],
  testing: ['core', 'proof'],
  publishing: ['core', 'proof', 'storage'],
  gateway: ['core', 'dispatcher', 'proof'],
  config: [
    'connections',
    'core',
    'dispatcher',
    'gateway',
    'keys',
    'ledgers',
    'logging',
    'proof',
    'publishing',
    'sources',
    'storage',
    'testing',
  ],
  server: [
    'config',
    'connections',
    'core',
    'dispatcher',
    'gateway',
    'keys',
    'ledgers',
    'logging',
    'proof',
    'publishing',
    'sources',
    'storage',
    'testing',
  ],
}
const rooms = [...Object.keys(table), 'cli']
let report = ''

beforeAll(() => {
  for (const file of ['biome.json', '.gitignore']) copyFileSync(join(root, file), join(folder, file))
  for (const room of Object.keys(table)) {
    mkdirSync(join(folder, 'src', room), { recursive: true })
    const probe = (name: string, module: string) =>
      writeFileSync(join(folder, 'src', room, `probe-${name}.ts`), `export * from '${module}'\n`)
    for (const other of rooms) if (other !== room) probe(other, `../${other}/index.ts`)
    probe('node', 'node:fs')
  }
  // The web page stands beside the rooms.
  mkdirSync(join(folder, 'web/verify'), { recursive: true })
  for (const module of [...rooms.map(room => `../../src/${room}/index.ts`), 'node:fs']) {
    const name = module.split('/').at(-2) ?? 'node'
    writeFileSync(join(folder, 'web/verify', `probe-${name}.ts`), `export * from '${module}'\n`)
  }
  const words = ['lint', '--colors=off', '--max-diagnostics=none', 'src', 'web']
  const biome = join(root, 'node_modules/.bin/biome')
  const { stdout, stderr } = spawnSync(biome, words, { cwd: folder, encoding: 'utf8' })
  report = `${stdout}${stderr}`
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function refused(room: string, name: string): boolean {
  const place = room === 'web' ? 'web/verify' : `src/${room}`
  return new RegExp(`${place}/probe-${name}\\.ts:\\d+:\\d+ lint/style/noRestrictedImports`).test(report)
}

test.each(Object.entries(table))('%s imports %j only', (room, allowed) => {
  const found = rooms.filter(other => other !== room && !refused(room, other))
  expect(found.sort()).toEqual([...allowed])
})

test('the table has every room', () => {
  const source = readdirSync(join(root, 'src'), { withFileTypes: true })
  const folders = source.filter(entry => entry.isDirectory()).map(({ name }) => name)
  expect([...rooms].sort()).toEqual(folders.sort())
})

test('the web page imports core and proof only, and nothing of Node', () => {
  expect(rooms.filter(room => !refused('web', room)).sort()).toEqual(['core', 'proof'])
  expect(refused('web', 'node')).toBe(true)
})

test('core and proof do without Node', () => {
  expect(Object.keys(table).filter(room => refused(room, 'node'))).toEqual(['core', 'proof'])
})
