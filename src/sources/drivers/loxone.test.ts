import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { type Energy, millijoulesPer } from '../../core/energy.ts'
import { silentLogger } from '../../core/logger.ts'
import { type MiniserverOptions, startMiniserver } from '../../testing/meters/miniserver.ts'
import { loadSource } from '../catalogue.ts'
import { sourceContext } from '../context.ts'

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})
function kept<Opened extends { close(): Promise<void> }>(one: Opened): Opened {
  opened.push(one)
  return one
}

const signal = new AbortController().signal
const minute = 60_000
const tls = { allow: 'lan-http', reason: 'test' }
const auth = { user: 'gateway', password: 's3cret' }
const start = Date.UTC(2024, 4, 1, 8)

/** A clock whose hands are put on. */
function handClock() {
  let now = start
  return {
    now: () => now,
    monotonic: () => now,
    after: () => () => undefined,
    put: (by: number) => (now += by),
  }
}

async function scene(more: Partial<MiniserverOptions> = {}) {
  const clock = handClock()
  const shown = { energy: (12_345_678n * millijoulesPer.Wh) as Energy }
  const miniserver = kept(
    await startMiniserver({
      clock,
      ...auth,
      energyAt: (_, channel) => (channel === 'import' ? shown.energy : shown.energy / 2n),
      ...more,
    }),
  )
  const context = sourceContext({ clock, log: silentLogger })
  const { open } = await loadSource('loxone')
  const source = (options: object = {}) =>
    kept(open({ url: miniserver.url, tls, auth, meter: 'PV meter', counts: 'export', ...options }, context))
  return { clock, shown, miniserver, source }
}

const read = async (
  source: ReturnType<Awaited<ReturnType<typeof scene>>['source']>,
  channel = 'export' as const,
) => (await source.read({ channel, signal })).readings[0]

describe('what is pushed', () => {
  it('is the reading, exact in the decimals that were counted, at the instant of the sign of life', async () => {
    const { clock, shown, miniserver, source } = await scene()
    const pv = source()
    const first = await read(pv)
    expect(first).toMatchObject({
      kind: 'counter',
      energy: 12_345_678n * millijoulesPer.Wh,
      fraction: '',
      measuredAt: start,
      quality: 'shown to 0.001 kWh',
      device: { manufacturer: 'Loxone', serial: '504F94A00001/0f1e2d3c-0123-0a1b-ffff504f94a00001' },
    })
    clock.put(15 * minute)
    shown.energy = 12_346_001n * millijoulesPer.Wh
    miniserver.push()
    expect(await read(pv)).toMatchObject({
      energy: 12_346_001n * millijoulesPer.Wh,
      measuredAt: start + 15 * minute,
    })
    clock.put(15 * minute)
    // Nothing was pushed: the meter stands still, and is read all the same.
    expect(await read(pv)).toMatchObject({
      energy: 12_346_001n * millijoulesPer.Wh,
      measuredAt: start + 30 * minute,
    })
    expect(miniserver.connections).toBe(1)
  })
  it('keeps the bytes of its record, and what tells their meaning', async () => {
    const { source } = await scene()
    const { control, record } = JSON.parse(new TextDecoder().decode((await read(source()))?.raw.bytes))
    expect(control).toEqual({
      uuidAction: '0f1e2d3c-0123-0a1b-ffff504f94a00001',
      name: 'PV meter',
      states: { total: '1f1e2d3c-0223-0b1b-ffff504f94a00001' },
      totalFormat: '%.3fkWh',
    })
    const bytes = Buffer.from(record, 'base64')
    expect(bytes.subarray(0, 16).toString('hex')).toBe('3c2d1e1f23021b0bffff504f94a00001')
    expect(bytes.readDoubleLE(16)).toBe(12_345.678)
  })
  it('is in the unit of the format: MWh, Wh, and none in cubic metres', async () => {
    const { source } = await scene()
    const energy = 12_345_678n * millijoulesPer.Wh
    expect(await read(source({ meter: 'Zähler', room: 'Technik' }))).toMatchObject({
      energy,
      quality: 'shown to 0.001 MWh',
    })
    expect(await read(source({ meter: 'Zähler', room: 'Keller' }))).toMatchObject({
      energy,
      quality: 'shown to 1 Wh',
    })
    await expect(read(source({ meter: 'Wasser' }))).rejects.toMatchObject({ code: 'source-malformed' })
  })
  it('is both ways at a bidirectional meter, and one way at others', async () => {
    const { source } = await scene()
    const grid = source({ meter: 'Netz', counts: 'import' })
    expect((await grid.read({ channel: 'import', signal })).readings[0]?.energy).toBe(
      12_345_678n * millijoulesPer.Wh,
    )
    expect((await grid.read({ channel: 'export', signal })).readings[0]?.energy).toBe(
      6_172_839n * millijoulesPer.Wh,
    )
    await expect(source().read({ channel: 'import', signal })).rejects.toMatchObject({
      code: 'source-not-found',
      hint: expect.stringContaining('export'),
    })
  })
})

describe('the log-in', () => {
  it('is one for all meters of a Miniserver, and its token is given back at the end', async () => {
    const { miniserver, source } = await scene()
    const sources = [source(), source({ meter: 'Netz' }), source({ meter: 'Zähler', room: 'Keller' })]
    await Promise.all(sources.map(one => read(one)))
    expect([miniserver.connections, miniserver.logIns.password]).toEqual([1, 1])
    for (const one of sources) await one.close()
    expect(miniserver.logIns).toMatchObject({ password: 1, killed: 1 })
  })
  it.each(['12.1.2.3', '10.2.0.0', '9.3.0.0'])('speaks to version %s', async version => {
    const { clock, miniserver, source } = await scene({ version })
    const pv = source()
    expect(await read(pv)).toMatchObject({ energy: 12_345_678n * millijoulesPer.Wh })
    clock.put(40 * minute)
    await read(pv)
    expect(miniserver.logIns).toMatchObject({ password: 1, renewed: 1 })
  })
  it('renews its token at half of its life, and comes back with it when the connection was cut', async () => {
    const { clock, miniserver, source } = await scene()
    const pv = source()
    for (let polls = 0; polls < 40; polls++) {
      await read(pv)
      clock.put(5 * minute)
    }
    expect(miniserver.logIns).toEqual({ password: 1, renewed: 6, token: 0, killed: 0, wrong: 0 })
    miniserver.cut()
    await expect.poll(() => read(pv).catch(() => undefined)).toBeDefined()
    expect(miniserver.logIns).toMatchObject({ password: 1, token: 1 })
    expect(miniserver.connections).toBe(2)
  })
  it('takes the password again when the token is known no more', async () => {
    const { miniserver, source } = await scene()
    const pv = source()
    await read(pv)
    miniserver.forget()
    miniserver.cut()
    await expect.poll(() => read(pv).catch(() => undefined)).toBeDefined()
    expect(miniserver.logIns).toMatchObject({ password: 2, token: 0, wrong: 0 })
  })
  it('is not tried hot with a wrong password', async () => {
    const { clock, miniserver, source } = await scene()
    const pv = source({ auth: { ...auth, password: 'wrong-horse' } })
    for (let polls = 0; polls < 5; polls++) {
      const error = await read(pv).catch(error => error)
      expect(error).toMatchObject({ code: 'source-unauthorized', hint: expect.any(String) })
      expect(`${error.message} ${error.hint}`).not.toMatch(/wrong-horse/)
      clock.put(minute)
    }
    expect(miniserver.logIns.wrong).toBe(1)
    clock.put(15 * minute)
    await expect(read(pv)).rejects.toMatchObject({ code: 'source-unauthorized' })
    expect(miniserver.logIns.wrong).toBe(2)
  })
})

describe('trouble', () => {
  it('of a Miniserver that starts anew is told, and over when it is back', async () => {
    const { miniserver, source } = await scene()
    const pv = source()
    await read(pv)
    miniserver.cut({ outOfService: true })
    await expect.poll(() => read(pv).catch(() => undefined)).toBeDefined()
    expect(miniserver.connections).toBe(2)
  })
  it.each([
    ['a payload that was not announced', Buffer.alloc(24, 7)],
    ['a header of an unknown type', Buffer.from([3, 9, 0, 0, 24, 0, 0, 0])],
    ['an announced payload of 4 GB', Buffer.from([3, 2, 0, 0, 255, 255, 255, 255])],
  ])('of %s ends the connection, and nothing is read from it', async (_, bytes) => {
    const { miniserver, source } = await scene()
    const pv = source()
    await read(pv)
    miniserver.blurt(bytes)
    await expect
      .poll(() =>
        read(pv).then(
          () => miniserver.connections,
          () => 0,
        ),
      )
      .toBe(2)
  })
  it('of one that is gone, or away, is silence', async () => {
    const { miniserver, source } = await scene()
    const pv = source()
    miniserver.silent = true
    const within = AbortSignal.timeout(200)
    await expect(pv.read({ channel: 'export', signal: within })).rejects.toMatchObject({ code: 'aborted' })
    miniserver.silent = false
    await read(pv)
    await miniserver.close()
    await expect(read(pv)).rejects.toMatchObject({ code: 'source-unreachable', retryable: true })
  })
  it('of a float that is no energy is refused', async () => {
    const { shown, miniserver, source } = await scene()
    const pv = source()
    await read(pv)
    shown.energy = -1n * millijoulesPer.kWh
    miniserver.push()
    await expect(read(pv)).rejects.toMatchObject({ code: 'source-malformed' })
  })
  it('of one reader who leaves is not that of the others', async () => {
    const { miniserver, source } = await scene()
    const [one, other] = [source(), source({ meter: 'Netz' })]
    await read(one)
    await read(other)
    const abort = new AbortController()
    const left = one.read({ channel: 'export', signal: abort.signal })
    const stayed = read(other)
    abort.abort()
    await expect(left).rejects.toMatchObject({ code: 'aborted' })
    expect(await stayed).toBeDefined()
    expect(miniserver.connections).toBe(1)
  })
})

it('by HTTP the same meters say the same', async () => {
  const { source } = await scene()
  for (const options of [{}, { meter: 'Netz' }]) {
    const [pushed, asked] = [
      await read(source(options)),
      await read(source({ ...options, transport: 'http' })),
    ]
    expect(asked).toMatchObject({ energy: pushed?.energy, device: pushed?.device, measuredAt: start })
  }
})

it('plain HTTP needs its word', async () => {
  const { miniserver, source } = await scene()
  for (const transport of ['http', 'websocket']) {
    await expect(read(source({ tls: 'required', transport }))).rejects.toMatchObject({ code: 'tls-refused' })
  }
  expect([miniserver.requests, miniserver.connections]).toEqual([0, 0])
})

describe('the second generation', () => {
  const file = (name: string) =>
    readFileSync(new URL(`../../connections/test-certificates/${name}`, import.meta.url), 'utf8')
  const certificate = { cert: file('server.pem'), key: file('server.key.pem') }
  const spki = new X509Certificate(certificate.cert).publicKey.export({ type: 'spki', format: 'der' })
  const pin = `sha256/${createHash('sha256').update(spki).digest('base64')}`

  it('is read over TLS by its pin, and by no other', async () => {
    const { miniserver, source } = await scene({ tls: certificate })
    expect(miniserver.url).toMatch(/^https:/)
    const pv = source({ tls: { pin } })
    expect(pv.exceptions).toEqual([])
    expect(pv.provenBy?.()).toEqual([])
    expect(await read(pv)).toMatchObject({ energy: 12_345_678n * millijoulesPer.Wh })
    expect(pv.provenBy?.()).toEqual([`TLS 1.3 by pin, server key ${pin}`])
    const asked = source({ tls: { pin }, transport: 'http' })
    await read(asked)
    expect(asked.provenBy?.()).toEqual([`TLS 1.3 by pin, server key ${pin}`])
    const stranger = source({ tls: { pin: `sha256/${'A'.repeat(43)}=` } })
    await expect(read(stranger)).rejects.toMatchObject({ code: 'tls-refused' })
    await expect(read(source({ tls: 'required' }))).rejects.toMatchObject({ code: 'tls-refused' })
    expect(miniserver.connections).toBe(1)
  })
})
