import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { energyweb } from '../../../test/cli/memory-io.ts'
import { openSealed } from '../../config/sealed/open-sealed.ts'
import { wrapByPassphrase } from '../../config/sealed/passphrase-opener.ts'
import { memoryFolder } from '../../config/sealed/private-folder.ts'
import { sealText } from '../../config/sealed/seal-text.ts'
import { exitCodes } from '../exit-codes.ts'
import { lockForChange } from './change-lock.ts'
import { swapWarning } from './swap.ts'

let cwd: string
let seen: string
const passphrase = 'tulip harbour nine clocks'
const config = `energyweb: 1
assets:
  - { name: roof, role: producer, channel: export, every: 1h, source: { kind: simulator, profile: solar, peak: 5 kW } }
secrets: { meter: of-the-meter-7 }
`

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'edit-'))
  seen = join(cwd, 'seen')
  const wrap = (key: Uint8Array) => wrapByPassphrase(key, passphrase, { cost: { n: 2 ** 14, r: 8, p: 1 } })
  await writeFile(join(cwd, 'energyweb.sealed'), await sealText(config, [wrap], { format: 'yaml' }))
})
afterEach(() => rm(cwd, { recursive: true }))

/** An editor that is a script: `$1` is the file. */
async function editor(script: string): Promise<Record<string, string>> {
  const path = join(cwd, 'editor')
  await writeFile(path, `#!/bin/sh\n${script}\n`)
  await chmod(path, 0o700)
  return {
    ...process.env,
    ENERGYWEB_SOURCE: '1',
    EDITOR: path,
    VISUAL: '',
    SEEN: seen,
    ENERGYWEB_PASSPHRASE: passphrase,
  } as Record<string, string>
}
const sealed = () => readFile(join(cwd, 'energyweb.sealed'), 'utf8')
const plain = async () =>
  (await openSealed(await sealed(), 'a', { environment: { ENERGYWEB_PASSPHRASE: passphrase } })).text
/** Our folders in memory, of these tests: others may run beside. */
const leftBehind = async (name: string) =>
  (await readdir(await memoryFolder())).filter(one => one === name.split('/').at(-1))

it('what is saved is sealed again for the same openers, and nothing stays in memory', async () => {
  const env = await editor(
    'dirname "$1" > $SEEN; stat -f -c %T "$1" >> $SEEN; stat -c %a "$1" "$(dirname "$1")" >> $SEEN; echo "$HOME $TMPDIR $ENERGYWEB_PASSPHRASE" >> $SEEN; touch "$(dirname "$1")/.swap"; sed -i s/1h/2h/ "$1"',
  )
  const before = await sealed()
  const { code, stdout, stderr } = await energyweb(['config', 'edit'], { cwd, env })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/sealed .*energyweb\.sealed anew/)
  expect(await plain()).toBe(config.replace('1h', '2h'))
  const headers = [before, await sealed()].map(text => JSON.parse(text.split('\n')[1] ?? ''))
  expect(headers[0].openers).toEqual(headers[1].openers)
  expect(headers[0].salt).not.toBe(headers[1].salt)
  const [folder = '', kind, file, mode, home] = (await readFile(seen, 'utf8')).split('\n')
  expect([kind, file, mode]).toEqual(['tmpfs', '600', '700'])
  expect(home).toBe(`${folder} ${folder} `)
  expect(await leftBehind(folder)).toEqual([])
  expect((await readdir(cwd)).sort()).toEqual(['editor', 'energyweb.sealed', 'seen'])
})

it('keeps its owner, its rights and the link that leads to it: who could open it still can', async () => {
  const [link, real] = [join(cwd, 'energyweb.sealed'), join(cwd, 'real', 'other.sealed')]
  await mkdir(join(cwd, 'real'))
  await rename(link, real)
  await symlink('real/other.sealed', link)
  await chmod(real, 0o640)
  const isRoot = process.getuid?.() === 0
  if (isRoot) await chown(real, 12_345, 23_456)
  const { uid, gid } = await stat(real)
  const { code } = await energyweb(['config', 'edit'], { cwd, env: await editor('sed -i s/1h/2h/ "$1"') })
  expect(code).toBe(0)
  expect((await lstat(link)).isSymbolicLink()).toBe(true)
  expect(await plain()).toBe(config.replace('1h', '2h'))
  const now = await stat(real)
  expect([now.uid, now.gid, now.mode & 0o777]).toEqual([uid, gid, 0o640])
  expect(await readdir(join(cwd, 'real'))).toEqual(['other.sealed'])
})

describe('nothing is changed', () => {
  it.each([
    ['when nothing was', 'true', 0, /^The editor ended at once/],
    [
      'when the editor fails',
      'echo x >> "$1"; exit 3',
      exitCodes.failed,
      /ended with exit code 3: nothing was changed/,
    ],
    [
      'when the editor is killed',
      'echo x >> "$1"; kill -9 $$',
      exitCodes.failed,
      /ended with .*(SIGKILL|137)/,
    ],
    [
      'when it is wrong and nobody is there',
      'sed -i s/1h/never/ "$1"',
      exitCodes.configuration,
      /which was not changed/,
    ],
    ['when it is nothing at all', ': > "$1"', exitCodes.configuration, /the file is empty/],
    [
      'when somebody else has changed it',
      'echo >> "$1"; printf x >> "$SEALED"',
      exitCodes.usage,
      /somebody else/,
    ],
  ])('%s', async (_when, script, expected, message) => {
    const before = await sealed()
    const env = {
      ...(await editor(`dirname "$1" > $SEEN; ${script}`)),
      SEALED: join(cwd, 'energyweb.sealed'),
    }
    const { code, stderr } = await energyweb(['config', 'edit'], { cwd, env })
    expect(stderr).toMatch(message)
    expect(code).toBe(expected)
    expect((await sealed()).replace(/x$/, '')).toBe(before)
    expect(await leftBehind((await readFile(seen, 'utf8')).trim())).toEqual([])
  })
})

it('a person whose text is wrong gets back into the editor with it', async () => {
  const env = await editor(
    'if grep -q never "$1"; then sed -i s/never/3h/ "$1"; else sed -i s/1h/never/ "$1"; fi',
  )
  const asked: string[] = []
  const prompts = {
    confirm: async ({ message }: { message: string }) => {
      asked.push(message)
      return true
    },
  } as unknown as NonNullable<Parameters<typeof energyweb>[1]>['prompts']
  const { code, stderr } = await energyweb(['config', 'edit'], { cwd, env, ...(prompts && { prompts }) })
  expect(code).toBe(0)
  expect(asked).toEqual(['It is not right yet. Go on editing?'])
  expect(stderr).toContain(':3:')
  expect(await plain()).toBe(config.replace('1h', '3h'))
})

it('Ctrl-C ends the editor and leaves nothing', async () => {
  const env = await editor('dirname "$1" > $SEEN; exec sleep 60')
  const interrupted = new AbortController()
  const edit = energyweb(['config', 'edit'], { cwd, env, signal: interrupted.signal })
  await expect.poll(() => readFile(seen, 'utf8').catch(() => ''), { timeout: 20_000 }).toMatch(/\n/)
  interrupted.abort()
  expect((await edit).code).not.toBe(0)
  expect(await leftBehind((await readFile(seen, 'utf8')).trim())).toEqual([])
  expect(await plain()).toBe(config)
})

describe('while one edits', () => {
  const lock = () => join(cwd, 'energyweb.sealed.lock')
  const begun = async () => {
    const env = await editor(
      'dirname "$1" > $SEEN; while [ ! -e "$SEEN.go" ]; do sleep 0.05; done; sed -i s/1h/2h/ "$1"',
    )
    const edit = energyweb(['config', 'edit'], { cwd, env })
    await expect.poll(() => readFile(seen, 'utf8').catch(() => ''), { timeout: 20_000 }).toMatch(/\n/)
    return { edit, env }
  }

  it.each([
    ['config edit', ['config', 'edit']],
    ['config seal', ['config', 'seal', 'energyweb.sealed', '--to', 'passphrase']],
  ])('%s says so at once, and nothing of either is lost', { timeout: 60_000 }, async (_, words) => {
    const { edit, env } = await begun()
    const second = await energyweb(words, { cwd, env: { ...env, EDITOR: 'false' } })
    expect(second.code).toBe(exitCodes.locked)
    expect(second.stderr).toContain(`energyweb.sealed is being changed by process ${process.pid}\n`)
    await writeFile(`${seen}.go`, '')
    expect(await edit).toMatchObject({ code: 0 })
    expect(await plain()).toBe(config.replace('1h', '2h'))
    expect((await readdir(cwd)).sort()).toEqual(['editor', 'energyweb.sealed', 'seen', 'seen.go'])
  })

  it('of many at the same instant one has it', { timeout: 60_000 }, async () => {
    const free = await Promise.allSettled(
      Array.from({ length: 20 }, () => lockForChange(join(cwd, 'energyweb.sealed'))),
    )
    expect(free.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('also through a link', async () => {
    await symlink('energyweb.sealed', join(cwd, 'link.sealed'))
    const unlock = await lockForChange(join(cwd, 'energyweb.sealed'))
    await expect(lockForChange(join(cwd, 'link.sealed'))).rejects.toThrow(/is being changed by process/)
    await unlock()
    await (await lockForChange(join(cwd, 'link.sealed')))()
  })

  it('a process that is gone is not waited for, nor one that has its number now', async () => {
    for (const held of [`999999 1 ${hostname()}\n`, `${process.pid} 1 ${hostname()}\n`]) {
      await writeFile(lock(), held)
      const many = await Promise.allSettled(
        Array.from({ length: 5 }, () => lockForChange(join(cwd, 'energyweb.sealed'))),
      )
      const [unlock] = many.flatMap(one => (one.status === 'fulfilled' ? [one.value] : []))
      expect(unlock).toBeDefined()
      await unlock?.()
      expect((await readdir(cwd)).sort()).toEqual(['energyweb.sealed'])
    }
  })

  it.each([
    [
      'another machine, of which nobody can tell',
      '12 34 elsewhere\n',
      /process 12 on elsewhere.*\nhint: .*delete .*\.lock/s,
    ],
    ['nobody knows whom', 'x', /by somebody else.*\nhint: .*delete .*\.lock/s],
  ])('one of %s stands', async (_, held, message) => {
    await writeFile(lock(), held)
    const { code, stderr } = await energyweb(['config', 'edit'], { cwd, env: await editor('true') })
    expect(code).toBe(exitCodes.locked)
    expect(stderr).toMatch(message)
    expect(await readFile(lock(), 'utf8')).toBe(held)
  })
})

it('a process that is killed without a word leaves nothing in memory, and what others left is removed', {
  timeout: 60_000,
}, async () => {
  const env = await editor('dirname "$1" > $SEEN; exec sleep 5')
  const main = new URL('../../../bin/energyweb.js', import.meta.url).pathname
  const child = spawn(process.execPath, [main, 'config', 'edit', join(cwd, 'energyweb.sealed')], {
    env,
    stdio: 'ignore',
  })
  await expect.poll(() => readFile(seen, 'utf8').catch(() => ''), { timeout: 40_000 }).toMatch(/\n/)
  const folder = (await readFile(seen, 'utf8')).trim()
  expect(await leftBehind(folder)).toHaveLength(1)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await expect.poll(() => leftBehind(folder), { timeout: 10_000 }).toEqual([])
})

it('the next one removes what a machine that lost its guard left', async () => {
  const { removeStaleFolders } = await import('../../config/sealed/private-folder.ts')
  const stale = await mkdtemp(join(await memoryFolder(), 'energyweb-edit-999999-1-'))
  await writeFile(join(stale, 'energyweb.yml'), config)
  expect(await removeStaleFolders()).toContain(stale)
  expect(await leftBehind(stale)).toEqual([])
})

it('swap that is no memory is warned of', async () => {
  const head = 'Filename\tType\tSize\tUsed\tPriority\n'
  expect(await swapWarning(async () => `${head}/swap.img\tfile\t1\t0\t-2\n`)).toContain('swaps to /swap.img')
  expect(await swapWarning(async () => `${head}/dev/zram0\tpartition\t1\t0\t5\n`)).toBeUndefined()
  expect(await swapWarning(async () => head)).toBeUndefined()
})
