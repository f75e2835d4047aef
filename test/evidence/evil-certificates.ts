import type { Evidence } from '../../src/proof/evidence/index.ts'
import { evidenceFrom, type FormOf, segmentFrom, whole } from './make-evidence.ts'
import { at, Scenario } from './scenarios.ts'
import { falsified, type Vector } from './vector.ts'

/** Entries: 0 opening, 1 to 6 readings of 100 Wh more each, every 15 minutes, the first of which counts nothing. */
export function certifiable(): Scenario {
  const scenario = new Scenario()
  for (let i = 0; i < 6; i++) scenario.read({ wh: 1_000 + i * 100, minute: i * 15 })
  return scenario
}

/** Evidence of the three quarters of an hour from 00:15 on: entries 3, 4 and 5, of 300 Wh. */
export function certifiedFile(
  { log, entries }: Scenario,
  first = 2,
  form: FormOf = whole,
): Promise<Evidence> {
  const main = segmentFrom(log, entries.slice(first), { form })
  const opening = segmentFrom(log, entries.slice(0, 1))
  return evidenceFrom(log, first === 0 ? [main] : [main, opening], { from: at(15), to: at(60) })
}

/** Logs that tell truly of ledgers which certified more than was counted. */
export async function evilCertificates(): Promise<readonly Vector[]> {
  const beyond = async (name: string, scenario: Scenario, first = 2) =>
    falsified('certified-beyond', name, await certifiedFile(scenario, first), { verdict: 'incomplete' })
  return [
    await beyond('a-watt-hour-more', certifiable().certificate(1, [3, 5], 301)),
    await beyond(
      'twice-for-the-same-entries',
      certifiable().certificate(1, [3, 5], 300).certificate(2, [3, 5], 300),
    ),
    await beyond('in-parts', certifiable().certificate(1, [3, 4], 200).certificate(2, [5, 5], 101)),
    await beyond(
      'before-it-was-counted',
      certifiable().certificate(1, [3, 3], 101).certificate(2, [4, 5], 100),
    ),
    await beyond('from-the-beginning', certifiable().certificate(0, [0, 5], 401), 0),
    await beyond(
      'claimed-in-the-meantime',
      certifiable().certificate(1, [3, 5], 301).certificate(1, [3, 5], 301, { state: 'claimed', block: 9 }),
    ),
  ]
}
