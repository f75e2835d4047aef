import { expect, test } from 'vitest'
import { OwnMetrics } from './own-metrics.ts'

test('what is counted stands there by its labels, in the order in which it was added', () => {
  const own = new OwnMetrics()
  const sold = own.counter('sold_joules_total', { help: 'Sold.', labels: ['plug'] })
  const waiting = own.gauge('waiting_cars', { help: 'Waiting.' })
  const session = own.histogram('session_seconds', { help: 'Sessions.', bounds: [1, 10] })
  expect(own.series).toEqual([])
  sold.add({ plug: 'left' })
  sold.add({ plug: 'left' }, 2.5)
  sold.add({ plug: 'right' }, 0)
  waiting.set({}, 3)
  waiting.set({}, 1)
  for (const value of [0.5, 10, 11]) session.observe({}, value)
  expect(own.series.map(({ family, samples }) => [family.name, samples])).toEqual([
    [
      'sold_joules_total',
      [
        { labels: ['left'], value: 3.5 },
        { labels: ['right'], value: 0 },
      ],
    ],
    ['waiting_cars', [{ labels: [], value: 1 }]],
    ['session_seconds', [{ labels: [], counts: [1, 1, 1], sum: 21.5 }]],
  ])
})

test('labels that a stranger chooses fill no memory, and no sum is wrong for it', () => {
  // Fails when SeriesByLabels makes a series whoever asks for one.
  const own = new OwnMetrics()
  const asked = own.counter('asked_total', { help: 'Asked.', labels: ['who'] })
  for (let i = 0; i < 5_000; i++) asked.add({ who: `stranger ${i}` })
  const samples = own.series[0]?.samples ?? []
  expect(samples).toHaveLength(1_001)
  expect(samples.at(-1)).toEqual({ labels: ['other'], value: 4_000 })
})

test.each([
  ['sold', /end in _total/],
  ['energyweb_sold_total', /gateway's own/],
  ['process_sold_total', /gateway's own/],
  ['1sold_total', /not the name/],
  ['sold{a="b"}_total', /not the name/],
  ['sold\ntotal_total', /not the name/],
])('a counter can not be called %j', (name, why) => {
  expect(() => new OwnMetrics().counter(name, { help: 'x' })).toThrow(why)
})

test('no name is taken twice, no label is of Prometheus, no counter falls, bounds rise', () => {
  const own = new OwnMetrics()
  const one = own.counter('one_total', { help: 'x' })
  expect(() => own.counter('one_total', { help: 'x' })).toThrow(/already/)
  expect(() => own.gauge('two_total', { help: 'x' })).toThrow(/no others do/)
  expect(() => own.gauge('two_count', { help: 'x' })).toThrow(/histogram/)
  for (const label of ['le', 'quantile', '', 'a-b']) {
    expect(() => own.gauge('two', { help: 'x', labels: [label] })).toThrow(/not the name of a label/)
  }
  expect(() => own.gauge('two', { help: 'x', labels: ['a', 'a'] })).toThrow(/twice/)
  for (const amount of [-1, Number.NaN]) expect(() => one.add({}, amount)).toThrow(/only rises/)
  for (const bounds of [[], [1, 1], [2, 1], [Number.NaN], [Number.POSITIVE_INFINITY]]) {
    expect(() => own.histogram('three', { help: 'x', bounds })).toThrow(/rise/)
  }
  expect(() => own.histogram('three', { help: 'x', bounds: [1] }).observe({}, Number.NaN)).toThrow(/number/)
})
