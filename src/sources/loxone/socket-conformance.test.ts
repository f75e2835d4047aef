import { afterEach, describe, expect, it } from 'vitest'
import { type Energy, millijoulesPer } from '../../core/energy.ts'
import type { ErrorCode } from '../../core/errors.ts'
import { silentLogger } from '../../core/logger.ts'
import { type FakeMiniserver, startMiniserver } from '../../testing/meters/miniserver.ts'
import { loadSource } from '../catalogue.ts'
import { sourceContext } from '../context.ts'

/* What a Miniserver may answer at each step of its WebSocket, and what must come of it: the conformance suite speaks plain HTTP only. */

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

const auth = { user: 'gateway', password: 'correct-horse' }
const minute = 60_000
const energy = (5n * millijoulesPer.kWh) as Energy
let now = Date.UTC(2024, 4, 1, 8)
const clock = { now: () => now, monotonic: () => now, after: () => () => undefined }

const start = async (more: { port?: number; version?: string } = {}) => {
  const miniserver = await startMiniserver({ clock, ...auth, energyAt: () => energy, ...more })
  opened.push(miniserver)
  return miniserver
}

async function scene() {
  const miniserver = await start()
  const { open } = await loadSource('loxone')
  const tls = { allow: 'lan-http', reason: 'test' }
  const options = { url: miniserver.url, tls, auth, meter: 'PV meter', counts: 'export' }
  const source = open(options, sourceContext({ clock, log: silentLogger }))
  opened.push(source)
  const read = async () => {
    const { readings } = await source.read({ channel: 'export', signal: AbortSignal.timeout(5_000) })
    return readings[0]?.energy
  }
  return { miniserver, read }
}

/** Steps in the order in which they are taken, by the beginning of the command. */
const steps = {
  'the session key': 'jdev/sys/keyexchange/',
  'the key for the password': 'jdev/sys/getkey2/',
  'the token': 'jdev/sys/getjwt/',
  'the structure': 'data/LoxAPP3.json',
  'the states': 'jdev/sps/enablebinstatusupdate',
} as const

const refusals: readonly [code: number | 'garbled', error: ErrorCode][] = [
  [400, 'source-failed'],
  [401, 'source-unauthorized'],
  [403, 'source-unauthorized'],
  [404, 'source-not-found'],
  [500, 'source-failed'],
  [503, 'source-failed'],
  ['garbled', 'source-malformed'],
]

describe.each(Object.entries(steps))('%s, refused at the log-in', (_, command) => {
  it.each(refusals)('with %s, is told, leaves no line open and is over with it', async (code, error) => {
    const { miniserver, read } = await scene()
    miniserver.refuse = said => (said.startsWith(command) ? code : undefined)
    const failed: unknown = await read().catch((thrown: unknown) => thrown)
    expect(failed).toMatchObject({ code: error })
    expect(String(failed)).not.toMatch(/correct-horse/)
    miniserver.refuse = undefined
    // A refused log-in rests for a quarter of an hour.
    now += 16 * minute
    expect(await read()).toBe(energy)
    expect(miniserver.logIns.wrong).toBe(0)
  })
})

describe('a token that is to be renewed', () => {
  it.each(refusals)('and is answered with %s: told, and read again at the next poll', async (code, error) => {
    const { miniserver, read } = await scene()
    await read()
    now += 40 * minute
    miniserver.refuse = said => (said.startsWith('jdev/sys/refreshjwt/') ? code : undefined)
    await expect(read()).rejects.toMatchObject({ code: error })
    miniserver.refuse = undefined
    expect(await read()).toBe(energy)
    expect(miniserver.logIns.wrong).toBe(0)
  })
  it('and has ended meanwhile: the password is taken, once', async () => {
    const { miniserver, read } = await scene()
    await read()
    now += 3 * 60 * minute
    const polls = [await read().catch(() => undefined), await read()]
    expect(polls.at(-1)).toBe(energy)
    expect(miniserver.logIns).toMatchObject({ password: 2, wrong: 0 })
  })
})

describe('a Miniserver that starts anew', () => {
  const reboot = async (old: FakeMiniserver, version?: string) => {
    await old.close()
    return start({ port: Number(new URL(old.url).port), ...(version !== undefined && { version }) })
  }
  it('without its tokens and with another key is silence while it is away, and logged in to by password when it is back', async () => {
    const { miniserver, read } = await scene()
    await read()
    await miniserver.close()
    await expect(read()).rejects.toMatchObject({ code: 'source-unreachable', retryable: true })
    const back = await reboot(miniserver)
    await expect.poll(() => read().catch(() => undefined)).toBe(energy)
    expect(back.logIns).toMatchObject({ password: 1, wrong: 0 })
  })
  it('with another firmware is spoken to as that one wants it', async () => {
    const { miniserver, read } = await scene()
    await read()
    const back = await reboot(miniserver, '9.3.0.0')
    await expect.poll(() => read().catch(() => undefined)).toBe(energy)
    expect(back.logIns).toMatchObject({ password: 1, wrong: 0 })
  })
})

it('a command that the Miniserver can no longer decrypt is told, and the line is made anew', async () => {
  const { miniserver, read } = await scene()
  await read()
  now += 40 * minute
  // What it says when it has lost the session's salt: in plain text, as it has no key either.
  miniserver.refuse = said => (/^jdev\/sys\/getkey$/.test(said) ? 400 : undefined)
  await expect(read()).rejects.toMatchObject({ code: 'source-failed' })
  miniserver.refuse = undefined
  expect(await read()).toBe(energy)
  expect(miniserver.connections).toBe(2)
})
