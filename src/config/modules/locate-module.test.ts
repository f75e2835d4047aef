import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isEnergywebError } from '../../core/errors.ts'
import { locateModule } from './locate-module.ts'

let outside = ''
let folder = ''
beforeEach(async () => {
  outside = await realpath(await mkdtemp(join(tmpdir(), 'energyweb-modules-')))
  folder = join(outside, 'config')
  await mkdir(join(folder, 'lib'), { recursive: true })
  await chmod(folder, 0o755)
  await chmod(join(folder, 'lib'), 0o755)
  await write('lib/task.ts')
})
afterEach(() => rm(outside, { recursive: true }))

async function write(name: string, mode = 0o644): Promise<void> {
  await writeFile(join(folder, name), 'export const a = 1\n')
  await chmod(join(folder, name), mode)
}

async function refusal(name: string): Promise<string> {
  try {
    return `found ${await locateModule(name, folder)}`
  } catch (error) {
    if (!isEnergywebError(error, 'module-refused')) throw error
    return error.message.replaceAll(outside, '')
  }
}

describe('a file', () => {
  test('inside the folder is found, however its path is written', async () => {
    const address = pathToFileURL(join(folder, 'lib/task.ts')).href
    expect(await locateModule('./lib/task.ts', folder)).toBe(address)
    expect(await locateModule('./lib/../lib/task.ts', folder)).toBe(address)
    expect(await locateModule(join(folder, 'lib/task.ts'), folder)).toBe(address)
  })

  test('that others can write is refused, and so is one below a folder that they can write', async () => {
    await write('lib/task.ts', 0o666)
    expect(await refusal('./lib/task.ts')).toBe('others can write /config/lib/task.ts (mode 666)')
    await write('lib/task.ts', 0o664)
    expect(await refusal('./lib/task.ts')).toBe('others can write /config/lib/task.ts (mode 664)')
    await write('lib/task.ts')
    await chmod(join(folder, 'lib'), 0o777)
    expect(await refusal('./lib/task.ts')).toBe('others can write /config/lib (mode 777)')
    await chmod(join(folder, 'lib'), 0o755)
    await chmod(folder, 0o775)
    expect(await refusal('./lib/task.ts')).toBe('others can write /config (mode 775)')
  })

  test('outside of the folder is refused, also behind a link', async () => {
    await writeFile(join(outside, 'evil.ts'), '')
    await symlink(join(outside, 'evil.ts'), join(folder, 'link.ts'))
    await symlink(outside, join(folder, 'up'))
    for (const name of ['../evil.ts', './link.ts', './up/evil.ts', join(outside, 'evil.ts')]) {
      expect(await refusal(name)).toBe("/evil.ts is outside of the configuration's folder /config")
    }
  })

  test('behind a link that stays inside is found where it really is', async () => {
    await symlink(join(folder, 'lib'), join(folder, 'link'))
    expect(await locateModule('./link/task.ts', folder)).toMatch(/\/config\/lib\/task\.ts$/)
  })

  test('that is missing, a folder, or no module is refused', async () => {
    await write('lib/task.json')
    expect(await refusal('./none.ts')).toMatch(/^\/config\/none\.ts can't be read: ENOENT/)
    expect(await refusal('./lib')).toBe('/config/lib is not a file')
    expect(await refusal('./lib/task.json')).toMatch(/is no module: its name must end in/)
    expect(await refusal('.')).toBe('neither a path nor the name of a package')
  })

  test.runIf(process.getuid?.() === 0)('that belongs to another user is refused', async () => {
    const { chown } = await import('node:fs/promises')
    await chown(join(folder, 'lib/task.ts'), 12_345, 0)
    expect(await refusal('./lib/task.ts')).toBe('/config/lib/task.ts belongs to another user (uid 12345)')
  })
})

test.each([
  'https://example.org/task.js',
  'data:text/javascript,1',
  'file:///etc/task.js',
  'node:fs',
  'a/../b',
  '',
  'Upper',
])('%s is neither a path nor a package', async name => {
  expect(await refusal(name)).toBe('neither a path nor the name of a package')
})
