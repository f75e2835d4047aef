import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readCheckpoint } from '../../src/proof/checkpoint.ts'
import { storageFaultPoints } from '../../src/storage/index.ts'
import { howMany } from '../support/depth.ts'
import { acknowledged, expectNothingLost, runChild } from './children.ts'
import { temporaryFolder } from './support.ts'

/** Points that are passed once a life, and those that are passed for every transaction. */
const onlyAtStart: readonly string[] = ['storage/locked', 'storage/before-migration-commit']

test.each(
  storageFaultPoints.flatMap(point =>
    (onlyAtStart.includes(point) ? [1] : [1, 6]).map(n => [point, n] as const),
  ),
)(
  'killed at %s, passage %i: a new start finds all that was acknowledged and goes on',
  async (point, passage) => {
    const folder = temporaryFolder()
    const env = { ENERGYWEB_FAULT: `${point}:${passage}` }
    const killed = await runChild({ folder, count: 200, concurrent: 1, env })
    expect(killed, 'the point must be passed').toMatchObject({ signal: 'SIGKILL' })
    const before = await expectNothingLost(folder, killed.lines)
    const published = join(folder, 'checkpoint')
    const signed = acknowledged(killed.lines, 'c')
    if (signed.length > 0) {
      expect(readCheckpoint(readFileSync(published, 'utf8')).size).toBeGreaterThanOrEqual(Math.max(...signed))
    }
    const again = await runChild({ folder, count: before + 11, concurrent: 1 })
    expect(again).toMatchObject({ code: 0, errors: '' })
    expect(await expectNothingLost(folder, [...killed.lines, ...again.lines])).toBe(before + 11)
    expect(readCheckpoint(readFileSync(published, 'utf8')).size).toBe(
      Math.max(...acknowledged(again.lines, 'c')),
    )
    expect(existsSync(`${published}.new`)).toBe(false)
  },
)

const enough = howMany({ usual: 2_500, deep: 20_000 })

test(`killed at any moment while 64 producers append: ${enough} acknowledged readings, none lost`, {
  timeout: 240_000,
}, async () => {
  const folder = temporaryFolder()
  const lines: string[] = []
  let rounds = 0
  while (acknowledged(lines, 'r').length < enough || rounds < 4) {
    rounds += 1
    let said = 0
    // By what was acknowledged, not by a time: on a busy machine a child would have said nothing yet.
    const enoughSaid = 100 + ((rounds * 137) % 700)
    const {
      signal,
      lines: acknowledgements,
      errors,
    } = await runChild({
      folder,
      count: 1_000_000,
      concurrent: 64,
      onLine: (text, child) => {
        if (text.startsWith('r ') && ++said === enoughSaid) child.kill('SIGKILL')
      },
    })
    expect({ signal, errors }).toEqual({ signal: 'SIGKILL', errors: '' })
    lines.push(...acknowledgements)
  }
  expect(await expectNothingLost(folder, lines)).toBeGreaterThanOrEqual(enough)
})

test('a killed gateway leaves no lock behind', async () => {
  const folder = temporaryFolder()
  const env = { ENERGYWEB_FAULT: 'storage/after-commit:3' }
  expect(await runChild({ folder, count: 50, concurrent: 1, env })).toMatchObject({ signal: 'SIGKILL' })
  expect(existsSync(join(folder, 'lock.pid'))).toBe(true)
  expect(await runChild({ folder, count: 5, concurrent: 1 })).toMatchObject({ code: 0 })
})

test('a second process is refused and told the first one by its number', async () => {
  const folder = temporaryFolder()
  let other: ReturnType<typeof runChild> | undefined
  let pid: number | undefined
  const first = await runChild({
    folder,
    count: 1_000_000,
    concurrent: 1,
    onLine: (_, child) => {
      if (other !== undefined) return
      pid = child.pid
      other = runChild({ folder, count: 1, concurrent: 1 })
      void other.then(() => child.kill('SIGKILL'))
    },
  })
  expect(first.signal).toBe('SIGKILL')
  expect((await other)?.code).not.toBe(0)
  expect((await other)?.errors).toContain(`in use by process ${pid}`)
})
