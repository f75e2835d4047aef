import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { eventFaultPoints } from '../../src/ledgers/events/fault-points.ts'
import { openLog } from '../../src/storage/index.ts'
import { type ChildEnd, runChild } from '../storage/children.ts'
import { temporaryFolder } from '../storage/support.ts'
import { EventWorld } from './event-world.ts'

const script = fileURLToPath(new URL('./child-follower.ts', import.meta.url))

class Crash {
  readonly world: EventWorld
  readonly folder = temporaryFolder()

  constructor(world: EventWorld) {
    this.world = world
  }

  follow(env: Record<string, string> = {}): Promise<ChildEnd> {
    const own = [this.folder, this.world.anvil.url, this.world.address]
    return runChild({ folder: this.folder, count: 0, concurrent: 1, script, arguments: own, env })
  }

  /** Follows to the end, and again when what is missing is gone for good. */
  async finish(): Promise<void> {
    for (let round = 0; round < 2; round++) {
      expect(await this.follow()).toMatchObject({ code: 0, errors: '' })
      await this.world.anvil.mine(4)
    }
    expect(await this.follow()).toMatchObject({ code: 0, errors: '' })
  }

  /** What was done, in order. */
  async deeds(): Promise<unknown[]> {
    const log = await openLog({ folder: this.folder })
    const entries = await log.entries('roof', { after: -1, limit: 10_000 })
    await log.close()
    return entries.map(({ document }) => document?.text)
  }

  async pong(number: bigint): Promise<void> {
    await this.world.send('pongs', number, 1n)
    await this.world.anvil.mine()
  }
}

async function crash(): Promise<Crash> {
  const world = await EventWorld.open()
  await world.anvil.mine(5)
  const crash = new Crash(world)
  expect(await crash.follow()).toMatchObject({ code: 0, errors: '' })
  return crash
}

test.each(eventFaultPoints)(
  'killed at %s, with a reorg behind and events before it: each is done once, and what is gone is undone',
  { timeout: 300_000 },
  async point => {
    const it = await crash()
    try {
      for (const number of [1n, 2n, 3n]) await it.pong(number)
      expect((await it.follow()).lines).toEqual(['open 1', 'open 2', 'open 3'])
      await it.world.reorg(2)
      for (const number of [4n, 5n]) await it.pong(number)
      const killed = await it.follow({ ENERGYWEB_FAULT: `${point}:1` })
      expect(killed, 'the point must be passed').toMatchObject({ signal: 'SIGKILL' })
      await it.finish()
      // What is gone is told before anything new is looked for: on a slow machine also before what came after it.
      const deeds = await it.deeds()
      expect(deeds.filter(deed => `${deed}`.startsWith('open'))).toEqual(
        [1, 2, 3, 4, 5].map(number => `open ${number}`),
      )
      expect(deeds.filter(deed => !`${deed}`.startsWith('open'))).toEqual(['shut 3', 'shut 2'])
    } finally {
      await it.world.anvil.stop()
    }
  },
)

test('killed between the deed and its note, and gone by a reorg before the next start, a deed is undone', {
  timeout: 300_000,
}, async () => {
  const it = await crash()
  try {
    await it.pong(1n)
    const killed = await it.follow({ ENERGYWEB_FAULT: 'events/settled:1' })
    expect(killed).toMatchObject({ signal: 'SIGKILL' })
    await it.world.reorg(1)
    await it.world.anvil.mine(4)
    await it.finish()
    expect(await it.deeds()).toEqual(['open 1', 'shut 1'])
  } finally {
    await it.world.anvil.stop()
  }
})

test('killed at any moment, again and again, while events pour in: all are done, in order, each once', {
  timeout: 600_000,
}, async () => {
  const it = await crash()
  try {
    let next = 1n
    for (let round = 0; round < 8; round++) {
      for (let block = 0; block < 4; block++) {
        await it.world.send('pongs', next, 20n)
        await it.world.anvil.mine(round % 3 === 2 ? 30 : 1)
        next += 20n
      }
      const own = [it.folder, it.world.anvil.url, it.world.address]
      let lines = 0
      await runChild({
        folder: it.folder,
        count: 0,
        concurrent: 1,
        script,
        arguments: own,
        onLine: (_, child) => {
          lines += 1
          if (lines === 1 + ((round * 13) % 60)) child.kill('SIGKILL')
        },
      })
    }
    await it.finish()
    expect(await it.deeds()).toEqual(Array.from({ length: Number(next) - 1 }, (_, i) => `open ${i + 1}`))
  } finally {
    await it.world.anvil.stop()
  }
})
