import { expect, test } from 'vitest'
import { silentLogger } from '../../core/logger.ts'
import type { HttpClient, SourceContext } from '../../core/source.ts'
import { VirtualClock } from '../../testing/virtual-clock.ts'
import { openLoxoneHttp } from './http-source.ts'
import { loxoneOptions } from './options.ts'

const options = loxoneOptions.parse({
  url: 'https://miniserver.example.org',
  auth: { user: 'gateway', password: 'wrong' },
  meter: 'PV meter',
  transport: 'http',
})

test('a refused password is left alone for a quarter of an hour, then for twice as long', async () => {
  const clock = new VirtualClock()
  let requests = 0
  const refusing: HttpClient = {
    get: async () => {
      requests += 1
      return { status: 401, headers: {}, body: new Uint8Array(0) }
    },
    post: () => Promise.reject(new Error('nothing is posted')),
    close: async () => undefined,
  }
  const context: SourceContext = { clock, random: () => 0.5, log: silentLogger, http: () => refusing }
  const source = openLoxoneHttp(options, context)
  const poll = async (minutes: number) => {
    const before = requests
    for (let minute = 0; minute < minutes; minute++) {
      const read = source.read({ channel: 'import', signal: AbortSignal.any([]) })
      await expect(read).rejects.toMatchObject({ code: 'source-unauthorized' })
      await clock.advance(60_000)
    }
    return requests - before
  }
  expect(await poll(15)).toBe(1)
  expect(await poll(30)).toBe(1)
  expect(await poll(60)).toBe(1)
  await source.close?.()
})
