// A gateway made in code: a source, a ledger and a task of one's own, beside the log and the registers that every gateway has.
import { GatewayApp, type Ledger, openLog, type Source, task, toWattHours } from 'energyweb'

/** A meter that counts one watt-hour a second. */
const clockMeter: Source = {
  kind: 'clock',
  exceptions: [],
  async read({ channel }) {
    const measuredAt = Date.now()
    const energy = BigInt(measuredAt) * 3_600n
    const raw = { bytes: new TextEncoder().encode(String(measuredAt)), mediaType: 'text/plain' }
    const device = { manufacturer: 'example', serial: '1' }
    return {
      readings: [{ channel, kind: 'counter', energy, fraction: '', measuredAt, device, raw }],
      warnings: [],
    }
  },
  async close() {
    console.log('meter closed')
  },
}

class MyGateway extends GatewayApp {
  override configure() {
    this.addAsset({ name: 'garden', source: clockMeter, channel: 'export', every: '1s' })
    this.addLedger({ name: 'console', open: async () => this.consoleLedger() })
    this.addTask(task({ name: 'show', every: '1s', run: () => this.show() }))
  }

  /** A ledger that prints what it would register. Its cursor is lost at the end: a real one keeps it. */
  consoleLedger(): Ledger {
    let cursor = -1
    return {
      name: 'console',
      kind: 'console',
      work: async () => {
        const entries = await this.gatewayLog.entries('garden', { after: cursor, limit: 100 })
        for (const { kind, sequence } of entries) console.log(`ledger: ${kind} ${sequence}`)
        cursor = entries.at(-1)?.sequence ?? cursor
      },
      status: async () => [],
      close: async () => console.log('ledger closed'),
    }
  }

  async show() {
    const { assets } = await this.status()
    for (const { asset, register } of assets) {
      console.log(`${asset}: ${toWattHours(register?.total ?? 0n)} Wh, held ${register?.heldReadings ?? 0}`)
    }
  }
}

const folder = process.argv[2] ?? './data'
const gateway = new MyGateway({ openLog: () => openLog({ folder }) })
// Without a signal it runs until SIGINT or SIGTERM.
await gateway.run({ signal: AbortSignal.timeout(5_500) })
