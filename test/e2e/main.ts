/**
 * One gateway reports the same plant to Origin release A, release B, an Issuer and an anchor at once for a day in scaled time, with
 * kills, outages and reorganisations; then what stands on the chain is compared with the registers.
 * `npm run e2e:ledgers -- --seed 7 --few-hours`
 */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { hasIssuer } from '../support/issuer.ts'
import { hasReleaseB } from '../support/release-b.ts'
import { tableOf } from './comparison.ts'
import { runDay } from './day.ts'
import { fewHours, wholeDay } from './scenario.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    factor: { type: 'string' },
    'few-hours': { type: 'boolean', default: false },
  },
})
const seed = Number(values.seed)
const factor = values.factor === undefined ? undefined : Number(values.factor)
if (!Number.isSafeInteger(seed) || (factor !== undefined && !(factor >= 1 && factor <= 2_000))) {
  console.error('--seed is a whole number, --factor a number from 1 to 2000')
  process.exit(2)
}
// Both say what is missing.
if (![hasReleaseB(), hasIssuer()].every(Boolean)) process.exit(2)

const folder = mkdtempSync(join(tmpdir(), 'energyweb-e2e-'))
const scenario = (values['few-hours'] ? fewHours : wholeDay)(seed, factor)
console.log(`seed ${seed}, ${scenario.factor} times as fast as the calendar, in ${folder}`)
const { lines, wrong } = await runDay(scenario, { folder, tell: console.log })
console.log(['', tableOf(lines), ...wrong].join('\n'))
const isEqual = wrong.length === 0 && lines.every(({ differences }) => differences.length === 0)
process.exitCode = isEqual ? 0 : 1
