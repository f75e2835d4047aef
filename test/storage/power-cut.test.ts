import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { howMany } from '../support/depth.ts'
import { acknowledged, type ChildOptions, expectNothingLost, runChild } from './children.ts'
import { missing, named } from './machine.ts'
import { PowerCutRig } from './power-cut-rig.ts'

const reason = missing({ programs: ['mkfs.xfs', 'mkfs.ext4', 'mount', 'truncate'], root: true, loop: true })
const cuts = howMany({ usual: 8, deep: 40 })

describe.skipIf(reason !== undefined)(named('power cuts', reason), () => {
  let rig: PowerCutRig

  beforeAll(() => {
    rig = PowerCutRig.open()
  })

  afterAll(() => rig?.close())

  /** Cuts the power some time after the first acknowledgement; answers what had been acknowledged by then. */
  async function cutDuring(options: Omit<ChildOptions, 'onLine'>, milliseconds: number): Promise<string[]> {
    const said: string[] = []
    let before: string[] | undefined
    let planned = false
    const end = await runChild({
      ...options,
      onLine: (text, child) => {
        said.push(text)
        if (planned) return
        planned = true
        setTimeout(() => {
          before = [...said]
          try {
            rig.cut()
          } finally {
            child.kill('SIGKILL')
          }
        }, milliseconds)
      },
    })
    expect(end).toMatchObject({ signal: 'SIGKILL', errors: '' })
    return before ?? []
  }

  test('the rig finds loss where the disk was not waited for', { timeout: 60_000 }, async () => {
    let lost = 0
    for (const round of [1, 2, 3]) {
      const folder = rig.folder(`careless-${round}`)
      const script = fileURLToPath(new URL('./child-careless.ts', import.meta.url))
      const said = await cutDuring({ folder, count: 0, concurrent: 0, script, arguments: [folder] }, 200)
      const kept = await rig.look(`careless-${round}`, async copy => {
        const path = join(copy, 'careless.db')
        if (!existsSync(path)) return 0
        const database = new DatabaseSync(path)
        try {
          return Number(database.prepare('SELECT count(*) AS n FROM t').get()?.n)
        } catch {
          // The table itself was not written.
          return 0
        } finally {
          database.close()
        }
      })
      lost += Math.max(0, acknowledged(said, 'r').length - kept)
    }
    expect(lost).toBeGreaterThan(0)
  })

  test(`${cuts} cuts while readings, submissions and checkpoints are written: nothing acknowledged is lost`, {
    timeout: 180_000,
  }, async () => {
    let total = 0
    for (let round = 0; round < cuts; round++) {
      const name = `cut-${round}`
      const options = { folder: rig.folder(name), count: 1_000_000, concurrent: round % 2 === 0 ? 1 : 32 }
      const said = await cutDuring(options, 50 + ((round * 173) % 700))
      total += acknowledged(said, 'r').length
      await rig.look(name, copy => expectNothingLost(copy, said))
    }
    expect(total).toBeGreaterThan(cuts)
    process.stderr.write(`power cuts: ${cuts}, acknowledged readings: ${total}, lost: 0\n`)
  })
})
