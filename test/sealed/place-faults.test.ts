import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSealed } from '../../src/config/sealed/open-sealed.ts'
import { wrapByPassphrase } from '../../src/config/sealed/passphrase-opener.ts'
import { sealText } from '../../src/config/sealed/seal-text.ts'
import { missing, named } from '../storage/machine.ts'

/*
 * `config edit` is killed, or its disk fails, at each step by which the sealed file comes into its place. Whatever happens,
 * the file is the old or the new one, whole, and nothing plain lies on the disk.
 */

const noStrace = missing({ programs: ['strace'] })
const passphrase = 'tulip harbour nine clocks'
const secret = 'Zq-of-the-meter-7'
const config = (every: string) => `energyweb: 1
assets:
  - { name: roof, role: producer, channel: export, every: ${every}, source: { kind: simulator, profile: solar, peak: 5 kW } }
secrets: { meter: ${secret} }
`
const bin = new URL('../../bin/energyweb.js', import.meta.url).pathname

let home: string
let before: string
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'place-faults-'))
  const wrap = (key: Uint8Array) => wrapByPassphrase(key, passphrase, { cost: { n: 2 ** 14, r: 8, p: 1 } })
  before = await sealText(config('1h'), [wrap], { format: 'yaml' })
  writeFileSync(join(home, 'editor'), '#!/bin/sh\nsed -i s/1h/2h/ "$1"\n', { mode: 0o700 })
})
afterAll(() => rmSync(home, { recursive: true }))

/** A folder with the old file, and one for temporary files. */
function card(): string {
  const folder = mkdtempSync(join(home, 'card-'))
  mkdirSync(join(folder, 'tmp'))
  writeFileSync(join(folder, 'energyweb.sealed'), before, { mode: 0o600 })
  return folder
}

const environment = (folder: string) => ({
  ...process.env,
  ENERGYWEB_SOURCE: '1',
  ENERGYWEB_PASSPHRASE: passphrase,
  EDITOR: join(home, 'editor'),
  VISUAL: '',
  TMPDIR: join(folder, 'tmp'),
})

const calls = 'openat,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat'

/** Runs the editing under strace. Calls are counted for each thread, so that only the first of a path is sure: `watched`. */
async function edited(
  folder: string,
  { inject, trace, watched }: { inject?: string; trace?: string; watched?: 'new' | 'folder' },
): Promise<{ code: number | null; errors: string }> {
  const file = join(folder, 'energyweb.sealed')
  const paths = { new: [`${file}.new`], folder: [folder] }
  const watching = watched === undefined ? [`${file}.new`, folder] : paths[watched]
  const words = ['-f', '-qq', '-o', trace ?? '/dev/null', ...watching.flatMap(path => ['-P', path])]
  words.push('-e', `trace=${calls}`, ...(inject === undefined ? [] : ['-e', `inject=${inject}`]))
  const child = spawn('strace', [...words, process.execPath, bin, 'config', 'edit', file], {
    cwd: folder,
    env: environment(folder),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let errors = ''
  child.stdout.resume()
  child.stderr.on('data', chunk => (errors += chunk))
  const [code] = await once(child, 'close')
  return { code, errors }
}

/** Old or new, whole; and no byte of plain text beside it. */
async function stateOf(folder: string): Promise<'old' | 'new'> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(one => one.isFile())
  for (const { parentPath, name } of entries) {
    const bytes = readFileSync(join(parentPath, name))
    for (const form of [secret, Buffer.from(secret).toString('base64').slice(0, -4), 'simulator'])
      if (bytes.includes(form)) expect.fail(`${form} stands in ${name}`)
  }
  expect(
    entries.map(({ name }) => name).filter(name => !/^energyweb\.sealed(\.new|\.lock)?$/.test(name)),
  ).toEqual([])
  const text = readFileSync(join(folder, 'energyweb.sealed'), 'utf8')
  const opened = await openSealed(text, 'a', { environment: { ENERGYWEB_PASSPHRASE: passphrase } })
  expect([config('1h'), config('2h')]).toContain(opened.text)
  return opened.text === config('2h') ? 'new' : 'old'
}

describe.skipIf(noStrace !== undefined)(named('the sealed file under strace', noStrace), () => {
  it('is written beside its place, synced, then moved there, and the folder is synced', {
    timeout: 120_000,
  }, async () => {
    const folder = card()
    const trace = join(home, 'trace')
    expect(await edited(folder, { trace })).toMatchObject({ code: 0 })
    const steps = readFileSync(trace, 'utf8')
      .split('\n')
      .flatMap(line => {
        if (/openat\(.*\.sealed\.new", .*O_CREAT/.test(line)) return ['create']
        if (/p?write(64)?\(/.test(line)) return ['write']
        if (/f(data)?sync\(/.test(line)) return ['sync']
        return /rename(at2?)?\(.*\.sealed\.new", .*\.sealed"/.test(line) ? ['rename'] : []
      })
    expect(steps.filter((step, at) => step !== steps[at - 1])).toEqual([
      'create',
      'write',
      'sync',
      'rename',
      'sync',
    ])
    expect(await stateOf(folder)).toBe('new')
  })

  // What must stand there afterwards: a signal is delivered as the call returns, so that what was called has happened.
  it.each<[string, string, 'new' | 'folder', string[]]>([
    ['as the new file is made', 'openat:signal=KILL:when=1', 'new', ['old']],
    ['as it is written', 'write,pwrite64:signal=KILL:when=1', 'new', ['old']],
    ['as it is synced', 'fsync,fdatasync:signal=KILL:when=1', 'new', ['old']],
    ['as it is moved', 'rename,renameat,renameat2:signal=KILL:when=1', 'new', ['old', 'new']],
    ['as the folder is synced', 'fsync,fdatasync:signal=KILL:when=1', 'folder', ['new']],
  ])(
    'killed %s it is old or new, whole, and the next edit goes through',
    { timeout: 120_000 },
    async (_, inject, watched, expected) => {
      const folder = card()
      const { code } = await edited(folder, { inject, watched })
      expect(code).not.toBe(0)
      expect(expected).toContain(await stateOf(folder))
      const again = spawnSync(process.execPath, [bin, 'config', 'edit'], {
        cwd: folder,
        env: environment(folder),
        encoding: 'utf8',
      })
      expect(again).toMatchObject({ status: 0 })
      expect(await stateOf(folder)).toBe('new')
      expect(readdirSync(folder).sort()).toEqual(['energyweb.sealed', 'tmp'])
    },
  )

  it.each([
    ['can not be written', 'write,pwrite64:error=ENOSPC:when=1'],
    ['can not be synced', 'fsync,fdatasync:error=EIO:when=1'],
    ['can not be moved', 'rename,renameat,renameat2:error=EIO:when=1'],
  ])('that %s is refused loudly, and the old one stays', { timeout: 120_000 }, async (_, inject) => {
    const folder = card()
    const { code, errors } = await edited(folder, { inject, watched: 'new' })
    expect(code).not.toBe(0)
    expect(errors).toMatch(/^error: /m)
    expect(errors).not.toContain(secret)
    expect(await stateOf(folder)).toBe('old')
    expect(readdirSync(folder).sort()).toEqual(['energyweb.sealed', 'tmp'])
  })
})
