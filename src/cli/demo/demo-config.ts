import type { Contracts } from './chain.ts'
import { meterUser } from './meters.ts'

/** The configuration that the demonstration runs: an ordinary one, for the gateway's own code and for every command. */
export function demoConfig(options: {
  factor: number
  eumel: string
  energyApi: string
  rpc: string
  contracts: Contracts
}): string {
  const { factor, eumel, energyApi, rpc, contracts } = options
  const password = '{ file: ./meter.password }'
  const auth = `{ user: ${meterUser}, password: ${password} }`
  // Minutes are short here: a slow disk must not make a factor late.
  const carbon = '{ kind: static, factor: 420 g/kWh, basis: average, scope: direct, wait: 4h }'
  const tls = '{ allow: lan-http, reason: demonstration on loopback }'
  return `# Written by \`energyweb demo\` at each start. Its times run ${factor} times as fast as the calendar.
energyweb: 1
info: { title: Demonstration, version: 1.0.0 }
data: ./data
log: { key: log, origin: demo.invalid/energyweb, checkpoint: 15m }
keys:
  log: { keystore: ./keys/log.json, password: { file: ./keys.password } }
  anchor: { keystore: ./keys/anchor.json, password: { file: ./keys.password } }
  roof: { keystore: ./keys/roof.json, password: { file: ./keys.password } }
  field: { keystore: ./keys/field.json, password: { file: ./keys.password } }
  house: { keystore: ./keys/house.json, password: { file: ./keys.password } }
networks:
  local: { preset: local, rpc: ['${rpc}'], confirmations: 2 }
ledgers:
  origin:
    kind: origin-a
    network: local
    producing: '${contracts.producing}'
    consuming: '${contracts.consuming}'
    every: 3m
  anchor: { kind: anchor, network: local, contract: '${contracts.anchor}', key: anchor, every: 30m }
assets:
  - name: roof
    role: producer
    capacity: 10 kW
    every: 15m
    deadline: 10m
    source: { kind: eumel-v2, url: '${eumel}', tls: ${tls}, auth: ${auth} }
    channel: export
    carbon: ${carbon}
    report: [{ ledger: origin, assetId: 0, key: roof }]
  - name: field
    role: producer
    capacity: 250 kW
    every: 15m
    deadline: 10m
    source: { kind: energy-api, version: 3, url: '${energyApi}/v3', asset: 1, interval: 15m, tls: ${tls} }
    channel: export
    carbon: ${carbon}
    report: [{ ledger: origin, assetId: 1, key: field }]
  - name: house
    role: consumer
    capacity: 5 kW
    every: 15m
    deadline: 10m
    source: { kind: energy-api, version: 3, url: '${energyApi}/v3', asset: 2, tls: ${tls} }
    channel: import
    report: [{ ledger: origin, assetId: 0, key: house }]
`
}
