import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { checkLog, openLog, openLogReader } from '../../src/storage/index.ts'
import { runChild } from './children.ts'
import { temporaryFolder } from './support.ts'

const script = fileURLToPath(new URL('./child-eraser.ts', import.meta.url))
/** 40 readings come before it, a transaction each, and the opening of streams before those. */
const beforeErasure = 43

const run = (folder: string, fault?: string) =>
  runChild({
    folder,
    count: 0,
    concurrent: 1,
    script,
    arguments: [folder],
    ...(fault !== undefined && { env: { ENERGYWEB_FAULT: fault } }),
  })

function hasSecrets(folder: string): boolean {
  return readdirSync(folder).some(name => readFileSync(join(folder, name)).includes('secret'))
}

/** Documents that are there of both streams. */
async function documentsOf(folder: string): Promise<number> {
  const reader = openLogReader({ folder })
  const entries = [...reader.pages({})].flat()
  reader.close()
  return entries.filter(({ document }) => document !== undefined).length
}

test.each([
  ['storage/between-erasures:1', false],
  ['storage/between-erasures:2', false],
  [`storage/before-commit:${beforeErasure + 1}`, false],
  [`storage/after-commit:${beforeErasure + 1}`, true],
  ['storage/before-scrub:1', true],
  ['storage/scrub-rewritten:1', true],
] as const)(
  'killed at %s: both streams are erased or neither, and the next start finishes it',
  async (fault, isErased) => {
    const folder = temporaryFolder()
    const killed = await run(folder, fault)
    expect(killed, 'the point must be passed').toMatchObject({ signal: 'SIGKILL', lines: [] })
    expect((await checkLog({ folder })).firstBad).toBeUndefined()
    // 40 readings, an opening, a note; or the two erasures.
    expect(await documentsOf(folder)).toBe(isErased ? 2 : 42)
    await (await openLog({ folder })).close()
    expect(hasSecrets(folder)).toBe(!isErased)
    if (isErased) return
    expect(await run(folder)).toMatchObject({ code: 0, lines: ['erased'] })
    expect(hasSecrets(folder)).toBe(false)
    expect(await checkLog({ folder })).toMatchObject({ ok: true, erased: 42 })
  },
)
