import { describe, expect, it } from 'vitest'
import type { CarbonIntensity, CarbonResult, CarbonSource } from '../core/carbon.ts'
import { EnergywebError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import { parseInstant } from '../core/time.ts'
import { carbonCases, runCarbonCase, runCarbonConformance } from './carbon-conformance.ts'
import { goldenFolder } from './source-conformance-golden.ts'

const folder = goldenFolder('watttime-v3')
const raw = { bytes: new Uint8Array(), mediaType: 'application/json' }
const at = parseInstant('2024-05-01T08:00:00Z')
const five = 300_000

const source = (read: CarbonSource['read']): CarbonSource => ({
  kind: 'careless',
  basis: 'marginal',
  exceptions: [],
  read,
  close: async () => undefined,
})
const subject = (read: CarbonSource['read'], tell: (log: Logger) => void = () => undefined) => ({
  folder,
  secrets: ['hunter2'],
  open({ log }: { log: Logger }) {
    tell(log)
    return source(read)
  },
})
const one: CarbonIntensity = { from: at, to: at + five, factor: 1n, basis: 'marginal', estimated: false, raw }
const answer =
  (...intensities: CarbonIntensity[]) =>
  async (): Promise<CarbonResult> => ({
    intensities,
    warnings: [],
  })
const caseNamed = (name: string) => {
  const found = carbonCases(folder).find(item => item.name === name)
  if (found === undefined) throw new Error(`no case ${name}`)
  return found
}

describe('the conformance suite of carbon sources', () => {
  it('has every case that a network and a service can offer, by name, before and after a log-in', () => {
    const names = carbonCases(folder).map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toEqual(
      expect.arrayContaining([
        'nobody takes the connection',
        'a body of 50 MB',
        'a body of 50 MB, at /v3/historical',
        '401, at /v3/historical',
        '429 is heeded',
        '400 that tells what was sent',
      ]),
    )
  })
  it('fails a driver that invents a factor, in every single case', async () => {
    const results = await runCarbonConformance(subject(answer(one)))
    expect(results.filter(({ passed }) => passed).map(({ name }) => name)).toEqual([])
  })
  it('fails what the interface does not allow', async () => {
    const broken: [RegExp, CarbonIntensity[]][] = [
      [/overlaps/, [one, { ...one, from: at + 1, to: at + five + 1 }]],
      [/is empty/, [{ ...one, to: at }]],
      [/was not asked for/, [{ ...one, from: at - five, to: at }]],
      [/average from a source of marginal factors/, [{ ...one, basis: 'average' }]],
      [/below zero/, [{ ...one, factor: -1n }]],
      [/raw is not what was said/, [one]],
    ]
    for (const [detail, intensities] of broken) {
      const result = await runCarbonCase(caseNamed('nothing published yet'), subject(answer(...intensities)))
      expect(result.detail).toMatch(detail)
    }
  })
  it('fails a driver that tells a secret, in an error or in a log, or keeps asking', async () => {
    const error = new EnergywebError('source-failed', 'sent hunter2', { hint: 'look' })
    const refuse = () => Promise.reject(error)
    const echoed = caseNamed('400 that tells what was sent')
    expect((await runCarbonCase(echoed, subject(refuse))).detail).toMatch(/the error tells a secret/)
    const loud = subject(answer(), log => log.debug({ password: 'hunter2' }, 'logging in'))
    expect((await runCarbonCase(echoed, loud)).detail).toMatch(/a log line tells a secret/)
    const patient = caseNamed('429 is heeded')
    expect((await runCarbonCase(patient, subject(refuse))).detail).toMatch(/expected 1 requests, got 0/)
  })
})
