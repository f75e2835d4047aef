import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { runChild } from '../storage/children.ts'
import { temporaryFolder } from '../storage/support.ts'
import { follow, published } from './following.ts'
import { chainedEntries, publishTexts } from './made-log.ts'
import { expectSound } from './published.ts'

const script = fileURLToPath(new URL('./child-follow.ts', import.meta.url))

test('a follower that is killed goes on where it was, and its mirror is whole whenever it has a checkpoint', {
  timeout: 180_000,
}, async () => {
  const folder = temporaryFolder()
  const texts = chainedEntries(18_000)
  await publishTexts(texts.slice(0, 300), folder)
  const [state, mirror] = [temporaryFolder(), temporaryFolder()]
  const run = (fault?: string) => {
    const env: Record<string, string> = fault === undefined ? {} : { ENERGYWEB_FAULT: fault }
    return runChild({ folder, count: 0, concurrent: 0, script, arguments: [folder, state, mirror], env })
  }
  expect(await run()).toMatchObject({ code: 0, errors: '' })
  await publishTexts(texts, folder)
  const faults = [
    'publishing/file-unnamed:1',
    'publishing/file-named:2',
    'publishing/file-named:40',
    // Behind the first 64 bundles, whose progress is kept.
    'publishing/file-named:90',
    'publishing/before-checkpoint:1',
    'publishing/checkpoint-unnamed:1',
    'publishing/before-removal:1',
  ]
  for (const fault of faults) {
    expect(await run(fault), fault).toMatchObject({ signal: 'SIGKILL' })
    expectSound(mirror, fault.startsWith('publishing/before-removal') ? 18_000 : 300)
  }
  expect(await run()).toMatchObject({ code: 0, errors: '' })
  expectSound(mirror, 18_000)
  for (const path of published(folder))
    expect(readFileSync(join(mirror, path)).equals(readFileSync(join(folder, path))), path).toBe(true)
  expect(existsSync(join(state, 'state.json.new'))).toBe(false)
  expect(await follow(folder, state, { mirror })).toMatchObject({ size: 18_000, before: 18_000, read: 0 })
})
