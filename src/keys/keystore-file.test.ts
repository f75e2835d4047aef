import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { writeKeystore } from './keystore-file.ts'

vi.mock('node:fs/promises', async original => ({
  ...(await original<typeof import('node:fs/promises')>()),
  link: async () => {
    throw Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM' })
  },
}))

test('where the file system has no links the file is written in place, for its owner alone and never over another', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keys-'))
  try {
    const path = join(folder, 'key.json')
    await writeKeystore(path, 'first')
    await expect(writeKeystore(path, 'second')).rejects.toMatchObject({ code: 'argument-invalid' })
    expect(await readFile(path, 'utf8')).toBe('first')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['key.json'])
  } finally {
    await rm(folder, { recursive: true })
  }
})
