/*
 * A gateway that says on standard output what its log has acknowledged, one JSON line a reading. With `drain` it stops
 * its polls after so many milliseconds and ends when everything is final.
 */
import { GatewayApp, gatewayOptions, loadConfig } from '../../src/index.ts'
import { say } from '../support/say.ts'

const [file = '', mode, polling = '1500'] = process.argv.slice(2)
const { config } = await loadConfig(file)
const options = await gatewayOptions(config, {
  onGatewayEvent: event => {
    if (event.type !== 'readings-recorded') return
    for (const { measuredAt, energy } of event.readings) {
      say(JSON.stringify({ asset: event.asset, measuredAt, energy: energy.toString() }))
    }
  },
})
const anchors = Object.values(config.ledgers ?? {}).filter(({ kind }) => kind === 'anchor')
const expected = config.assets.flatMap(({ report = [] }) => report).length + anchors.length
const gateway = new GatewayApp(options)
const ending = new AbortController()
const running = gateway.run({ signal: ending.signal, signals: false })
if (mode === 'drain') {
  await new Promise(resolve => setTimeout(resolve, Number(polling)))
  await gateway.stopPolls()
  for (;;) {
    const lines = (await gateway.status()).ledgers.flatMap(ledger => ledger.lines)
    if (lines.length === expected && lines.every(line => line.backlog === 0)) break
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  ending.abort()
}
await running
