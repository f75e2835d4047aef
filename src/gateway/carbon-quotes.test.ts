import { expect, test } from 'vitest'
import type { CarbonSource } from '../core/carbon.ts'
import { EnergywebError } from '../core/errors.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { askCarbon, requestsFor } from './carbon-quotes.ts'

const hour = 3_600_000
const context = { clock: new VirtualClock(), signal: new AbortController().signal }

test('spans that touch are asked for together, and none of the requests is longer than a day', () => {
  const spans = Array.from({ length: 30 }, (_, i) => ({ from: i * hour, to: (i + 1) * hour }))
  expect(requestsFor([...spans].reverse())).toEqual([
    { from: 0, to: 24 * hour },
    { from: 24 * hour, to: 30 * hour },
  ])
  expect(
    requestsFor([
      { from: 0, to: 5 },
      { from: 6, to: 7 },
      { from: 2, to: 4 },
    ]),
  ).toHaveLength(2)
  expect(requestsFor([{ from: 0, to: 48 * hour }])).toEqual([{ from: 0, to: 48 * hour }])
})

test('what came before a failure counts; two answers make one payload, the same for all who need both', async () => {
  let requests = 0
  const source: CarbonSource = {
    kind: 'test',
    basis: 'average',
    exceptions: ['plain HTTP'],
    async read({ from, to }) {
      if (++requests === 3) throw new EnergywebError('source-failed', 'no')
      const middle = (from + to) / 2
      const raw = (text: string) => ({ bytes: new TextEncoder().encode(text), mediaType: 'text/plain' })
      const rest = { basis: 'average', estimated: false } as const
      return {
        intensities: [
          { ...rest, from, to: middle, factor: 10n, raw: raw(`a${requests}`) },
          { ...rest, from: middle, to, factor: 20n, raw: raw(`b${requests}`) },
        ],
        warnings: [`w${requests}`],
      }
    },
    close: async () => undefined,
  }
  const spans = [
    { from: 0, to: 100 },
    { from: 200, to: 300 },
    { from: 400, to: 500 },
  ]
  const answers = await askCarbon(source, spans, context)
  expect(answers.failure?.code).toBe('source-failed')
  expect(answers.warnings).toEqual(['w1', 'w2'])
  const quote = answers.quote({ from: 0, to: 100 })
  expect(quote).toMatchObject({ factor: 15n, basis: 'average', provenance: 'test; plain HTTP' })
  expect(new TextDecoder().decode(quote?.raw.bytes)).toBe('a1\nb1')
  expect(answers.quote({ from: 10, to: 90 })?.raw).toBe(quote?.raw)
  expect(answers.quote({ from: 0, to: 50 })?.raw.bytes).toEqual(new TextEncoder().encode('a1'))
  expect(answers.quote({ from: 400, to: 500 })).toBeUndefined()
})

test('who asks no longer is told by the signal', async () => {
  const aborted = AbortSignal.abort(new EnergywebError('aborted', 'enough'))
  const source: CarbonSource = {
    kind: 'test',
    basis: 'average',
    exceptions: [],
    read: () => new Promise(() => undefined),
    close: async () => undefined,
  }
  await expect(askCarbon(source, [{ from: 0, to: 1 }], { ...context, signal: aborted })).rejects.toThrow(
    'enough',
  )
})
