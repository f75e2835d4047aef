import { expect, test } from 'vitest'
import type { Trial } from './source-trial.ts'
import { trialLines } from './trial-view.ts'

const same = (text: string) => text
const style = { bold: same, dim: same, red: same, green: same, yellow: same }
const trials: readonly Trial[] = [
  {
    subject: 'roof',
    by: '192.168.1.20:443',
    trouble: undefined,
    said: 'TLS 1.3 by own authority, certificate ends in 19 days; wanted: own authority',
    remarks: ["the server's certificate ends in 19 days: renew it before"],
  },
]

test('on a terminal a trial goes on below its beginning, and fits', () => {
  const shown = trialLines(trials, style, 60).join('\n').split('\n')
  expect(shown).toEqual([
    'roof  192.168.1.20:443  ok    TLS 1.3 by own authority,',
    '        certificate ends in 19 days; wanted: own authority',
    "      note: the server's certificate ends in 19 days: renew",
    '        it before',
  ])
})

test('into a pipe it is one line', () => {
  expect(trialLines(trials, style)).toEqual([
    `roof  192.168.1.20:443  ok    ${trials[0]?.said}`,
    `      note: ${trials[0]?.remarks[0]}`,
  ])
})
