import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { energyweb } from '../../test/cli/memory-io.ts'
import { exitCodes } from './exit-codes.ts'

let cwd: string

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'data-folder-test-'))
  await energyweb(['init', '--yes'], { cwd })
})

afterEach(() => rm(cwd, { recursive: true }))

test.each(['run', 'status', 'log ls', 'log check'])('%s: a file as data folder is no defect', async words => {
  await writeFile(join(cwd, 'data'), '')
  const { code, stderr } = await energyweb(words.split(' '), { cwd })
  expect({ code, stderr }).toEqual({
    code: exitCodes.failed,
    stderr: expect.stringMatching(
      /^error: ENOTDIR: not a directory, .*\nhint: A file stands where a folder is meant\.\n$/,
    ),
  })
})

test('without a data folder there is no log', async () => {
  expect((await energyweb(['log', 'ls'], { cwd })).stderr).toContain(
    `there is no log in ${join(cwd, 'data')}`,
  )
})
