/**
 * A configuration that runs as it is: one simulated plant, no network, no chain, no key. What else there is stands beside
 * it as comments.
 */
export function sampleConfig(): string {
  return `# energyweb: which meters are read, how often, and where they report. Check it with: energyweb check
energyweb: 1
info: { title: My first gateway, version: 1.0.0 }

# Everything that must survive: the log, its registers, what was sent. Back it up.
data: ./data

assets:
  - name: roof
    role: producer                 # producer or consumer: what it is to a registry
    channel: export                # export: delivered or produced; import: taken or consumed
    capacity: 10 kW                # a faster rise is held until you resolve it
    every: 5s                      # a real meter: 15m; or cron: '*/15 * * * *'
    # Simulated: the sun shines from 6 to 18 h UTC, at night the counter stands still.
    # A household that never sleeps instead: profile: load with channel: import.
    source: { kind: simulator, profile: solar, peak: 10 kW, seed: 7 }
    # A real one instead:
    # source:
    #   kind: eumel-v2
    #   url: http://192.168.1.20
    #   tls: { allow: lan-http, reason: device has no TLS }
    #   auth: { user: admin, password: { file: ./eumel.password } }
    #
    # opening: meter               # begin at the counter's value; default zero, or an amount like 12.5 kWh
    # resolution: 10 Wh            # one step of the meter's display
    # carbon: { kind: static, factor: 420 g/kWh, basis: average }   # counts its CO2; services: docs/carbon.md
    # report: [{ ledger: origin, assetId: 0, key: roof }]

# Signed checkpoints: make a key with \`energyweb keys new log-key.json --log\`, never one of a chain.
# log: { key: log, origin: gateway.example.org/roof, checkpoint: 15m }
# Others who cosign them, so that nobody can show two logs: log.witnesses, see docs/witnesses.md.
#
# Secrets never stand here: { env: NAME } or { file: path }.
# keys:
#   log: { keystore: ./log-key.json, password: { env: LOG_KEY_PASSWORD } }
#   roof: { keystore: ./roof-key.json, password: { env: ROOF_KEY_PASSWORD } }
#   anchor: { keystore: ./anchor-key.json, password: { env: ANCHOR_KEY_PASSWORD } }
#
# networks:
#   ewc: { preset: energyweb, confirmations: 12 }
#
# ledgers:
#   origin:
#     kind: origin-a
#     network: ewc
#     producing: '0x0000000000000000000000000000000000000000'
#     consuming: '0x0000000000000000000000000000000000000000'
#   # The log's own checkpoints on a chain, by an account of its own:
#   anchor: { kind: anchor, network: ewc, contract: '0x0000000000000000000000000000000000000000', key: anchor, every: 1h }
`
}
