import { isSameKey } from './check-witnesses.ts'
import { isLogKey, unknownName } from './known-names.ts'
import type { Finding } from './problem.ts'
import type { AnchorConfig, Config } from './schema.ts'
import { isRemote } from './schema-ipfs.ts'

/** What is wrong with a ledger that the log is anchored in. */
export function checkAnchor(
  config: Config,
  { name, ledger }: { name: string; ledger: AnchorConfig },
): Finding[] {
  const { key, network } = ledger
  const path = ['ledgers', name]
  const findings = unknownName([...path, 'key'], 'keys', key, config.keys)
  if (config.log?.key === undefined || config.log.origin === undefined) {
    findings.push({
      path,
      message: 'has nothing to anchor: checkpoints need log.key and log.origin',
      atKey: true,
    })
  }
  if (isLogKey(config, key)) {
    const message = `"${key}" signs the log: an account of a chain needs a key of its own`
    findings.push({ path: [...path, 'key'], message })
  }
  const other = otherUse(config, { name, key, network })
  // Two senders would take nonces of one account in turns, and each would meet the other's as foreign.
  if (other !== undefined) {
    const message = `"${key}" signs for ${other} already: an anchor needs a key of its own`
    findings.push({ path: [...path, 'key'], message })
  }
  return findings
}

/** What else signs with the key: on the network, or as a witness. */
function otherUse(
  { ledgers = {}, keys = {}, witness, assets }: Config,
  { name, key, network }: { name: string; key: string; network: string },
): string | undefined {
  if (witness !== undefined && isSameKey(keys, witness.key, key)) return 'the witness'
  const reporting = assets.find(({ report = [] }) =>
    report.some(line => {
      const ledger = ledgers[line.ledger]
      if (line.key === undefined || ledger === undefined || isRemote(ledger)) return false
      return isSameKey(keys, line.key, key) && ledger.network === network
    }),
  )
  if (reporting !== undefined) return `the asset "${reporting.name}"`
  const [first] = Object.entries(ledgers).find(
    ([, ledger]) =>
      ledger.kind === 'anchor' && isSameKey(keys, ledger.key, key) && ledger.network === network,
  ) ?? [name]
  return first === name ? undefined : `the ledger "${first}"`
}
