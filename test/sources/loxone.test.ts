import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { systemClock } from '../../src/core/clock.ts'
import { millijoulesPer } from '../../src/core/energy.ts'
import { startMiniserver } from '../../src/testing/meters/index.ts'
import { installCounterpart } from '../counterparts/install.ts'
import { named } from '../storage/machine.ts'

// What our driver is tested against is a fake: the maker's own client takes it for a Miniserver, or it proves nothing.

const missing = installCounterpart('loxone')
const program = fileURLToPath(new URL('../counterparts/loxone/client.cjs', import.meta.url))

interface Seen {
  readonly token: boolean
  readonly controls: readonly string[]
  readonly states: Readonly<Record<string, number>>
  readonly alive?: boolean
  readonly killed: boolean
  readonly error?: string
}

async function clientAt(url: string, password: string, milliseconds: number): Promise<Seen> {
  const words = [program, url.replace('http://', ''), 'gateway', password, String(milliseconds)]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  let told = ''
  child.stdout.on('data', piece => {
    said += piece
  })
  child.stderr.on('data', piece => {
    told += piece
  })
  const timer = setTimeout(() => child.kill(), 30_000)
  await new Promise(resolve => child.once('exit', resolve))
  clearTimeout(timer)
  if (said === '') throw new Error(`the client said nothing: ${told.slice(-2_000)}`)
  return JSON.parse(said)
}

const miniserver = (version: string) =>
  startMiniserver({
    clock: systemClock,
    user: 'gateway',
    password: 's3cret',
    version,
    energyAt: (meter, channel) =>
      (meter === 'Netz' && channel === 'export' ? 2n : 1n) * 12_345_678n * millijoulesPer.Wh,
  })

// Fails when a header, a hash, the encryption or the order of bytes is not what the maker's client expects.
test.skipIf(missing !== undefined)(
  named("the maker's own client logs in, reads the structure, is told of states and stays", missing),
  { timeout: 60_000 },
  async () => {
    for (const [version, wait] of [
      ['12.1.2.3', 6_500],
      ['10.2.0.0', 200],
      ['10.1.0.0', 200],
    ] as const) {
      const fake = await miniserver(version)
      try {
        const seen = await clientAt(fake.url, 's3cret', wait)
        expect({ version, ...seen }).toMatchObject({ version, token: true, alive: true, killed: true })
        expect(seen.error).toBeUndefined()
        expect(seen.controls).toEqual(['PV meter', 'Netz', 'Zähler', 'Zähler', 'Wasser', 'Licht'])
        expect(seen.states['1f1e2d3c-0223-0b1b-ffff504f94a00001']).toBe(12_345.678)
        expect(seen.states['1f1e2d3c-0224-0b1b-ffff504f94a00002']).toBe(24_691.356)
        expect(fake.logIns).toMatchObject({ password: 1, killed: 1, wrong: 0 })
      } finally {
        await fake.close()
      }
    }
  },
)

test.skipIf(missing !== undefined)(
  named('a wrong password is refused', missing),
  { timeout: 60_000 },
  async () => {
    const fake = await miniserver('12.1.2.3')
    try {
      const seen = await clientAt(fake.url, 'wrong', 100)
      expect(seen).toMatchObject({ token: false, error: expect.stringContaining('401') })
      expect(fake.logIns).toMatchObject({ password: 0, wrong: 1 })
    } finally {
      await fake.close()
    }
  },
)
