/**
 * One gateway sends its messages to OTLP, syslog, Loki and Elasticsearch at once, through an outage of each, its own death by kill -9, and
 * a spool that is full; then what arrived is compared with what was written, and searched for secrets. Meanwhile a real Prometheus scrapes
 * it, and says the same as its status; promtool looks at metrics and rules.
 * `npm run e2e:logs -- --messages 500`
 */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { missingClients } from '../logs/clients.ts'
import { missingRsyslog } from '../logs/rsyslog.ts'
import { runScenario } from './scenario.ts'
import { missingPrometheus } from './scrape.ts'
import { scrapedLines, tableOf } from './table.ts'

const { values } = parseArgs({ options: { messages: { type: 'string', default: '400' } } })
const messages = Number(values.messages)
if (!Number.isSafeInteger(messages) || messages < 50) {
  console.error('--messages is a whole number, 50 at least')
  process.exit(2)
}
const missing = [missingClients(), missingRsyslog(), missingPrometheus()].filter(why => why !== undefined)
if (missing.length > 0) {
  console.error(missing.join('\n'))
  process.exit(2)
}
const folder = mkdtempSync(join(tmpdir(), 'energyweb-e2e-logs-'))
console.log(`in ${folder}`)
const { results, scraped, wrong } = await runScenario({ folder, tell: console.log, messages })
console.log(
  ['', tableOf(results), '', ...scrapedLines(scraped), ...wrong.map(what => `WRONG: ${what}`)].join('\n'),
)
process.exitCode = wrong.length === 0 ? 0 : 1
