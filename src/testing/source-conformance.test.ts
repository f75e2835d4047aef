import { describe, expect, it } from 'vitest'
import type { Source } from '../core/source.ts'
import { fakeReading, fakeSource } from './fake-source.ts'
import { runSourceCase, runSourceConformance, sourceCases } from './source-conformance.ts'
import { goldenFolder } from './source-conformance-golden.ts'

const folder = goldenFolder('eumel-v2')
const reading = fakeReading({ energy: 1n, measuredAt: 0 })

function subject(open: (origin: string) => Source) {
  return { folder, secrets: ['hunter2'], open: ({ origin }: { origin: string }) => open(origin) }
}

describe('the conformance suite', () => {
  it('has every case that a network can offer, by name', () => {
    const names = sourceCases(folder).map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toEqual(
      expect.arrayContaining(['nobody takes the connection', 'a body of 50 MB', 'the answer drips']),
    )
  })
  it('fails a driver that invents readings, in every single case', async () => {
    const results = await runSourceConformance(
      subject(() => fakeSource(() => ({ readings: [reading], warnings: [] }))),
    )
    expect(results.filter(({ passed }) => passed).map(({ name }) => name)).toEqual([])
  })
  it('fails a driver that throws something else, has no hint or tells a secret', async () => {
    const refused = sourceCases(folder).find(({ name }) => name === 'nobody listens')!
    const broken: [RegExp, unknown][] = [
      [/no EnergywebError/, new TypeError('fetch failed')],
      [/expected source-unreachable, got source-failed/, await error('source-failed', 'x', 'do y')],
      [/no hint/, await error('source-unreachable', 'x')],
      [/secret/, await error('source-unreachable', 'x', 'is hunter2 right?')],
    ]
    for (const [detail, thrown] of broken) {
      const careless = { ...fakeSource(), read: () => Promise.reject(thrown) }
      const result = await runSourceCase(
        refused,
        subject(() => careless),
      )
      expect(result.detail).toMatch(detail)
      expect(result.passed).toBe(false)
    }
  })
  it('fails a driver that takes the whole flood', async () => {
    const flood = sourceCases(folder).find(({ name }) => name === 'a body of 50 MB')!
    const greedy = (origin: string): Source => ({
      ...fakeSource(),
      async read() {
        await (await fetch(`${origin}/wizard/public/api/rest`)).arrayBuffer()
        throw await error('source-too-large', 'too late', 'stop earlier')
      },
    })
    expect((await runSourceCase(flood, subject(greedy))).detail).toMatch(/took \d+ bytes/)
  })
})

async function error(
  code: 'source-failed' | 'source-unreachable' | 'source-too-large',
  message: string,
  hint?: string,
) {
  const { EnergywebError } = await import('../core/errors.ts')
  return new EnergywebError(code, message, hint === undefined ? {} : { hint })
}
